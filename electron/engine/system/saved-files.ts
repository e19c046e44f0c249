import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, type SavedFile, savedFileName } from '#shared/contract/index.ts';

/** Of one answer: as base64 it fits a frame. */
const pieceBytes = 1_000_000;
const partSuffix = '.part';
const longestBase = 80;

export type SavedFiles = ReturnType<typeof savedFilesIn>;

/** Files that we make for a person: each is whole under its name, or not there. */
export function savedFilesIn(folder: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Killed in the middle: half a file is nothing that anybody wants.
  for (const name of readdirSync(folder))
    if (name.endsWith(partSuffix)) rmSync(join(folder, name), { force: true });
  const path = (name: string) => join(folder, name);
  const find = async (name: string): Promise<SavedFile> => {
    const found = await stat(path(name)).catch(() => undefined);
    if (found?.isFile() !== true)
      throw new CodedError('input.not_found', `there is no file ${name}`, { what: 'file', id: name });
    return { name, sizeBytes: found.size, savedAt: Math.floor(found.mtimeMs) };
  };
  const adopt = async (part: string, name: string): Promise<SavedFile> => {
    const file = await open(part, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path(name));
    return find(name);
  };
  return {
    folder,
    path,
    find,
    /** Newest first. */
    async list(): Promise<SavedFile[]> {
      const names = (await readdir(folder)).filter(name => savedFileName.safeParse(name).success);
      const files = await Promise.all(names.map(name => find(name).catch(() => undefined)));
      return files.filter(file => file !== undefined).toSorted((a, b) => b.savedAt - a.savedAt);
    },
    remove: async (name: string): Promise<void> => rm(path((await find(name)).name)),
    async read(name: string, offset: number): Promise<{ base64: string; sizeBytes: number }> {
      const { sizeBytes } = await find(name);
      const file = await open(path(name));
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(pieceBytes), 0, pieceBytes, offset);
        return { base64: buffer.subarray(0, bytesRead).toString('base64'), sizeBytes };
      } finally {
        await file.close();
      }
    },
    /** Writes under another name, and gives the file its own when it is on the disk. */
    async write(name: string, fill: (partPath: string) => Promise<void>): Promise<SavedFile> {
      const part = path(name + partSuffix);
      try {
        await fill(part);
        return await adopt(part, name);
      } finally {
        await rm(part, { force: true });
      }
    },
    /** A part that is whole by now gets its name. */
    adopt,
    /** `name`, or with a number where it is taken: also a long one stays one that is listed. */
    async freeName(name: string): Promise<string> {
      const taken = new Set(await readdir(folder));
      const base = name.slice(0, -'.tar.gz'.length).slice(0, longestBase);
      for (let number = 1; ; number += 1) {
        const free = number === 1 ? name : `${base}-${number}.tar.gz`;
        if (!taken.has(free)) return free;
      }
    },
    partPath: (name: string) => path(name + partSuffix),
    async requireRoom(neededBytes: number): Promise<void> {
      const { bavail, bsize } = await statfs(folder);
      const freeBytes = bavail * bsize;
      if (freeBytes < neededBytes) throw noRoom(neededBytes, freeBytes);
    },
  };
}

export function noRoom(neededBytes: number, freeBytes: number): CodedError<'file.no_room'> {
  return new CodedError('file.no_room', `${neededBytes} bytes are needed, ${freeBytes} are free`, {
    neededBytes,
    freeBytes,
  });
}

/** `20261126-084700`, UTC. */
export function stampOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
