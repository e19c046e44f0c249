import { openRegularFile } from '#engine/net/file-source/file-from-disk.ts';
import type { ReadableFile } from '#engine/net/file-source/file-source.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { discFileSource } from './disc-file-source.ts';
import { type DiscImage, openDiscImage } from './disc-image.ts';

/**
 * Discs of the library that machines read. A disc's tree is read once and kept: an installer asks for thousands of files.
 * The few that a laptop serves at once stay open.
 */
export interface OpenDiscs {
  /** A file inside an ISO; the ISO itself for an empty path. Undefined: none there. */
  file(id: ImageId, path: string): Promise<ReadableFile | undefined>;
  disc(id: ImageId): Promise<DiscImage | undefined>;
  /** The image is removed. */
  forget(id: ImageId): Promise<void>;
  closeAll(): Promise<void>;
}

const mostOpen = 8;
const nobody = { address: '', port: 0 } as const;

export function openDiscs(pathOf: (id: ImageId) => string | undefined): OpenDiscs {
  const opened = new Map<ImageId, Promise<DiscImage | undefined>>();

  async function open(path: string): Promise<DiscImage | undefined> {
    const disc = await openDiscImage(path);
    return disc?.ok === true ? disc.value : undefined;
  }

  async function close(id: ImageId): Promise<void> {
    const disc = opened.get(id);
    opened.delete(id);
    await (await disc?.catch(() => undefined))?.close();
  }

  function disc(id: ImageId): Promise<DiscImage | undefined> {
    const path = pathOf(id);
    if (path === undefined) return Promise.resolve(undefined);
    const known = opened.get(id);
    // Used last stays longest: a Map keeps the order of insertion.
    opened.delete(id);
    const current = known ?? open(path);
    opened.set(id, current);
    current.catch(() => opened.delete(id));
    const oldest = opened.keys().next().value;
    if (opened.size > mostOpen && oldest !== undefined) void close(oldest);
    return current;
  }

  return {
    disc,
    async file(id, path) {
      const whole = pathOf(id);
      if (whole === undefined) return undefined;
      if (path === '') return openRegularFile(whole);
      const found = await disc(id);
      return found === undefined ? undefined : discFileSource(found)({ path, client: nobody });
    },
    forget: close,
    closeAll: async () => void (await Promise.allSettled([...opened.keys()].map(close))),
  };
}
