import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, truncate, writeFile } from 'node:fs/promises';

/** A simulated machine's disk: a sparse file, as large as it says, written with real bytes. */
export interface VirtualDisk {
  readonly path: string;
  readonly sizeBytes: number;
  readonly serial: string;
}

const nothingThere = Buffer.alloc(512);

/** As in the inventory and in the evidence of every step. */
export function describeDisk({ serial, sizeBytes }: VirtualDisk) {
  return { name: 'sda', serial, wwn: '', sizeBytes };
}

/** A disk that is there already keeps its content, and grows to its size. */
export async function makeDisk(disk: VirtualDisk): Promise<void> {
  await writeFile(disk.path, '', { flag: 'a', mode: 0o600 });
  await truncate(disk.path, disk.sizeBytes);
}

export async function withDisk<T>(disk: VirtualDisk, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(disk.path, 'r+');
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/** What was written, read from the file again. */
export async function readBack(disk: VirtualDisk, offsetBytes: number, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256');
  if (sizeBytes > 0) {
    const end = offsetBytes + sizeBytes - 1;
    for await (const part of createReadStream(disk.path, {
      start: offsetBytes,
      end,
    }) as AsyncIterable<Buffer>)
      hash.update(part);
  }
  return hash.digest('hex');
}

/** Whether firmware would find something to start: a boot signature and not only zeros in front of it. */
export async function isBootable(disk: VirtualDisk): Promise<boolean> {
  const sector = Buffer.alloc(512);
  await withDisk(disk, file => file.read(sector, 0, 512, 0));
  return !sector.equals(nothingThere) && sector.readUInt16LE(510) === 0xaa55;
}
