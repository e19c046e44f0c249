import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import { assets, plainPlan, profiles } from './plans.ts';

const root = mkdtempSync(path.join(tmpdir(), 'rk-other-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('debian-installer sees no array, and no volume group but on the disks that were chosen', () => {
  const plan = profiles['raid-1']?.('debian-installer') ?? plainPlan('debian-installer');
  const { text } = renderAnswerFile({ plan, assets });
  const lines = (text ?? '').split('\n').flatMap(line => /^#disks\| ?(.*)/.exec(line)?.[1] ?? []);
  const own = lines.slice(lines.indexOf('rm -f /lib/partman/recipes*/*'));
  const partitionOf = lines.slice(lines.indexOf('partition_of() {')).slice(0, 6);
  const file = (name: string, content: string) => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  };
  for (const [disk, part] of [
    ['sda', 'sda1'],
    ['sdaa', 'sdaa1'],
    ['nvme0n1', 'nvme0n1p2'],
  ] as const) {
    file(`sys/block/${disk}/size`, '8192\n');
    file(`sys/block/${disk}/${part}/partition`, '1\n');
    for (const name of [disk, part]) file(`sys/class/block/${name}/size`, '4096\n');
  }
  file('etc/lvm/lvm.conf', 'devices {\n}\n');
  file('lib/partman/recipes-amd64-efi/30atomic', 'a recipe of its own');
  for (const name of ['dd', 'modprobe', 'blockdev', 'debconf-set']) {
    file(`bin/${name}`, `#!/bin/sh\necho "${name} $*" >>${root}/asked\n`);
    chmodSync(path.join(root, 'bin', name), 0o755);
  }
  const script = ['disk1=sda disk2=nvme0n1', ...partitionOf, ...own]
    .join('\n')
    .replaceAll(/(?<=[ "])\/(sys|var|etc|lib|dev\/md)(?=[/ ])/g, `${root}/$1`)
    .replaceAll('>/var', `>${root}/var`)
    .replaceAll('>>/etc', `>>${root}/etc`);
  const run = spawnSync('sh', ['-u'], {
    input: script,
    encoding: 'utf8',
    env: { PATH: `${root}/bin:${process.env['PATH']}` },
  });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(existsSync(path.join(root, 'var/lib/partman/md'))).toBe(true);
  // Without a folder partman would look for recipes in `/`.
  expect(readdirSync(path.join(root, 'lib/partman/recipes-amd64-efi'))).toEqual([]);
  const written = readFileSync(path.join(root, 'asked'), 'utf8').matchAll(/^dd .*of=\/dev\/(\S+)/gm);
  expect([...new Set([...written].map(([, name]) => name))]).toEqual(['sda1', 'sda', 'nvme0n1p2', 'nvme0n1']);
  const filter = /filter = \[ (.*) \]/.exec(readFileSync(path.join(root, 'etc/lvm/lvm.conf'), 'utf8'))?.[1];
  const patterns = (filter ?? '').split(', ').map(word => /^"([ar])\|(.*)\|"$/.exec(word));
  const isSeen = (name: string) =>
    patterns.find(pattern => new RegExp(pattern?.[2] ?? '').test(`/dev/${name}`))?.[1] === 'a';
  expect(['sda', 'sda1', 'sda12', 'nvme0n1', 'nvme0n1p2', 'md0'].filter(isSeen)).toHaveLength(6);
  expect(['sdaa', 'sdaa1', 'sdb', 'nvme0n12', 'nvme0n11p1', 'mapper/x'].filter(isSeen)).toEqual([]);
  expect(text).toContain('device_remove_md boolean false');
});
