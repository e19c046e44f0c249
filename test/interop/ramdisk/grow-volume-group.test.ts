import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { mebibyte } from './layout-lines.ts';
import { type MadeUpMachine, makeMachine, partition } from './made-up-machine.ts';
import { resultOf, runAgent, type ShellName, shells } from './run-agent.ts';

let machine: MadeUpMachine;
afterEach(() => machine.remove());

interface Volume {
  readonly name: string;
  readonly layout?: string;
  readonly role?: string;
  readonly fileSystem?: 'ext4' | 'swap';
  readonly holdsRoot?: boolean;
}

interface Group {
  readonly attributes?: string;
  readonly volumes: readonly Volume[];
}

/** What blkid knows a physical volume by, in the second sector of one (lib/format_text/layout.h of LVM 2). */
function physicalVolumeLabel(): Buffer {
  const label = Buffer.alloc(512);
  label.write('LABELONE');
  label.writeBigUInt64LE(1n, 8);
  label.writeUInt32LE(32, 20);
  label.write('LVM2 001', 24);
  label.write('a'.repeat(32), 32);
  // The usual polynomial from a start of its own, and not inverted at the end.
  const sum = ~crc32(label.subarray(20), ~0xf597a6cf >>> 0) >>> 0;
  label.writeUInt32LE(sum, 16);
  return label;
}

/** A disk with LVM in its last partition, and an `lvm` that answers for such a group and writes down what it changes. */
async function grow({ attributes = 'wz--n-', volumes }: Group, shell: ShellName = 'busybox') {
  machine = makeMachine({ disks: [{ name: 'sda', sizeBytes: 96 * mebibyte, serial: 'SER-1' }] });
  const disk = machine.diskFile('sda');
  partition(disk, 'label: gpt\nsize=8MiB, name=boot\nsize=20MiB, name=lvm\n');
  const bytes = readFileSync(disk);
  physicalVolumeLabel().copy(bytes, 9 * mebibyte + 512);
  writeFileSync(disk, bytes);
  const folder = join(machine.root, 'dev/rootvg');
  mkdirSync(folder, { recursive: true });
  for (const { name, fileSystem } of volumes) {
    const file = join(folder, name);
    writeFileSync(file, '');
    truncateSync(file, 16 * mebibyte);
    if (fileSystem !== undefined)
      execFileSync(fileSystem === 'swap' ? 'mkswap' : 'mkfs.ext4', ['-q', file], { stdio: 'ignore' });
  }
  const lines = volumes.map(
    ({ name, layout = 'linear', role = 'public' }) => `  ${name}|${layout}|${role}\n`,
  );
  machine.write('volumes', lines.join(''));
  const prepare = () => {
    machine.program(
      'lvm',
      [
        'for last; do :; done',
        `case $1 in pvresize | lvextend) echo "$1 $last" >>${machine.root}/changed ;; esac`,
        'case $1 in',
        'pvs) echo "  rootvg" ;;',
        `vgs) case "$*" in *vg_attr*) echo "  ${attributes}" ;; *vg_free_count*) echo "  6" ;; *) echo "  80|24" ;; esac ;;`,
        `lvs) cat ${machine.root}/volumes ;;`,
        `lvextend) truncate -s 40M ${machine.root}/dev/$last ;;`,
        'esac',
      ].join('\n'),
    );
    const roots = volumes.filter(({ holdsRoot }) => holdsRoot).map(({ name }) => `*/${name}`);
    machine.program(
      'mount',
      `case $5 in ${roots.join(' | ') || '-'}) mkdir -p "$6/etc" && : >"$6/etc/fstab" ;; esac`,
    );
    machine.program('umount', 'rm -rf "$1/etc"');
  };
  const steps = [{ step: 'grow-last-partition', parameters: { serial: 'SER-1' } }];
  const run = await runAgent({ machine, shell, steps, prepare });
  const changed = join(machine.root, 'changed');
  return {
    result: resultOf(run),
    console: run.console,
    changed: existsSync(changed) ? readFileSync(changed, 'utf8').trim().split('\n') : [],
  };
}

const root: Volume = { name: 'root', fileSystem: 'ext4', holdsRoot: true };
const swap: Volume = { name: 'swap', fileSystem: 'swap' };
const home: Volume = { name: 'home', fileSystem: 'ext4' };

test.each(Object.keys(shells) as ShellName[])(
  'the physical volume takes the partition, and the volume with /etc/fstab what is free then (%s)',
  async shell => {
    const { result, changed, console } = await grow({ volumes: [home, root, swap] }, shell);
    expect(result, console).toMatchObject({
      ok: true,
      evidence: {
        beforeBytes: 20 * mebibyte,
        afterBytes: 86 * mebibyte,
        fileSystem: { type: 'ext4', grown: true, reason: null },
        volumeGroup: { name: 'rootvg', sizeBytes: 80, freeBytes: 24, rootVolume: 'root' },
      },
    });
    expect(changed).toEqual([expect.stringMatching(/^pvresize \/dev\/loop\d+$/), 'lvextend rootvg/root']);
    const facts = execFileSync('dumpe2fs', ['-h', join(machine.root, 'dev/rootvg/root')], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const fact = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(facts)?.[1]);
    expect(fact('Block count') * fact('Block size')).toBe(40 * mebibyte);
  },
);

test('the only volume with files is grown, though nobody can look into it', async () => {
  const { changed } = await grow({ volumes: [{ name: 'data', fileSystem: 'ext4' }, swap] });
  expect(changed.at(-1)).toBe('lvextend rootvg/data');
});

test.each<[string, readonly Volume[]]>([
  ['two volumes with a root', [root, { ...root, name: 'rescue' }]],
  ['two with files, neither of them a root', [home, { ...home, name: 'srv' }]],
  ['a root that is thin', [{ ...root, layout: 'thin,sparse' }]],
  ['a root with snapshots', [{ ...root, role: 'public,origin,thickorigin' }]],
])('%s: the group has the room, and no volume is given it', async (_name, volumes) => {
  const { result, changed, console } = await grow({ volumes });
  expect(result, console).toMatchObject({
    ok: true,
    evidence: {
      fileSystem: { type: 'LVM2_member', grown: false, reason: 'left-to-os' },
      volumeGroup: { name: 'rootvg', freeBytes: 24, rootVolume: null },
    },
  });
  expect(changed).toEqual([expect.stringMatching(/^pvresize /)]);
});

test.each([
  ['is exported', 'wzx-n-'],
  ['goes on over another disk', 'wz-pn-'],
  ['is shared between servers', 'wz--ns'],
])('a group that %s is left alone', async (_name, attributes) => {
  const { result, changed } = await grow({ attributes, volumes: [root] });
  expect(result).toMatchObject({ ok: true, evidence: { volumeGroup: { rootVolume: null } } });
  expect(changed).toEqual([]);
});
