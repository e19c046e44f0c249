import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  findDisksScript,
  reportScript,
} from '#engine/provision/deploy/linux-installer/answer-file/scripts.ts';
import type { DiskIdentity } from '#shared/contract/index.ts';
import { assets, plainPlan, sataDisk } from './plans.ts';

/** The script that stands between a person's choice and an erased disk, in a made-up /sys. */
const directory = mkdtempSync(path.join(tmpdir(), 'rk-disks-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface SeenDisk {
  readonly name: string;
  readonly sizeBytes?: number;
  /** Below /sys/block/<name>. */
  readonly files?: Readonly<Record<string, string>>;
  readonly udev?: Readonly<Record<string, string>>;
}

let counter = 0;
function find(disks: readonly SeenDisk[], ...wanted: readonly Partial<DiskIdentity>[]) {
  return findIn('uefi', disks, ...wanted);
}

/** On a machine that was started in this firmware; the plan is for UEFI. */
function findIn(
  firmware: 'bios' | 'uefi',
  disks: readonly SeenDisk[],
  ...wanted: readonly Partial<DiskIdentity>[]
) {
  counter++;
  const root = path.join(directory, String(counter));
  const bin = path.join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  if (firmware === 'uefi') mkdirSync(path.join(root, 'sys/firmware/efi'), { recursive: true });
  for (const { name, sizeBytes = sataDisk.sizeBytes, files = {}, udev = {} } of disks) {
    for (const [file, content] of Object.entries({ size: `${sizeBytes / 512}\n`, ...files })) {
      const target = path.join(root, 'sys/block', name, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, content, 'latin1');
    }
    writeFileSync(
      path.join(root, `udev-${name}`),
      Object.entries(udev)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
  }
  const program = (name: string, text: string) => {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  program('udevadm', `for last; do :; done; cat "${root}/udev-\${last##*/}"`);
  program('curl', `for last; do :; done; echo "$last" >>"${root}/asked"`);
  const plan = { ...plainPlan('anaconda'), disks: wanted.map(disk => ({ ...nothing, ...disk })) };
  const shown = wanted.map((_, index) => `echo "$disk${index + 1}"`).join('\n');
  const script = [reportScript(plan, assets.scripts), findDisksScript(plan, assets.scripts), shown].join(
    '\n',
  );
  const run = spawnSync('sh', ['-u'], {
    input: script,
    encoding: 'utf8',
    env: { PATH: `${bin}:${process.env['PATH']}`, RACKSIDE_SYS: path.join(root, 'sys') },
  });
  const asked = run.status === 0 ? '' : readFileSync(path.join(root, 'asked'), 'utf8');
  return { status: run.status, found: run.stdout.trim().split('\n'), stderr: run.stderr, asked };
}

const nothing: DiskIdentity = {
  name: 'sda',
  model: 'M',
  serial: '',
  wwn: '',
  byPath: '',
  sizeBytes: sataDisk.sizeBytes,
};
const serial = (text: string) => ({ udev: { ID_SERIAL_SHORT: text } });

describe('the disk is found', () => {
  test('under another kernel name than it had', () => {
    const { status, found } = find(
      [
        { name: 'sda', ...serial('S1') },
        { name: 'sdb', ...serial('S2') },
      ],
      { name: 'sda', serial: 'S2' },
    );
    expect([status, found]).toEqual([0, ['sdb']]);
  });

  test.each<[string, SeenDisk, Partial<DiskIdentity>]>([
    [
      'its serial in sysfs (virtio, NVMe)',
      { name: 'vda', files: { serial: ' disk one \n' } },
      { serial: 'DISK one' },
    ],
    [
      'its serial in VPD page 80 (SAS)',
      { name: 'sda', files: { 'device/vpd_pg80': '\0\u0080\0\u0008  ZC12AB' } },
      { serial: 'ZC12AB' },
    ],
    [
      'the NAA that sysfs writes',
      { name: 'sda', files: { 'device/wwid': 'naa.5002538E40A1B2C3\n' } },
      { wwn: '0x5002538e40a1b2c3' },
    ],
    [
      'the WWN that only udev knows',
      { name: 'sda', udev: { ID_WWN_WITH_EXTENSION: '0x600605b00d0ce9402a8b5c7d0e6f1234' } },
      { wwn: '0x600605b00d0ce9402a8b5c7d0e6f1234' },
    ],
    [
      'an EUI of NVMe',
      { name: 'nvme0n1', files: { wwid: 'eui.0025384300000001\n' } },
      { wwn: 'eui.0025384300000001' },
    ],
    [
      'the way to it, when it has no name',
      { name: 'sda', udev: { ID_PATH: 'pci-0000:00:1f.2-ata-1' } },
      { byPath: 'pci-0000:00:1f.2-ata-1' },
    ],
    ['its size alone, when nobody knows more', { name: 'sda' }, {}],
  ])('by %s', (_, disk, wanted) => {
    const other = { name: 'sdz', sizeBytes: 512 * 1000, ...serial('other') };
    expect(find([disk, other], wanted)).toMatchObject({ status: 0, found: [disk.name] });
  });

  test('for each member of a RAID', () => {
    const disks = ['S1', 'S2', 'S3'].map((text, index) => ({ name: `sd${'abc'[index]}`, ...serial(text) }));
    expect(find(disks, { serial: 'S3' }, { serial: 'S1' }).found).toEqual(['sdc', 'sda']);
  });

  test('beside what is no disk', () => {
    const noise = ['loop0', 'dm-0', 'md127', 'sr0', 'zram0'].map(name => ({ name, ...serial('S1') }));
    const hidden = { name: 'nvme0c0n1', files: { hidden: '1\n' }, ...serial('S1') };
    expect(find([...noise, hidden, { name: 'nvme0n1', ...serial('S1') }], { serial: 'S1' }).found).toEqual([
      'nvme0n1',
    ]);
  });
});

describe('the installation is stopped and says why', () => {
  test.each<[string, readonly SeenDisk[], Partial<DiskIdentity>, string]>([
    ['when it is not there', [{ name: 'sda', ...serial('S2') }], { serial: 'S1' }, '0+disks'],
    [
      'when two are alike',
      [
        { name: 'sda', ...serial('S1') },
        { name: 'sdb', ...serial('S1') },
      ],
      { serial: 'S1' },
      '2+disks',
    ],
    [
      'when its size is another',
      [{ name: 'sda', sizeBytes: 1_000_204_886_016, ...serial('S1') }],
      { serial: 'S1' },
      '0+disks',
    ],
    [
      'when the WWN is another',
      [{ name: 'sda', udev: { ID_SERIAL_SHORT: 'S1', ID_WWN: '0x2' } }],
      { serial: 'S1', wwn: '0x1' },
      '0+disks',
    ],
    [
      'when its serial is only a part of another',
      [{ name: 'sda', ...serial('S12') }],
      { serial: 'S1' },
      '0+disks',
    ],
    ['when its serial is a pattern', [{ name: 'sda', ...serial('S12') }], { serial: 'S.*' }, '0+disks'],
    [
      'when it has a name and the way alone fits',
      [{ name: 'sda', udev: { ID_PATH: 'pci-1' } }],
      { serial: 'S1', byPath: 'pci-1' },
      '0+disks',
    ],
    ['without any disk', [], { serial: '-rf /; $(reboot)' }, '0+disks'],
  ])('%s', (_, disks, wanted, word) => {
    const { status, asked, stderr } = find(disks, wanted);
    expect(status).toBe(1);
    expect(asked).toMatch(/\/progress\/failed\?detail=/);
    expect(asked).toContain(word);
    expect(stderr).toContain('nothing was written');
  });
});

test('the shell parts pass shellcheck', () => {
  const scripts = ['report.sh', 'find-disks.sh', 'set-up-system.sh'];
  const folder = path.join(import.meta.dirname, '../../../../../assets/templates');
  const checked = spawnSync('shellcheck', ['-s', 'sh', ...scripts], { cwd: folder, encoding: 'utf8' });
  expect(checked.stdout).toBe('');
});

test('a machine that was started in the other firmware is refused before its disk is looked for', () => {
  const { status, found, asked } = findIn('bios', [{ name: 'sda', ...serial('S1') }], { serial: 'S1' });
  expect([status, found]).toEqual([1, ['']]);
  expect(asked).toContain('failed?detail=this+machine+was+started+in+bios+mode');
});
