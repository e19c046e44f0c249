import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildRamdisk } from '#assets/ramdisk/build.ts';
import { bySerial, layoutOf, mebibyte, place } from '#test/interop/ramdisk/layout-lines.ts';
import { holderMac, switchedMac } from '#test/interop/ramdisk/lldp-switch.ts';
import { readPartitions } from '#test/interop/ramdisk/made-up-machine.ts';
import { makeSmallSystem } from '#test/interop/ramdisk/small-system.ts';
import { runStepsInMachine } from '#test/interop/ramdisk/steps-in-machine.ts';
import { type StepResult, type StubStep, serveBytes } from '#test/interop/ramdisk/stub-engine.ts';
import { machineMac } from '#test/interop/ramdisk/virtual-machine.ts';

const patienceMs = 540_000;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let ramdiskFolder: string;
let image: Buffer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rk-layouts-'));
  ramdiskFolder = (await buildRamdisk({ profile: 'vm', report: line => console.log(line) })).into;
  image = readFileSync(makeSmallSystem(folder, 48));
}, patienceMs);
afterAll(() => rmSync(folder, { recursive: true }));

function makeDisk(name: string, sizeMebibytes: number): string {
  const file = join(folder, name);
  writeFileSync(file, Buffer.alloc(mebibyte, name));
  truncateSync(file, sizeMebibytes * mebibyte);
  return file;
}

type Parameters = Readonly<Record<string, string>>;

/** Layout, image and boot loader of one system. */
function installSteps(id: string, disk: Parameters): StubStep[] {
  const imageParameters = {
    url: '{origin}/image',
    format: 'zstd',
    'size-bytes': String(image.length),
    sha256: sha256(image),
    verify: 'stream',
  };
  const bootParameters = { 'kernel-arguments': 'memmap=64G$4G', 'rebuild-initramfs': 'yes' };
  return [
    { step: 'make-layout', id: `${id}-layout`, parameters: disk },
    { step: 'write-root-file-system', id: `${id}-write`, parameters: { ...disk, ...imageParameters } },
    { step: 'install-boot-loader', id: `${id}-loader`, parameters: { ...disk, ...bootParameters } },
  ];
}

/** blkid's answer for a part of a file. */
function probe(file: string, startBytes: number, sizeBytes: number): Record<string, string> {
  const lines = execFileSync(
    'blkid',
    ['-p', '-o', 'export', '-O', String(startBytes), '-S', String(sizeBytes), file],
    { encoding: 'utf8' },
  );
  return Object.fromEntries(lines.split('\n').map(line => line.split('=')));
}

/** Where a linear volume lies in the physical volume, from LVM's own text in its first MiB. */
function volumePlace(file: string, startBytes: number, name: string): { start: number; size: number } {
  const text = readFileSync(file)
    .subarray(startBytes, startBytes + mebibyte)
    .toString('latin1');
  const latest = text.slice(text.lastIndexOf('logical_volumes {'));
  const volume = latest.slice(latest.indexOf(`\n${name} {`));
  const number = (key: RegExp, of: string): number => Number(key.exec(of)?.[1]);
  const extent = number(/extent_size = (\d+)/, text) * 512;
  const peStart = number(/pe_start = (\d+)/, text) * 512;
  return {
    start: startBytes + peStart + number(/"pv0", (\d+)/, volume) * extent,
    size: number(/extent_count = (\d+)/, volume) * extent,
  };
}

/** One file system of a disk as a file of its own. */
function cut(file: string, { start, size }: { start: number; size: number }): string {
  const part = join(folder, `part-${start}`);
  writeFileSync(part, readFileSync(file).subarray(start, start + size));
  return part;
}

const debugfs = (file: string, command: string): string =>
  execFileSync('debugfs', ['-R', command, file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

const lvmLayout = layoutOf(
  ['partition', ...place('/boot', 'ext4', 48)],
  ['partition', ...place('-', 'swap', 16)],
  ['group', 'rootvg'],
  ['volume', 'root', ...place('/', 'ext4', 128)],
  ['volume', 'var-log', ...place('/var', 'ext4', 64)],
  ['volume', 'home', ...place('/home', 'xfs', 'rest')],
);

test.concurrent(
  'BIOS: LVM with the image in it, RAID 10, erased disks, probed addresses',
  async () => {
    const disks = {
      lvm: makeDisk('lvm', 640),
      other: makeDisk('other', 16),
      one: makeDisk('one', 256),
      two: makeDisk('two', 256),
      three: makeDisk('three', 256),
      four: makeDisk('four', 256),
      flash: makeDisk('flash', 32),
    };
    const before = sha256(readFileSync(disks.other));
    const lvm = { serial: 'LVM', firmware: 'bios', table: 'gpt', layout: lvmLayout };
    const striped = {
      serial: 'ONE',
      firmware: 'bios',
      table: 'mbr',
      'raid-level': '10',
      'raid-disks': bySerial('TWO', 'THREE', 'FOUR'),
      layout: layoutOf(
        ['partition', ...place('/boot', 'ext4', 48)],
        ['partition', ...place('/', 'xfs', 'rest')],
      ),
    };
    const faster = {
      ...striped,
      'raid-level': '0',
      'raid-disks': bySerial('TWO'),
      layout: layoutOf(
        ['partition', ...place('/boot', 'ext4', 32)],
        ['group', 'data'],
        ['volume', 'root', ...place('/', 'ext4', 300)],
      ),
    };
    const addresses = [
      [machineMac, '-', '10.0.2.2'],
      [machineMac, '-', '10.0.2.77'],
      [switchedMac, '100', '192.0.2.7'],
      [switchedMac, '200', '192.0.2.7'],
      ['52:54:00:ff:ff:ff', '-', '10.0.2.2'],
    ];
    const { resultOf, serial } = await runStepsInMachine({
      title: 'BIOS',
      ramdiskFolder,
      folder,
      uefi: false,
      disks,
      devices: [
        ...(['lvm', 'one', 'two', 'three', 'four', 'other'] as const).map(
          id => `virtio-blk-pci,drive=${id},serial=${id.toUpperCase()}`,
        ),
        'nvme,drive=flash,serial=FLASH',
      ],
      steps: [
        ...installSteps('lvm', lvm),
        { step: 'make-layout', id: 'striped', parameters: striped },
        { step: 'inspect', id: 'look' },
        { step: 'make-layout', id: 'faster', parameters: faster },
        {
          step: 'erase-disks',
          id: 'metadata',
          parameters: { method: 'metadata', disks: bySerial('ONE', 'TWO', 'THREE', 'FOUR') },
        },
        {
          step: 'erase-disks',
          id: 'secure',
          parameters: { method: 'secure-erase', disks: bySerial('FLASH') },
        },
        {
          step: 'probe-addresses',
          id: 'probe',
          parameters: { addresses: addresses.map(line => line.join('\t')).join('\n') },
        },
      ],
      files: new Map([['/image', serveBytes(zstdCompressSync(image))]]),
      timeoutMs: patienceMs - 10_000,
    });
    expect(sha256(readFileSync(disks.other))).toBe(before);
    for (const id of ['lvm-layout', 'lvm-write', 'lvm-loader', 'striped', 'faster', 'metadata', 'secure'])
      expect(resultOf(id), serial).toMatchObject({ ok: true });
    expectLvmSystem(disks.lvm, resultOf);
    expectStriped(resultOf);
    for (const name of ['one', 'two', 'three', 'four'] as const) {
      expect(() => probe(disks[name], 0, 256 * mebibyte), 'nothing is recognised').toThrow();
      const bytes = readFileSync(disks[name]);
      expect(bytes.subarray(0, 2 * mebibyte).every(byte => byte === 0)).toBe(true);
    }
    expect(resultOf('secure').evidence['disks']).toMatchObject([{ erased: true, by: 'nvme-format' }]);
    expect(readFileSync(disks.flash).every(byte => byte === 0)).toBe(true);
    expect(
      resultOf('probe').evidence['addresses'].map(({ result, holder }: Record<string, unknown>) => [
        result,
        holder,
      ]),
    ).toEqual([
      ['taken', '52:55:0a:00:02:02'],
      ['free', null],
      ['taken', holderMac],
      ['free', null],
      ['no-nic', null],
    ]);
  },
  patienceMs,
);

type ResultOf = (id: string) => StepResult;

/** All of it from outside: the table, the volumes by LVM's own text, the file systems by their own tools. */
function expectLvmSystem(file: string, resultOf: ResultOf): void {
  const { partitions } = readPartitions(file);
  expect(partitions.map(({ type, name }) => [type.slice(0, 8), name])).toEqual([
    ['21686148', 'BIOS boot'],
    ['0FC63DAF', '/boot'],
    ['0657FD6D', 'swap'],
    ['E6D6D379', 'LVM rootvg'],
  ]);
  const place = (index: number): { start: number; size: number } => {
    const { start = 0, size = 0 } = partitions[index] ?? {};
    return { start: start * 512, size: size * 512 };
  };
  const group = place(3);
  const volumes = ['root', 'var-log', 'home'].map(name => volumePlace(file, group.start, name));
  const [root = group, var_ = group, home = group] = volumes;
  const uuids = [place(1), place(2), root, var_, home].map(
    part => probe(file, part.start, part.size)['UUID'],
  );
  const types = [place(1), place(2), root, var_, home].map(
    part => probe(file, part.start, part.size)['TYPE'],
  );
  expect(types).toEqual(['ext4', 'swap', 'ext4', 'ext4', 'xfs']);
  expect(resultOf('lvm-write').evidence['mountTable']).toEqual([
    `UUID=${uuids[0]} /boot ext4 defaults 0 2`,
    `UUID=${uuids[1]} none swap defaults 0 0`,
    `UUID=${uuids[2]} / ext4 defaults 0 1`,
    `UUID=${uuids[3]} /var ext4 defaults 0 2`,
    `UUID=${uuids[4]} /home xfs defaults 0 2`,
    'tmpfs /tmp tmpfs size=1G 0 0',
  ]);
  const rootFile = cut(file, root);
  expect(uuids[2]).not.toBe(probe(join(folder, 'small-system.ext4'), 0, image.length)['UUID']);
  execFileSync('e2fsck', ['-f', '-n', rootFile], { stdio: 'pipe' });
  const varFile = cut(file, var_);
  expect(debugfs(varFile, 'cat /lib/data')).toBe('what was in /var');
  expect(debugfs(varFile, 'ea_get /lib/data user.rackside')).toContain('kept');
  expect(debugfs(rootFile, 'ls -p /var')).not.toContain('lib');
  expect(debugfs(varFile, 'cat /lib/called').split('\n')).toEqual([
    '/usr/sbin/update-initramfs -c -k 6.1-test',
    '/usr/sbin/grub-install --target=i386-pc --recheck /dev/vda',
    '/usr/sbin/grub-mkconfig -o /boot/grub/grub.cfg',
    '',
  ]);
  expect(debugfs(rootFile, 'cat /etc/initramfs-tools/conf.d/driver-policy')).toBe('MODULES=most\n');
  expect(debugfs(rootFile, 'stat /.autorelabel')).toContain('regular');
  const bootFile = cut(file, place(1));
  // Five file systems have a link by UUID, and GRUB's script gets the dollar sign unread.
  expect(debugfs(bootFile, 'cat /grub/grub.cfg')).toBe(
    'linux /vmlinuz root=5 console=ttyS0 memmap=64G\\$4G\n',
  );
  expect(debugfs(bootFile, 'ls -p /')).toContain('vmlinuz-6.1-test');
}

/** RAID 10 of four disks, then RAID 0 with LVM over two of them. */
function expectStriped(resultOf: ResultOf): void {
  const { arrays, fileSystems } = resultOf('striped').evidence;
  expect(
    arrays.map(({ level, metadata, members }: Record<string, unknown>) => [level, metadata, members]),
  ).toEqual([
    ['raid1', '1.0', ['vdb1', 'vdc1', 'vdd1', 'vde1']],
    ['raid10', '1.2', ['vdb2', 'vdc2', 'vdd2', 'vde2']],
  ]);
  expect(fileSystems[1]).toMatchObject({ mountPoint: '/', type: 'xfs' });
  // Two halves of the rest of four disks.
  expect(fileSystems[1].sizeBytes).toBeGreaterThan(400 * mebibyte);
  const uuids = (list: { uuid: string }[]): string[] => list.map(({ uuid }) => uuid).toSorted();
  expect(uuids(resultOf('look').evidence['inventory'].arrays)).toEqual(uuids(arrays));
  const second = resultOf('faster').evidence;
  expect(second['arrays'].map(({ level }: { level: string }) => level)).toEqual(['raid1', 'raid0']);
  expect(second['fileSystems'][1]).toMatchObject({
    mountPoint: '/',
    device: 'data/root',
    sizeBytes: 300 * mebibyte,
  });
}

test.concurrent(
  'UEFI: a mirror of two disks, LVM on it, and either disk alone has what the firmware starts',
  async () => {
    const disks = { left: makeDisk('left', 840), right: makeDisk('right', 850) };
    const mirror = {
      serial: 'LEFT',
      firmware: 'uefi',
      table: 'gpt',
      'raid-level': '1',
      'raid-disks': bySerial('RIGHT'),
      layout: layoutOf(
        ['partition', ...place('/boot', 'ext4', 48)],
        ['group', 'root-vg'],
        ['volume', 'root', ...place('/', 'ext4', 'rest')],
        ['volume', 'swap', ...place('-', 'swap', 16)],
      ),
    };
    const { resultOf, serial } = await runStepsInMachine({
      title: 'UEFI',
      ramdiskFolder,
      folder,
      uefi: true,
      disks,
      devices: ['virtio-blk-pci,drive=left,serial=LEFT', 'virtio-blk-pci,drive=right,serial=RIGHT'],
      steps: [
        ...installSteps('mirror', mirror),
        { step: 'set-boot-entry', id: 'entry', parameters: { serial: 'RIGHT', label: 'Second disk' } },
      ],
      files: new Map([['/image', serveBytes(zstdCompressSync(image))]]),
      timeoutMs: patienceMs - 10_000,
    });
    for (const id of ['mirror-layout', 'mirror-write', 'mirror-loader', 'entry'])
      expect(resultOf(id), serial).toMatchObject({ ok: true });
    const { arrays } = resultOf('mirror-layout').evidence;
    expect(arrays.map(({ name, metadata }: Record<string, string>) => [name, metadata])).toEqual([
      ['efi', '1.0'],
      ['boot', '1.0'],
      ['lvm', '1.2'],
    ]);
    expect(resultOf('entry').evidence).toMatchObject({ loader: '\\EFI\\small\\grubx64.efi', partition: 1 });
    for (const file of [disks.left, disks.right]) {
      const [esp, boot, group] = readPartitions(file).partitions;
      expect(esp?.type).toBe('C12A7328-F81F-11D2-BA4B-00A0C93EC93B');
      const fat = `${file}@@${(esp?.start ?? 0) * 512}`;
      expect(execFileSync('mdir', ['-b', '-s', '-i', fat, '::'], { encoding: 'utf8' })).toContain(
        'BOOTX64.EFI',
      );
      const half = cut(file, { start: (boot?.start ?? 0) * 512, size: 48 * mebibyte });
      expect(debugfs(half, 'cat /grub/grub.cfg')).toContain('linux /vmlinuz');
      const member = probe(file, (group?.start ?? 0) * 512, (group?.size ?? 0) * 512);
      expect(member['TYPE']).toBe('linux_raid_member');
      // blkid writes it in another grouping of the same digits.
      expect(member['UUID']?.replaceAll('-', '')).toBe(arrays[2].uuid.replaceAll(':', ''));
      // A mirror begins with the same bytes on both, at the offset that md was told: LVM's label.
      const volumes = (group?.start ?? 0) * 512 + mebibyte;
      const root = cut(file, volumePlace(file, volumes, 'root'));
      expect(debugfs(root, 'cat /etc/mdadm.conf').split('\n')).toEqual([
        ...arrays.map(
          ({ name, metadata, uuid }: Record<string, string>) =>
            `ARRAY /dev/md/${name} metadata=${metadata} UUID=${uuid}`,
        ),
        '',
      ]);
      expect(debugfs(root, 'cat /etc/fstab')).toContain('/boot/efi vfat umask=0077');
      execFileSync('e2fsck', ['-f', '-n', root], { stdio: 'pipe' });
    }
  },
  patienceMs,
);
