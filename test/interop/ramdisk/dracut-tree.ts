import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type ShellName, shells } from './run-agent.ts';
import { type DracutFamily, type DracutTree, makeDracutTree } from './small-system.ts';

const agentFolder = join(import.meta.dirname, '../../../assets/ramdisk/agent');

/** A layout as the step finds it: what make-layout has planned, and which devices that came to. */
interface FoundLayout {
  readonly groupName: string;
  readonly raidLevel: string;
  /** Number, use, start, size, mount point, file system, RAID level, metadata. */
  readonly plan: readonly (readonly string[])[];
  /** Mount point, file system, device. */
  readonly places: readonly (readonly string[])[];
}

const bootPlan = ['2', 'data', '2', '512', '/boot', 'ext4'];
const groupPlan = ['3', 'group', '514', '9000', '-', '-'];
const volumes = [
  ['/', 'xfs', '/dev/root-vg/root'],
  ['/usr', 'xfs', '/dev/root-vg/usr'],
  ['/var', 'xfs', '/dev/root-vg/var'],
];

/** The UUID that the stand-in for the ramdisk's mdadm gives an array. */
export const arrayUuid = (number: number | string): string => `0000000${number}:89abcdef:01234567:89abcdef`;

const layouts = {
  plain: {
    groupName: '',
    raidLevel: 'none',
    plan: [
      [...bootPlan, '-', '-'],
      ['3', 'data', '514', '9000', '/', 'xfs', '-', '-'],
    ],
    places: [
      ['/boot', 'ext4', '/dev/sda2'],
      ['/', 'xfs', '/dev/sda3'],
    ],
  },
  lvm: {
    groupName: 'root-vg',
    raidLevel: 'none',
    plan: [
      [...bootPlan, '-', '-'],
      [...groupPlan, '-', '-'],
    ],
    places: [['/boot', 'ext4', '/dev/sda2'], ...volumes],
  },
  raid: {
    groupName: '',
    raidLevel: '1',
    plan: [
      [...bootPlan, '1', '1.0'],
      ['3', 'data', '514', '9000', '/', 'xfs', '1', '1.2'],
      ['4', 'data', '9514', '9000', '/srv', 'xfs', '1', '1.2'],
    ],
    places: [
      ['/boot', 'ext4', '/dev/md2'],
      ['/', 'xfs', '/dev/md3'],
      ['/srv', 'xfs', '/dev/md4'],
    ],
  },
  'lvm on raid': {
    groupName: 'root-vg',
    raidLevel: '1',
    plan: [
      [...bootPlan, '1', '1.0'],
      [...groupPlan, '1', '1.2'],
    ],
    places: [['/boot', 'ext4', '/dev/md2'], ...volumes],
  },
} satisfies Record<string, FoundLayout>;

export interface TreeRun extends DracutTree {
  readonly shell?: ShellName;
  readonly layout: keyof typeof layouts;
  readonly family: DracutFamily;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Path → content, in the tree. */
  readonly files?: Readonly<Record<string, string>>;
}

const resultForm = z.object({
  ok: z.boolean(),
  code: z.string().optional(),
  message: z.string().optional(),
  evidence: z.looseObject({
    kernelArguments: z.string().nullish(),
    initramfs: z.array(z.string()).optional(),
    initramfsChanges: z.array(z.unknown()).optional(),
    ran: z.array(z.string()).optional(),
    tool: z.string().optional(),
    stderr: z.string().optional(),
  }),
});

/** What has to do with real disks: no partition is opened or mounted, and the tree is there already. */
const noDisks = `
find_layout() { :; }
open_layout() { :; }
enter_tree() { :; }
close_layout() { :; }
json_chosen_disk() { printf null; }
probe_content() { blkid_type=xfs blkid_uuid=uuid-of-\${1##*/}; }
probe_disk() { case $1 in sda) disk_controller_driver=megaraid_sas ;; *) disk_controller_driver=nvme ;; esac }
`;

/** The whole step on a tree of dracut's family, its programs in the tree's own chroot. */
export function installInTree(folder: string, run: TreeRun) {
  const { groupName, raidLevel, plan, places } = layouts[run.layout];
  const sandbox = join(folder, 'machine');
  const tree = join(sandbox, 'run/rackside/tree');
  const step = join(folder, 'step');
  const write = (file: string, content: string): void => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  makeDracutTree(tree, run.family, run);
  for (const [path, content] of Object.entries(run.files ?? {})) write(join(tree, path), content);
  const table = (lines: readonly (readonly string[])[]): string =>
    lines.map(line => `${line.join('\t')}\n`).join('');
  write(join(step, 'plan'), table(plan));
  write(join(step, 'places'), table(places));
  for (const [name, value] of Object.entries(run.parameters ?? {}))
    write(join(step, 'parameters', name), value);
  const mdadm = join(folder, 'programs/mdadm');
  write(mdadm, `#!/bin/sh\nnumber=$(echo "$3" | tr -dc 0-9)\necho "MD_UUID=${arrayUuid('$number')}"\n`);
  chmodSync(mdadm, 0o755);
  const parts = readFileSync(join(agentFolder, 'run-step.sh'), 'utf8').match(/^\. .+$/gm) ?? [];
  const found = `group_name=${groupName} raid_level=${raidLevel} chosen_disks='sda nvme0n1' layout_firmware=bios`;
  const script = [
    'set -u',
    'LIB=$0 STEP=$1',
    ...parts,
    noDisks,
    found,
    'step_started=0; : >"$STEP/evidence"',
    'step_install_boot_loader',
  ].join('\n');
  const [program, ...first] = shells[run.shell ?? 'busybox'];
  const ended = spawnSync('unshare', ['-r', program, ...first, '-c', script, agentFolder, step], {
    encoding: 'utf8',
    env: {
      PATH: `${join(folder, 'programs')}:${process.env['PATH'] ?? ''}`,
      RACKSIDE_SANDBOX: sandbox,
    },
  });
  const resultFile = join(step, 'result');
  if (!existsSync(resultFile)) throw new Error(`no result; the step said:\n${ended.stderr}`);
  const read = (path: string): string => readFileSync(join(tree, path), 'utf8');
  return {
    result: resultForm.parse(JSON.parse(readFileSync(resultFile, 'utf8'))),
    read,
    has: (path: string): boolean => existsSync(join(tree, path)),
    /** Name and arguments of each program that was started in the tree. */
    called: read('var/lib/called')
      .trimEnd()
      .split('\n')
      .map(line => {
        const [name = ''] = line.split(' ');
        return { name, words: [...line.matchAll(/\[([^\]]*)\]/g)].map(([, word = '']) => word) };
      }),
    console: ended.stderr,
  };
}
