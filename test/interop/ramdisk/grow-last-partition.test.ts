import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type MadeUpMachine, makeMachine, partition, readPartitions } from './made-up-machine.ts';
import { resultOf, runAgent } from './run-agent.ts';

const mebibyte = 2 ** 20;
const imageBytes = 32 * mebibyte;
const diskBytes = 96 * mebibyte;
let folder: string;
let machine: MadeUpMachine;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-grow-'));
});
afterEach(() => machine.remove());
afterAll(() => rmSync(folder, { recursive: true }));

/** An image of 32 MiB on a disk of 96 MiB; `makeFileSystem` may write into the image at an offset. */
function machineWith(table: string, makeFileSystem?: (image: string) => void): MadeUpMachine {
  machine = makeMachine({ disks: [{ name: 'sda', sizeBytes: diskBytes, serial: 'SER-1' }] });
  const image = join(folder, 'image');
  writeFileSync(image, Buffer.alloc(imageBytes));
  partition(image, table);
  makeFileSystem?.(image);
  writeFileSync(
    machine.diskFile('sda'),
    Buffer.concat([readFileSync(image), Buffer.alloc(diskBytes - imageBytes)]),
  );
  return machine;
}

function ext4At(offsetBytes: number, sizeKibibytes: number, magic?: string) {
  return (image: string): void => {
    execFileSync('mkfs.ext4', ['-q', '-E', `offset=${offsetBytes}`, image, `${sizeKibibytes}k`]);
    if (magic === undefined) return;
    const bytes = readFileSync(image);
    bytes.write(magic, offsetBytes + 3 * mebibyte); // inside a data block group: what a user had there
    writeFileSync(image, bytes);
  };
}

async function grow(...parameterSets: Record<string, string>[]) {
  const steps = parameterSets.map(parameters => ({
    step: 'grow-last-partition',
    parameters: { serial: 'SER-1', ...parameters },
  }));
  return await runAgent({ machine, steps });
}

/** Blocks of the ext file system at an offset of the disk, as its own tools see it; throws when it is damaged. */
function ext4Bytes(offsetBytes: number): number {
  const at = `${machine.diskFile('sda')}?offset=${offsetBytes}`;
  execFileSync('e2fsck', ['-f', '-n', at], { stdio: 'pipe' });
  const facts = execFileSync('dumpe2fs', ['-h', at], { encoding: 'utf8', stdio: 'pipe' });
  const fact = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(facts)?.[1]);
  return fact('Block count') * fact('Block size');
}

const gpt = 'label: gpt\nsize=8MiB, name=first\nsize=20MiB, name=root\n';

test('GPT: the backup header goes to the end, the last partition and its ext4 grow up to the reserve', async () => {
  machineWith(gpt, ext4At(9 * mebibyte, 20 * 1024));
  const run = await grow(
    { 'reserve-bytes': String(16 * mebibyte) },
    { 'reserve-bytes': String(16 * mebibyte) },
  );
  expect(resultOf(run), run.console).toMatchObject({
    ok: true,
    evidence: {
      partitionTable: 'gpt',
      partition: 2,
      beforeBytes: 20 * mebibyte,
      afterBytes: (96 - 16 - 9 - 1) * mebibyte,
      fileSystem: { type: 'ext4', grown: true, reason: null },
    },
  });
  const [first, root] = readPartitions(machine.diskFile('sda')).partitions;
  expect(first).toMatchObject({ start: 2048, size: 16384, name: 'first' });
  expect(root).toMatchObject({ start: 18432, size: (70 * mebibyte) / 512, name: 'root' });
  expect(ext4Bytes(9 * mebibyte)).toBe(70 * mebibyte);
  expect(readFileSync(machine.diskFile('sda')).subarray(-512).subarray(0, 8).toString()).toBe('EFI PART');
  // Asked a second time nothing changes.
  expect(resultOf(run, 'step-2')).toMatchObject({
    ok: true,
    evidence: { afterBytes: 70 * mebibyte, fileSystem: { grown: false, reason: 'already-full' } },
  });
});

test('MBR: a last partition grows; a logical one takes its extended partition with it', async () => {
  machineWith('label: dos\nsize=8MiB, type=83\nsize=20MiB, type=83\n', ext4At(9 * mebibyte, 20 * 1024));
  const primary = await grow({});
  expect(resultOf(primary)).toMatchObject({
    ok: true,
    evidence: { partitionTable: 'mbr', partition: 2, afterBytes: 87 * mebibyte },
  });
  expect(ext4Bytes(9 * mebibyte)).toBe(87 * mebibyte);
  machine.remove();
  machineWith('label: dos\nsize=8MiB, type=83\nsize=22MiB, type=5\n5 : size=10MiB, type=83\n');
  const logical = await grow({ 'reserve-bytes': String(8 * mebibyte) });
  expect(resultOf(logical), logical.console).toMatchObject({
    ok: true,
    evidence: { partition: 5, fileSystem: { type: null, grown: false, reason: 'none' } },
  });
  const [, extended, inside] = readPartitions(machine.diskFile('sda')).partitions;
  expect(((extended?.start ?? 0) + (extended?.size ?? 0)) * 512).toBe(88 * mebibyte);
  expect(((inside?.start ?? 0) + (inside?.size ?? 0)) * 512).toBe(88 * mebibyte);
});

test('our config drive at the end is not the last partition, and is not run over', async () => {
  machineWith(gpt, ext4At(9 * mebibyte, 20 * 1024));
  const disk = machine.diskFile('sda');
  execFileSync('sfdisk', ['-q', '--relocate', 'gpt-bak-std', disk], { stdio: 'ignore' });
  execFileSync('sfdisk', ['-q', '--append', disk], {
    input: `start=${80 * 2048}, size=16384, name="config-2"\n`,
  });
  const run = await grow({});
  expect(resultOf(run)).toMatchObject({ ok: true, evidence: { partition: 2, afterBytes: 71 * mebibyte } });
  expect(readPartitions(disk).partitions).toHaveLength(3);
});

test('a file system that only the installed system can grow is left to it, with the partition grown', async () => {
  machineWith(gpt, image => {
    const bytes = readFileSync(image);
    const swap = join(folder, 'swap');
    writeFileSync(swap, Buffer.alloc(20 * mebibyte));
    execFileSync('mkswap', [swap], { stdio: 'ignore' });
    readFileSync(swap).copy(bytes, 9 * mebibyte);
    writeFileSync(image, bytes);
  });
  expect(resultOf(await grow({}))).toMatchObject({
    ok: true,
    evidence: { afterBytes: 86 * mebibyte, fileSystem: { type: 'swap', grown: false, reason: 'left-to-os' } },
  });
});

test('a damaged file system is named and not grown; a disk without a table is refused', async () => {
  machineWith(gpt, image => {
    ext4At(9 * mebibyte, 20 * 1024)(image);
    const bytes = readFileSync(image);
    bytes.fill(0xff, 9 * mebibyte + 4096, 9 * mebibyte + 40960); // group descriptors, bitmaps, inodes
    writeFileSync(image, bytes);
  });
  const damaged = await grow({});
  expect(resultOf(damaged)).toMatchObject({
    ok: false,
    code: 'file-system-failed',
    evidence: { tool: 'e2fsck' },
  });
  machine.remove();
  machine = makeMachine({ disks: [{ name: 'sda', sizeBytes: diskBytes, serial: 'SER-1' }] });
  expect(resultOf(await grow({})).code).toBe('no-partition-table');
});

test('no loop device is left behind', () => {
  machine = makeMachine({ disks: [] });
  const loops = execFileSync('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'], {
    encoding: 'utf8',
  });
  expect(loops).not.toContain('rk-ramdisk-');
});

test('what a step that was stopped has left mounted goes first, deepest first, and nothing else', async () => {
  machineWith(gpt);
  const { root } = machine;
  const mounts = ['fill', 'tree', 'tree/var/lib', 'tree/var', 'mount'].map(
    path => `${root}/run/rackside/${path}`,
  );
  machine.write(
    'proc/mounts',
    [
      ...mounts.map(path => `/dev/sda2 ${path} ext4 rw 0 0`),
      `tmpfs ${root}/run/rackside/filler tmpfs rw 0 0`,
      '',
    ].join('\n'),
  );
  const umount = `echo "$1" >>${root}/unmounted; sed -i "\\\\# $1 #d" ${root}/proc/mounts`;
  const run = await runAgent({
    machine,
    steps: [{ step: 'grow-last-partition', parameters: { serial: 'SER-1' } }],
    prepare: () => machine.program('umount', umount),
  });
  expect(resultOf(run)).toMatchObject({ ok: true });
  const unmounted = readFileSync(join(root, 'unmounted'), 'utf8').trim().split('\n');
  expect(unmounted.toSorted()).toEqual(mounts.toSorted());
  expect(unmounted.filter(path => path.includes('/tree'))).toEqual(mounts.slice(1, 4).toSorted().reverse());
});
