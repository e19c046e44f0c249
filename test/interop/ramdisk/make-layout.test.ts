import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { bySerial, layoutOf, mebibyte, place } from './layout-lines.ts';
import { type MadeUpMachine, makeMachine, partition, readPartitions } from './made-up-machine.ts';
import { type RunOptions, resultOf, runAgent } from './run-agent.ts';

let machine: MadeUpMachine;
afterEach(() => machine.remove());

const gibibyte = 1024;
const plain = layoutOf(
  ['partition', ...place('/boot', 'ext4', 64)],
  ['partition', ...place('/', 'ext4', 'rest')],
  ['partition', ...place('-', 'swap', 32)],
);

function machineOf(sizesMebibytes: number[], uefi = false): void {
  machine = makeMachine({
    uefi,
    disks: sizesMebibytes.map((size, index) => ({
      name: `sd${'abcdef'[index]}`,
      sizeBytes: size * mebibyte,
      serial: `SER-${index + 1}`,
    })),
  });
}

async function make(parameters: Record<string, string>, options: Partial<RunOptions> = {}) {
  machine.powerCycle();
  return await runAgent({
    machine,
    ...options,
    steps: [
      {
        step: 'make-layout',
        parameters: { serial: 'SER-1', firmware: 'bios', table: 'gpt', layout: plain, ...parameters },
      },
    ],
  });
}

const contentHash = (name: string): string =>
  createHash('sha256')
    .update(readFileSync(machine.diskFile(name)))
    .digest('hex');

const isEmpty = (name: string): boolean => {
  const bytes = readFileSync(machine.diskFile(name));
  return bytes.equals(Buffer.alloc(bytes.length));
};

/** Number, start and size in MiB, type, name of each partition. */
function table(name: string): (string | number | undefined)[][] {
  const { partitions } = readPartitions(machine.diskFile(name));
  return partitions.map(({ node, start, size, type, name: label }) => [
    Number(/\d+$/.exec(node)?.[0]),
    start / 2048,
    size / 2048,
    type.slice(0, 8),
    label,
  ]);
}

test.each(['dash', 'busybox'] as const)(
  'GPT and UEFI: the EFI system partition in front, the rest where it was wanted, a reserve at the end (%s)',
  async shell => {
    machineOf([gibibyte], true);
    const reserve = { 'reserve-bytes': String(16 * mebibyte) };
    const run = await make({ firmware: 'uefi', ...reserve }, { shell });
    expect(resultOf(run), run.console).toMatchObject({
      ok: true,
      evidence: { arrays: [], volumeGroup: null },
    });
    expect(table('sda')).toEqual([
      [1, 1, 512, 'C12A7328', 'EFI'],
      [2, 513, 64, '0FC63DAF', '/boot'],
      [3, 577, 398, '0FC63DAF', '/'],
      [4, 975, 32, '0657FD6D', 'swap'],
    ]);
    const { fileSystems } = resultOf(run).evidence;
    expect(fileSystems.map(({ mountPoint, type }: Record<string, string>) => [mountPoint, type])).toEqual([
      ['/boot/efi', 'vfat'],
      ['/boot', 'ext4'],
      ['/', 'ext4'],
      [null, 'swap'],
    ]);
    const facts = execFileSync('dumpe2fs', ['-h', `${machine.diskFile('sda')}?offset=${577 * mebibyte}`], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(facts).toContain(fileSystems[2].uuid);
    // Linux 3.10 with e2fsprogs 1.42 must be able to check it.
    expect(facts).not.toMatch(/metadata_csum|orphan_file/);
  },
);

test('MBR: from the fourth partition on they are logical, and a reserve keeps an entry free', async () => {
  machineOf([256]);
  const five = layoutOf(
    ['partition', ...place('/', 'ext4', 32)],
    ['partition', ...place('/home', 'ext4', 32)],
    ['partition', ...place('/srv', 'ext4', 32)],
    ['partition', ...place('/var', 'ext4', 'rest')],
    ['partition', ...place('-', 'swap', 8)],
  );
  const run = await make({ table: 'mbr', layout: five, 'reserve-bytes': String(8 * mebibyte) });
  expect(resultOf(run), run.console).toMatchObject({ ok: true });
  expect(table('sda').map(line => line.slice(0, 4))).toEqual([
    [1, 1, 32, '83'],
    [2, 33, 32, '83'],
    [3, 65, 183, '5'],
    [5, 66, 32, '83'],
    [6, 99, 140, '83'],
    [7, 240, 8, '82'],
  ]);
});

test('what was on the disk is gone, and it can be made again', async () => {
  machineOf([160]);
  writeFileSync(machine.diskFile('sda'), Buffer.alloc(160 * mebibyte, 0xa5));
  partition(machine.diskFile('sda'), 'label: dos\nsize=100MiB, type=8e\n');
  const first = await make({});
  expect(resultOf(first), first.console).toMatchObject({ ok: true });
  const second = await make({});
  expect(resultOf(second), second.console).toMatchObject({ ok: true });
  expect(table('sda')[0]).toEqual([1, 1, 1, '21686148', 'BIOS boot']);
});

test('too small: the numbers are told and nothing is touched, with what RAID and LVM need for themselves', async () => {
  machineOf([128, 130, 128, 128]);
  const before = contentHash('sda');
  const cases: [Record<string, string>, number][] = [
    [{ layout: layoutOf(['partition', ...place('/', 'ext4', 126)]) }, 129],
    [
      {
        'raid-level': '1',
        'raid-disks': bySerial('SER-2'),
        layout: layoutOf(['partition', ...place('/', 'ext4', 125)]),
      },
      130,
    ],
    [
      {
        'raid-level': '10',
        'raid-disks': bySerial('SER-2', 'SER-3', 'SER-4'),
        layout: layoutOf(
          ['partition', ...place('/boot', 'ext4', 64)],
          ['group', 'rootvg'],
          // An odd number of MiB: whole extents, of which each disk has a half.
          ['volume', 'root', ...place('/', 'ext4', 109)],
        ),
      },
      1 + 1 + 66 + (112 + 4) / 2 + 2 + 1,
    ],
  ];
  for (const [parameters, neededMebibytes] of cases) {
    expect(resultOf(await make(parameters))).toMatchObject({
      ok: false,
      code: 'disk-too-small',
      evidence: { neededBytes: neededMebibytes * mebibyte, diskBytes: 128 * mebibyte },
    });
  }
  expect(contentHash('sda')).toBe(before);
});

const impossible: Readonly<Record<string, Record<string, string>>> = {
  'another kind of firmware': { firmware: 'uefi' },
  'no root': { layout: layoutOf(['partition', ...place('/boot', 'ext4', 64)]) },
  'a mount point twice': { layout: `${plain}\n${layoutOf(['partition', ...place('/boot', 'ext4', 64)])}` },
  'a way out of the tree': {
    layout: `${plain}\n${layoutOf(['partition', ...place('/a/../..', 'ext4', 64)])}`,
  },
  'a file system of the kernel': {
    layout: `${plain}\n${layoutOf(['partition', ...place('/proc', 'ext4', 64)])}`,
  },
  'two rests': { layout: `${plain}\n${layoutOf(['partition', ...place('/srv', 'ext4', 'rest')])}` },
  'a rest beside a group': { layout: `${plain}\ngroup\tvg\nvolume\ta\t/srv\text4\trest` },
  'a volume without a group': { layout: `${plain}\nvolume\ta\t/srv\text4\t9000000` },
  'an option as a name': { layout: 'group\t--test\nvolume\troot\t/\text4\trest' },
  'a group named like a device': { layout: 'group\tnull\nvolume\troot\t/\text4\trest' },
  'a broken size': { layout: 'partition\t/\text4\t-5' },
  'an xfs too small for mkfs': { layout: layoutOf(['partition', ...place('/', 'xfs', 200)]) },
  'an unknown file system': { layout: 'partition\t/\tbtrfs\trest' },
  'a striped /boot': {
    'raid-level': '0',
    'raid-disks': bySerial('SER-2'),
    layout: 'partition\t/\text4\trest',
  },
  'RAID 10 of three': { 'raid-level': '10', 'raid-disks': bySerial('SER-2', 'SER-3') },
  'a RAID of one disk twice': { 'raid-level': '1', 'raid-disks': bySerial('SER-1') },
};

test('an impossible layout is refused with its reason, and nothing is touched', async () => {
  machineOf([64, 64, 64]);
  const given = { serial: 'SER-1', firmware: 'bios', table: 'gpt', layout: plain };
  const run = await runAgent({
    machine,
    timeoutMs: 120_000,
    steps: Object.entries(impossible).map(([, parameters], index) => ({
      step: 'make-layout',
      id: `case-${index}`,
      parameters: { ...given, ...parameters },
    })),
  });
  for (const [index, name] of Object.keys(impossible).entries()) {
    const { ok, code } = resultOf(run, `case-${index}`);
    expect([ok, code], name).toEqual([
      false,
      name === 'another kind of firmware' ? 'wrong-firmware' : 'bad-request',
    ]);
  }
  expect(isEmpty('sda')).toBe(true);
});

test('a volume group of that name on another disk: refused, because the installed system would find neither', async () => {
  machineOf([64, 64]);
  const prepare = () => machine.program('lvm', '[ "$1" = pvs ] && echo "  rootvg|/dev/sdb2"');
  const layout = layoutOf(['group', 'rootvg'], ['volume', 'root', ...place('/', 'ext4', 'rest')]);
  expect(resultOf(await make({ layout }, { prepare }))).toMatchObject({
    ok: false,
    code: 'group-name-taken',
    evidence: { group: 'rootvg', physicalVolumes: ['sdb2'] },
  });
  expect(isEmpty('sda')).toBe(true);
});

test('no loop device is left behind', () => {
  machineOf([1]);
  const loops = execFileSync('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'], {
    encoding: 'utf8',
  });
  expect(loops).not.toContain('rk-ramdisk-');
  expect(existsSync('/dev/rootvg')).toBe(false);
});
