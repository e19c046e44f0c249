import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { containedPath } from './contained-path.ts';
import type { ReadableFile } from './file-source.ts';

export interface DiskLookup {
  /** Windows' boot manager asks for `\boot\bcd` where the disk says `Boot/BCD`. An exact match goes first. */
  readonly ignoreCase?: boolean;
}

/**
 * Opens a regular file below `root` for a path that a stranger sent. Undefined for whatever is not one: a path
 * that `containedPath` refuses, nothing there, a folder or device, a symbolic link that leaves the root.
 * Rejects only for trouble with an existing file (EACCES, EMFILE, EIO).
 */
export async function fileFromDisk(
  root: string,
  path: string,
  lookup: DiskLookup = {},
): Promise<ReadableFile | undefined> {
  const contained = containedPath(path);
  if (contained === undefined) return undefined;
  const realRoot = await unlessMissing(realpath(root));
  if (realRoot === undefined) return undefined;
  const named = lookup.ignoreCase === true ? await matchCase(realRoot, contained) : join(realRoot, contained);
  const real = named === undefined ? undefined : await unlessMissing(realpath(named));
  if (real === undefined || !isInside(realRoot, real)) return undefined;
  return openRegularFile(real);
}

/** Opens a file that our own side named: no containment. Undefined if it is missing or not a regular file. */
export async function openRegularFile(path: string): Promise<ReadableFile | undefined> {
  // O_NONBLOCK: opening a FIFO would otherwise wait for its writer. Neither flag exists on Windows.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
  const handle = await unlessMissing(open(path, flags));
  if (handle === undefined) return undefined;
  try {
    const stats = await handle.stat({ bigint: true });
    if (stats.isFile()) {
      const etag = `"${stats.mtimeNs.toString(36)}-${stats.size.toString(36)}-${stats.ino.toString(36)}"`;
      return readableHandle(handle, Number(stats.size), etag);
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

function readableHandle(handle: FileHandle, sizeBytes: number, etag: string): ReadableFile {
  return {
    sizeBytes,
    etag,
    async read(offsetBytes, lengthBytes, into) {
      const wanted = Math.max(0, Math.min(lengthBytes, sizeBytes - offsetBytes));
      const target = into ?? Buffer.allocUnsafeSlow(wanted);
      let filled = 0;
      while (filled < wanted) {
        const { bytesRead } = await handle.read(target, filled, wanted - filled, offsetBytes + filled);
        if (bytesRead === 0) throw new Error(`file ended at byte ${offsetBytes + filled} of ${sizeBytes}`);
        filled += bytesRead;
      }
      return target.subarray(0, wanted);
    },
    close: () => handle.close(),
  };
}

/** Walks down from `root` taking the exact name where it exists, else the first that differs only in case. */
async function matchCase(root: string, contained: string): Promise<string | undefined> {
  let folder = root;
  for (const segment of contained.split('/')) {
    const exact = join(folder, segment);
    if ((await unlessMissing(lstat(exact))) !== undefined) {
      folder = exact;
      continue;
    }
    const wanted = segment.toLowerCase();
    const names = (await unlessMissing(readdir(folder))) ?? [];
    const match = names.sort().find(name => name.toLowerCase() === wanted);
    if (match === undefined) return undefined;
    folder = join(folder, match);
  }
  return folder;
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

const missingCodes = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ENXIO', 'EISDIR', 'EINVAL']);

async function unlessMissing<T>(attempt: Promise<T>): Promise<T | undefined> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof Error && 'code' in error && missingCodes.has(String(error.code))) return undefined;
    throw error;
  }
}
