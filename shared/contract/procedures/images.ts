import { z } from 'zod';
import * as e from '../entities/index.ts';
import { command, query } from '../procedure.ts';
import { nothing } from './nothing.ts';

export const imageProcedures = {
  list: query(nothing, z.array(e.image)),
  /** Starts the import and answers with the row in state `importing`; progress comes as patches. */
  import: command(
    z.object({ path: z.string().min(1).max(4096), name: z.string().trim().max(120).default('') }),
    e.image,
  ),
  /** A failed one anew, from the path that it came from. What a browser sent is sent again as a new one. */
  retryImport: command(z.object({ id: e.imageId }), e.image),
  /**
   * A file that a browser will send in pieces, `PUT /upload/<id>` of the headless host: a row in state `importing` that
   * waits for its bytes. Refused when they do not fit.
   */
  beginUpload: command(
    z.object({ name: z.string().trim().min(1).max(255), sizeBytes: z.number().int().nonnegative() }),
    e.image,
  ),
  /** Of an import, or of an upload before it. */
  cancelImport: command(z.object({ id: e.imageId }), nothing),
  /**
   * What a person knows better about an ISO. Refused when a file is not in it, or not in the image that it shall come from;
   * and where that kernel is another one than the ISO's modules are for.
   */
  correctInstaller: command(
    z.object({ id: e.imageId, installer: e.installerMedium.omit({ certainty: true }) }),
    e.image,
  ),
  rename: command(z.object({ id: e.imageId, name: z.string().trim().min(1).max(120) }), e.image),
  /** Refused while somebody needs it, with who. Its file stays for a minute, or until the next import, which may need the room. */
  remove: command(z.object({ id: e.imageId }), nothing),
  /** While the file of a removed one is still there; else `image.gone_for_good`. */
  undoRemove: command(z.object({ id: e.imageId }), e.image),
  /** Who needs it, or was installed from it. */
  users: query(z.object({ id: e.imageId }), z.array(e.imageUser)),
  /** Room on the library's disk, and how much of it these files may take. */
  space: query(
    z.object({ paths: z.array(z.string().min(1).max(4096)).max(200).default([]) }),
    z.object({
      freeBytes: z.number(),
      /** Never taken: the engine's database lives on the same disk. */
      reserveBytes: z.number(),
      /** The sizes of the files; most images become smaller. */
      neededBytes: z.number(),
    }),
  ),
  /** Files and folders on the engine's machine, for a page that has no file dialog. */
  browse: query(
    z.object({ path: z.string().max(4096).default('') }),
    z.object({
      path: z.string(),
      parent: z.string().nullable(),
      entries: z.array(
        z.object({ name: z.string(), path: z.string(), isFolder: z.boolean(), sizeBytes: z.number() }),
      ),
    }),
  ),
} as const;
