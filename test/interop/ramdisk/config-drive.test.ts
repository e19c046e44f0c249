import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type MadeUpMachine, makeMachine, partition, readPartitions } from './made-up-machine.ts';
import { resultOf, runAgent } from './run-agent.ts';
import { serveBytes } from './stub-engine.ts';

const mebibyte = 2 ** 20;
const diskBytes = 64 * mebibyte;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let machine: MadeUpMachine;
let drives: Record<'first' | 'second' | 'large' | 'noCloud' | 'mislabelled', Buffer>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-drive-'));
  drives = {
    first: isoImage('first', 'config-2', 'one'),
    second: isoImage('second', 'config-2', 'two'),
    large: isoImage('large', 'config-2', 'x'.repeat(12 * mebibyte)),
    noCloud: isoImage('nocloud', 'cidata', 'one'),
    mislabelled: isoImage('mislabelled', 'install', 'one'),
  };
});
afterEach(() => machine.remove());
afterAll(() => rmSync(folder, { recursive: true }));

function isoImage(name: string, label: string, content: string): Buffer {
  const source = join(folder, `${name}.json`);
  writeFileSync(source, content);
  const file = join(folder, `${name}.iso`);
  execFileSync('xorrisofs', ['-quiet', '-R', '-J', '-V', label, '-o', file, source], { stdio: 'ignore' });
  return readFileSync(file);
}

/** A disk as an image left it: the backup GPT header where the image ended, not where the disk ends. */
function machineWith(table: string, imageBytes = 32 * mebibyte): MadeUpMachine {
  machine = makeMachine({ disks: [{ name: 'sda', sizeBytes: diskBytes, serial: 'SER-1' }] });
  const image = join(folder, 'image');
  writeFileSync(image, Buffer.alloc(imageBytes));
  partition(image, table);
  const file = machine.diskFile('sda');
  writeFileSync(file, Buffer.concat([readFileSync(image), Buffer.alloc(diskBytes - imageBytes)]));
  return machine;
}

function step(drive: keyof typeof drives, more: Record<string, string> = {}) {
  const bytes = drives[drive];
  return {
    step: 'write-config-drive',
    parameters: {
      url: `{origin}/${drive}`,
      'size-bytes': String(bytes.length),
      sha256: sha256(bytes),
      serial: 'SER-1',
      ...more,
    },
  };
}

async function run(steps: ReturnType<typeof step>[]) {
  return await runAgent({
    machine,
    steps,
    prepare: engine => {
      for (const [name, bytes] of Object.entries(drives)) engine.files.set(`/${name}`, serveBytes(bytes));
    },
  });
}

function bytesAt(start: number, length: number): Buffer {
  return readFileSync(machine.diskFile('sda')).subarray(start, start + length);
}

const gpt =
  'label: gpt\nsize=8MiB, name="EFI", type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B\nsize=20MiB, name=root\n';
const mbr = 'label: dos\nsize=8MiB, type=ef\nsize=20MiB, type=83\n';

describe.each([
  ['GPT', gpt, 'config-2'],
  ['MBR', mbr, undefined],
])('on %s', (_kind, table, name) => {
  test("a drive for cloud-init's NoCloud takes the place of one of OpenStack's, and the other way round", async () => {
    machineWith(table);
    const agent = await run([step('first'), step('noCloud'), step('second')]);
    for (const id of ['step-2', 'step-3'])
      expect(resultOf(agent, id)).toMatchObject({ ok: true, evidence: { partition: 3, replaced: true } });
    expect(readPartitions(machine.diskFile('sda')).partitions).toHaveLength(3);
  });

  test('it gets a partition of its own at the end; a second one replaces the first, a larger one its partition', async () => {
    machineWith(table);
    const old = readPartitions(machine.diskFile('sda')).partitions;
    const agent = await run([step('first'), step('second'), step('large')]);
    const [first, second, large] = ['step-1', 'step-2', 'step-3'].map(id => resultOf(agent, id));
    expect(first).toMatchObject({
      ok: true,
      evidence: { partition: 3, replaced: false, sizeBytes: 8 * mebibyte, sha256: sha256(drives.first) },
    });
    expect(second).toMatchObject({
      ok: true,
      evidence: { partition: 3, replaced: true, startBytes: first?.evidence['startBytes'] },
    });
    expect(large).toMatchObject({ ok: true, evidence: { partition: 3, replaced: true } });
    const { partitions } = readPartitions(machine.diskFile('sda'));
    expect(partitions).toHaveLength(3);
    expect(partitions.slice(0, 2)).toEqual(old);
    expect(partitions[2]?.name).toBe(name);
    const start = Number(large?.evidence['startBytes']);
    expect(start % mebibyte).toBe(0);
    expect((partitions[2]?.start ?? 0) * 512).toBe(start);
    expect(start + Number(large?.evidence['sizeBytes'])).toBeGreaterThan(diskBytes - 2 * mebibyte);
    expect(bytesAt(start, drives.large.length).equals(drives.large)).toBe(true);
  });

  test('nothing of the earlier drive stays behind a smaller one', async () => {
    machineWith(table);
    const agent = await run([step('large'), step('first')]);
    const { startBytes, sizeBytes } = resultOf(agent, 'step-2').evidence;
    const rest = bytesAt(Number(startBytes) + drives.first.length, Number(sizeBytes) - drives.first.length);
    expect(rest.every(byte => byte === 0)).toBe(true);
  });

  test('without room at the end it is refused with the numbers, and the table stays as it was', async () => {
    const full = table.replace('size=20MiB', 'size=52MiB');
    machineWith(full, diskBytes);
    const before = sha256(readFileSync(machine.diskFile('sda')));
    const agent = await run([step('first')]);
    expect(resultOf(agent)).toMatchObject({
      ok: false,
      code: 'no-room',
      evidence: { reason: 'disk-full', neededBytes: 8 * mebibyte },
    });
    expect(resultOf(agent).evidence['freeBytes']).toBeLessThan(4 * mebibyte);
    expect(sha256(readFileSync(machine.diskFile('sda')))).toBe(before);
  });
});

test('a full MBR is refused by its four entries; ours among them is replaced', async () => {
  machineWith(`${mbr}size=1MiB, type=83\n`);
  const third = await run([step('first'), step('second')]);
  expect(resultOf(third, 'step-2')).toMatchObject({ ok: true, evidence: { partition: 4, replaced: true } });
  machine.remove();
  machineWith(`${mbr}size=1MiB, type=83\nsize=1MiB, type=83\n`);
  const agent = await run([step('first')]);
  expect(resultOf(agent)).toMatchObject({ code: 'no-room', evidence: { reason: 'partition-entries' } });
});

test('what is no config drive, differs from what was announced, or has no table to go to is refused by name', async () => {
  machineWith(gpt);
  const before = sha256(readFileSync(machine.diskFile('sda')));
  const agent = await run([
    step('mislabelled'),
    step('first', { sha256: sha256(drives.second) }),
    step('first', { 'size-bytes': String(drives.first.length - 1) }),
    step('first', { 'size-bytes': String(65 * mebibyte) }),
    step('first', { serial: 'SER-2' }),
    step('first', { url: '{origin}/nothing' }),
  ]);
  const codes = [...agent.engine.results.values()].map(result => result.code);
  expect(codes.slice(0, 6)).toEqual([
    'not-a-config-drive',
    'checksum-mismatch',
    'size-mismatch',
    'bad-request',
    'wrong-disk',
    'download-failed',
  ]);
  expect(sha256(readFileSync(machine.diskFile('sda')))).toBe(before);
  writeFileSync(machine.diskFile('sda'), Buffer.alloc(diskBytes));
  machine.powerCycle();
  expect(resultOf(await run([step('first')])).code).toBe('no-partition-table');
});
