import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a file beside the one that a person named, and puts it in its place when it is whole and on the disk: a full disk
 * or a crash leaves what was there. `fill` gets the path of a file that is not there yet.
 */
export async function writeWhole(target: string, fill: (part: string) => Promise<void>): Promise<void> {
  // Of a link the file it leads to is replaced, not the link.
  const place = await realpath(target).catch(() => target);
  const part = path.join(path.dirname(place), `.rackside-${randomUUID()}.part`);
  try {
    await fill(part);
    const file = await open(part, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, place);
  } finally {
    await rm(part, { force: true });
  }
}
