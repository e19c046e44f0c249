import { type FileHandle, link, open, rename, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ImageRefusedError } from './refusal.ts';

/** A file of the image cache while it is written. */
export interface CacheFile {
  readonly path: string;
  readonly writtenBytes: () => number;
  /** @throws ImageRefusedError `image.disk_full`, `image.cache_unwritable` */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** On the disk for good, under its final name. */
  readonly publish: (finalPath: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How the room on the cache's disk is watched. */
export interface CacheSpace {
  /** Never taken: the engine's database lives on the same disk. */
  readonly reserveBytes: number;
  readonly freeBytes: () => Promise<number>;
}

export function cacheSpace(directory: string): CacheSpace {
  return {
    reserveBytes: 256 * 2 ** 20,
    async freeBytes() {
      const { bavail, bsize } = await statfs(directory);
      return bavail * bsize;
    },
  };
}

/** How often the free space is looked at. */
const checkEveryBytes = 32 * 2 ** 20;

/** Refuses at once when `neededBytes` do not fit beside the reserve. */
export async function requireSpace(space: CacheSpace, neededBytes: number): Promise<void> {
  const freeBytes = await space.freeBytes();
  if (freeBytes < neededBytes + space.reserveBytes)
    throw diskFull(neededBytes + space.reserveBytes, freeBytes);
}

/** `expected` is an estimate in bytes and only named in messages; of a file whose size is heard later, as it is then. */
export async function createCacheFile(
  path: string,
  space: CacheSpace,
  expected: number | (() => number),
): Promise<CacheFile> {
  const expectedBytes = () => (typeof expected === 'number' ? expected : expected());
  let handle: FileHandle | undefined;
  const failed = async (cause: unknown): Promise<ImageRefusedError> => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return diskFull(expectedBytes(), await space.freeBytes(), cause);
    return new ImageRefusedError({ code: 'image.cache_unwritable', details: { path, reason: code } }, cause);
  };
  const guarded = async <T>(action: () => Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (cause) {
      throw await failed(cause);
    }
  };
  handle = await guarded(() => open(path, 'w', 0o600));
  const file = handle;
  let writtenBytes = 0;
  let checkedAt = 0;
  return {
    path,
    writtenBytes: () => writtenBytes,
    async write(bytes) {
      await guarded(() => writeAll(file, bytes));
      writtenBytes += bytes.length;
      if (writtenBytes - checkedAt < checkEveryBytes) return;
      checkedAt = writtenBytes;
      const freeBytes = await space.freeBytes();
      if (freeBytes < space.reserveBytes) throw diskFull(expectedBytes(), freeBytes);
    },
    async publish(finalPath) {
      await guarded(async () => {
        await file.sync();
        await file.close();
        handle = undefined;
        await rename(path, finalPath);
        await syncDirectory(dirname(finalPath));
      });
    },
    async close() {
      await handle?.close();
      handle = undefined;
    },
  };
}

/**
 * A file of this folder under a second name, which takes no room. Undefined where the file system has no such names
 * (FAT): then it is copied.
 */
export async function linkCacheFile(
  from: string,
  path: string,
): Promise<Pick<CacheFile, 'write' | 'publish' | 'close'> | undefined> {
  try {
    await link(from, path);
  } catch {
    return undefined;
  }
  return {
    write: async () => undefined,
    async publish(finalPath) {
      await rename(path, finalPath);
      await syncDirectory(dirname(finalPath));
    },
    close: async () => undefined,
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
}

/** The new name survives a power cut only when the directory is on the disk too. Windows cannot open one. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function diskFull(neededBytes: number, freeBytes: number, cause?: unknown): ImageRefusedError {
  return new ImageRefusedError({ code: 'image.disk_full', details: { neededBytes, freeBytes } }, cause);
}

/** Removes without a complaint what may not be there. */
export async function discard(...paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map(path => rm(path, { force: true })));
}
