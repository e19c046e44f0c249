/** Disks that hold something before a scenario begins, and what is on them afterwards, seen from outside the machine. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MachineDisk } from './machine.ts';
import { runProgram } from './program.ts';

const mib = 1024 * 1024;
const partition = { startBytes: 2 * mib, startSector: 4096 };

/** A partition table and data at both ends: an overwritten header would show, so would a config drive at the end. */
export async function fillWithCustomerData(disk: MachineDisk): Promise<void> {
  const raw = `${disk.path}.raw`;
  const file = await open(raw, 'w');
  try {
    await file.truncate(disk.sizeBytes);
    for (const offset of [partition.startBytes, disk.sizeBytes / 2, disk.sizeBytes - 18 * mib]) {
      await file.write(randomBytes(16 * mib), 0, 16 * mib, offset);
    }
  } finally {
    await file.close();
  }
  await divide(raw);
  await takeBack(raw, disk);
}

/** A partition table and an ext4 with a file in it. */
export async function fillWithFileSystem(disk: MachineDisk): Promise<void> {
  const raw = `${disk.path}.raw`;
  const folder = await mkdtemp(join(dirname(disk.path), 'files-'));
  await writeFile(join(folder, 'customers.csv'), randomBytes(8 * mib));
  const file = await open(raw, 'w');
  await file.truncate(disk.sizeBytes);
  await file.close();
  await divide(raw);
  const place = ['-E', `offset=${partition.startBytes}`];
  const size = `${Math.floor(disk.sizeBytes / mib) - 8}M`;
  await runProgram('mke2fs', ['-q', '-F', '-t', 'ext4', '-L', 'customer', '-d', folder, ...place, raw, size]);
  await rm(folder, { recursive: true });
  await takeBack(raw, disk);
}

async function divide(raw: string): Promise<void> {
  const input = `label: gpt\nstart=${partition.startSector}, name=customer\n`;
  await runProgram('sfdisk', ['-q', raw], { input });
}

async function takeBack(raw: string, disk: MachineDisk): Promise<void> {
  await runProgram('qemu-img', ['convert', '-f', 'raw', '-O', disk.format, raw, disk.path]);
  await rm(raw);
}

async function lookAt<T>(disk: MachineDisk, look: (raw: string) => Promise<T>): Promise<T> {
  const raw = `${disk.path}.raw`;
  await runProgram('qemu-img', ['convert', '-f', disk.format, '-O', 'raw', disk.path, raw]);
  try {
    return await look(raw);
  } finally {
    await rm(raw);
  }
}

/** What wipefs finds on the disk and blkid where its partition was: `gpt PMBR ext4`; empty when nothing is recognised. */
export function signaturesOn(disk: MachineDisk): Promise<string> {
  return lookAt(disk, async raw => {
    const whole = await runProgram('wipefs', ['--noheadings', '--output', 'TYPE', raw]);
    const place = ['--offset', String(partition.startBytes)];
    // 2: nothing is recognised.
    const part = await runProgram('blkid', ['--probe', ...place, '--match-tag', 'TYPE', '-o', 'value', raw], {
      mayFail: true,
    });
    return [...new Set(`${whole.stdout}\n${part.stdout}`.split(/\s+/).filter(word => word !== ''))].join(' ');
  });
}

/** How many blocks of 1 MiB hold anything but zeroes. */
export function usedMib(disk: MachineDisk): Promise<number> {
  return lookAt(disk, async raw => {
    const zeroes = Buffer.alloc(mib);
    const file = await open(raw);
    let used = 0;
    try {
      for (let offset = 0; offset < disk.sizeBytes; offset += mib) {
        const block = Buffer.alloc(mib);
        await file.read(block, 0, mib, offset);
        if (!block.equals(zeroes)) used += 1;
      }
    } finally {
      await file.close();
    }
    return used;
  });
}

export async function checksumOf(disk: MachineDisk): Promise<string> {
  return lookAt(disk, async raw => (await runProgram('sha256sum', [raw])).stdout.slice(0, 64));
}
