import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installInTree, type TreeRun } from './dracut-tree.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-initramfs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const kernel = '5.14.0-427.el9.x86_64';
const file = `boot/initramfs-${kernel}.img`;
const modules = `usr/lib/modules/${kernel}/kernel/drivers`;

/** What the real lsinitrd says of an initramfs with these files. */
function listing(...paths: readonly string[]): string {
  const root = mkdtempSync(join(folder, 'files-'));
  const files = ['init', ...paths];
  for (const path of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), 'x');
  }
  const archive = execFileSync('cpio', ['-o', '-H', 'newc', '--quiet'], {
    cwd: root,
    input: files.join('\n'),
  });
  const image = `${root}.img`;
  writeFileSync(image, gzipSync(archive));
  const { stdout } = spawnSync('lsinitrd', [image], { encoding: 'utf8' });
  expect(stdout).toContain(' init\n');
  return stdout;
}

const install = (run: Partial<TreeRun>) =>
  installInTree(folder, {
    family: 'rhel',
    layout: 'plain',
    kernels: [kernel],
    parameters: { 'rebuild-initramfs': 'yes' },
    ...run,
  });

const ofOtherServer = { [file]: 'as the image brought it' };

test("the driver of this server's controller that the image's initramfs lacked is named", () => {
  const listings = {
    old: listing(`${modules}/ata/ahci.ko.xz`, `${modules}/nvme/host/nvme.ko.xz`),
    made: listing(
      `${modules}/ata/ahci.ko.xz`,
      `${modules}/nvme/host/nvme.ko.xz`,
      `${modules}/scsi/megaraid/megaraid_sas.ko.xz`,
    ),
  };
  const { result, console } = install({ files: ofOtherServer, listings });
  expect(result.evidence.initramfsChanges, console).toEqual([
    {
      file: `/${file}`,
      oldBytes: 23,
      newBytes: 5,
      oldDrivers: 2,
      newDrivers: 3,
      lacked: ['megaraid_sas'],
    },
  ]);
});

test.each(['dash', 'busybox'] as const)('one that had them all lacked none (%s)', shell => {
  const all = listing(`${modules}/nvme/host/nvme.ko`, `${modules}/scsi/megaraid/megaraid_sas.ko.zst`);
  const { result } = install({ shell, files: ofOtherServer, listings: { old: all, made: all } });
  expect(result.evidence.initramfsChanges).toMatchObject([{ oldDrivers: 2, newDrivers: 2, lacked: [] }]);
});

test('nothing is claimed of one that nobody can look into, or that was not there', () => {
  const broken = 'Image: /boot/initramfs: 30M\nUnknown compression\n';
  const made = listing(`${modules}/nvme/host/nvme.ko.xz`, `${modules}/scsi/megaraid/megaraid_sas.ko.xz`);
  const unread = install({ files: ofOtherServer, listings: { old: broken, made } });
  expect(unread.result.evidence.initramfsChanges).toMatchObject([
    { oldBytes: 23, oldDrivers: null, newDrivers: 2, lacked: [] },
  ]);
});

test.each<[string, Partial<TreeRun>, object]>([
  ['without lsinitrd', { files: ofOtherServer }, { oldBytes: 23, oldDrivers: null, newDrivers: null }],
  ['without one in the image', {}, { oldBytes: null, oldDrivers: null, newBytes: 5 }],
])('%s only the sizes are told', (_name, run, expected) => {
  expect(install(run).result.evidence.initramfsChanges).toMatchObject([{ ...expected, lacked: [] }]);
});

test('an image inside of the image, which nobody unpacked, is not taken for one without drivers', () => {
  const made = listing(`${modules}/scsi/megaraid/megaraid_sas.ko.xz`);
  const old = listing('squash-root.img');
  const { result } = install({ files: ofOtherServer, listings: { old, made } });
  expect(result.evidence.initramfsChanges).toMatchObject([{ oldDrivers: null, lacked: [] }]);
});
