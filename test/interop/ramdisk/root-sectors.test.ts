import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mebibyte } from './layout-lines.ts';

const agentFolder = join(import.meta.dirname, '../../../assets/ramdisk/agent');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-first-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the agent says before it writes an image that begins so to a disk with such sectors; empty: nothing. */
function refusal(type: string, sectorBytes: number): string {
  const script =
    'for part in erase/nvme steps/write-root-file-system; do . "$0/$part.sh"; done\n' +
    'evidence() { :; }; fail() { printf %s "$1 $image_sector_bytes"; exit; }; check_root_sectors';
  return execFileSync('busybox', ['sh', '-c', script, agentFolder], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      STEP: folder,
      root_type: type,
      disk_name: 'sda',
      disk_sector_bytes: String(sectorBytes),
    },
  });
}

/** The first MiB of an XFS: its magic, and the size of its sectors where the superblock has it. */
function makeXfs(sectorBytes: number): void {
  const first = Buffer.alloc(mebibyte);
  first.write('XFSB');
  first.writeUInt16BE(sectorBytes, 102);
  writeFileSync(join(folder, 'first'), first);
}

function makeExt4(blockBytes: number): void {
  const image = join(folder, 'first');
  writeFileSync(image, '');
  truncateSync(image, 8 * mebibyte);
  execFileSync('mkfs.ext4', ['-q', '-b', String(blockBytes), image], { stdio: 'ignore' });
}

test.each([
  ['xfs', 512, makeXfs],
  ['xfs', 4096, makeXfs],
  ['ext4', 1024, makeExt4],
  ['ext4', 4096, makeExt4],
])('%s with blocks of %i bytes is refused for a disk with larger sectors', (type, bytes, make) => {
  make(bytes);
  expect(refusal(type, 4096)).toBe(bytes < 4096 ? `sector-size ${bytes}` : '');
  expect(refusal(type, 512)).toBe('');
});
