import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { checkInstaller, type InstallerInput } from '#engine/images/check-installer.ts';
import type { ImageLibrary } from '#engine/images/image-library.ts';
import { usersOf } from '#engine/images/image-users.ts';
import type { OpenDiscs } from '#engine/images/open-discs.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type RacksideHandlers } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';

const maxEntries = 5000;

export function imageHandlers(
  store: Store,
  library: ImageLibrary,
  discs: OpenDiscs,
): RacksideHandlers['images'] {
  return {
    list: () => Promise.resolve(store.images.list()),
    async import({ path, name }) {
      await requireReadable(path);
      await library.forgetRemoved();
      return library.start(path, name);
    },
    async retryImport({ id }) {
      await requireReadable(library.failedPath(id));
      await library.forgetRemoved();
      return library.retry(id);
    },
    beginUpload: ({ name, sizeBytes }) => library.startUpload(name, sizeBytes),
    async cancelImport({ id }) {
      await library.cancel(id);
      return {};
    },
    async correctInstaller({ id, installer }) {
      const given = withoutOwnId(id, installer);
      await checkInstaller(store, discs, id, given);
      return library.correctInstaller(id, { ...given, certainty: 'corrected' });
    },
    rename: async ({ id, name }) => library.rename(id, name),
    async remove({ id }) {
      // Windows removes no file that is open.
      await discs.forget(id);
      try {
        library.removeForNow(id);
      } finally {
        await discs.forget(id);
      }
      return {};
    },
    undoRemove: async ({ id }) => library.undoRemove(id),
    users: async ({ id }) => usersOf(store, id),
    space: ({ paths }) => library.space(paths),
    browse: ({ path }) => browse(path === '' ? homedir() : resolve(path)),
  };
}

async function requireReadable(path: string): Promise<void> {
  if (!isAbsolute(path)) throw unreadable(path, 'not-absolute');
  await access(path, constants.R_OK).catch(error => {
    throw unreadable(path, reasonOf(error));
  });
  if (!(await stat(path)).isFile()) throw unreadable(path, 'not-a-file');
}

/** An ISO's own files are those without the name of an image. */
function withoutOwnId(
  id: ImageId,
  { kernelImageId, initrdImageId, ...installer }: InstallerInput,
): InstallerInput {
  return {
    ...installer,
    ...(kernelImageId === undefined || kernelImageId === id ? {} : { kernelImageId }),
    ...(initrdImageId === undefined || initrdImageId === id ? {} : { initrdImageId }),
  };
}

/** Folders first, hidden ones left out, what cannot be read skipped. */
async function browse(path: string) {
  const found = await readdir(path, { withFileTypes: true }).catch(error => {
    throw unreadable(path, reasonOf(error));
  });
  const visible = found.filter(entry => !entry.name.startsWith('.')).slice(0, maxEntries);
  const entries = await Promise.all(
    visible.map(async entry => {
      const full = join(path, entry.name);
      const facts = await stat(full).catch(() => undefined); // a link to nowhere, or gone since
      if (facts === undefined || !(facts.isFile() || facts.isDirectory())) return [];
      return [
        {
          name: entry.name,
          path: full,
          isFolder: facts.isDirectory(),
          sizeBytes: facts.isFile() ? facts.size : 0,
        },
      ];
    }),
  );
  const sorted = entries
    .flat()
    .sort(
      (a, b) =>
        Number(b.isFolder) - Number(a.isFolder) || a.name.localeCompare(b.name, 'en', { numeric: true }),
    );
  const parent = dirname(path);
  return { path, parent: parent === path ? null : parent, entries: sorted };
}

function unreadable(path: string, reason: string): CodedError<'file.unreadable'> {
  return new CodedError('file.unreadable', `${path}: ${reason}`, { path, reason });
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
}
