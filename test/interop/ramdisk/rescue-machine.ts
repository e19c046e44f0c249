import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { buildRamdisk } from '#assets/ramdisk/build.ts';
import { bySerial, layoutOf, mebibyte, place } from './layout-lines.ts';
import { runStepsInMachine } from './steps-in-machine.ts';
import type { StepResult, StubEngine, StubStep } from './stub-engine.ts';

/** Under TCG on a busy machine everything takes ten times as long as alone. */
export const patienceMs = 540_000;

/** `mirror`: besides, an array of two disks with a volume group on it, made by the agent itself; minutes of emulation. */
export type RescuedDisks = 'plain' | 'mirror';

let folder: string;

/** A rescue in a machine: one key and the serial console get in, file systems are shown, and not a byte on a disk changes. */
export async function proveRescue(kind: RescuedDisks): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'rk-rescue-'));
  try {
    for (const key of ['ours', 'other'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', key, '-f', join(folder, key)]);
    await rescue(kind);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function emptyDisk(name: string, mebibytes: number): string {
  const file = join(folder, name);
  writeFileSync(file, '');
  truncateSync(file, mebibytes * mebibyte);
  return file;
}

/** ext4 with a block in its journal that a mount would replay. */
function diskWithUncleanJournal(): string {
  const file = emptyDisk('unclean', 32);
  execFileSync('mkfs.ext4', ['-q', '-L', 'un clean', file]);
  const block = join(folder, 'block');
  writeFileSync(block, Buffer.alloc(4096, 'R'));
  const commands = join(folder, 'debugfs-commands');
  writeFileSync(commands, `journal_open\njournal_write -b 7000 ${block}\njournal_close\n`);
  execFileSync('debugfs', ['-w', '-f', commands, file], { stdio: 'ignore' });
  const features = execFileSync('dumpe2fs', ['-h', file], { encoding: 'utf8', stdio: 'pipe' });
  expect(features).toContain('needs_recovery');
  return file;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  await new Promise(resolve => server.close(resolve));
  return address.port;
}

interface Login {
  readonly port: number;
  readonly hostKey: string;
  readonly key?: string;
}

/** The real client, which knows the host key from the evidence alone. Gives what it said, on both channels. */
function ssh({ port, hostKey, key }: Login, command: string): Promise<string> {
  const known = join(folder, 'known-hosts');
  writeFileSync(known, `[127.0.0.1]:${port} ${hostKey}\n`);
  const words =
    key === undefined
      ? ['-o', 'PubkeyAuthentication=no']
      : ['-i', join(folder, key), '-o', 'IdentitiesOnly=yes'];
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${known}`];
  return new Promise(resolve => {
    execFile(
      'ssh',
      [
        '-F',
        'none',
        ...options.flatMap(option => ['-o', option]),
        ...words,
        '-p',
        `${port}`,
        'root@127.0.0.1',
        command,
      ],
      { timeout: 120_000 },
      (_failure, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** A mirror of a SATA and an NVMe disk with /boot, and LVM on the rest of it: made by the agent itself. */
const layout: StubStep = {
  step: 'make-layout',
  id: 'layout',
  parameters: {
    serial: 'MIRROR-1',
    'raid-disks': bySerial('MIRROR-2'),
    'raid-level': '1',
    firmware: 'bios',
    table: 'gpt',
    layout: layoutOf(
      ['partition', ...place('/boot', 'ext4', 64)],
      ['group', 'rootvg'],
      ['volume', 'root', ...place('/', 'xfs', 304)],
    ),
  },
};

async function rescue(kind: RescuedDisks): Promise<void> {
  const ramdiskFolder = (await buildRamdisk({ profile: 'vm', report: line => console.log(line) })).into;
  const port = await freePort();
  const sizeMebibytes = kind === 'mirror' ? 448 : 32;
  const disks = {
    unclean: diskWithUncleanJournal(),
    first: emptyDisk('first', sizeMebibytes),
    second: emptyDisk('second', sizeMebibytes),
  };
  const seen = { before: [''], ours: '', other: '', password: '', typed: false };
  const { inventory, resultOf, serial } = await runStepsInMachine({
    title: 'rescue',
    ramdiskFolder,
    folder,
    uefi: false,
    disks,
    devices: [
      'ahci,id=ahci',
      'ide-hd,drive=unclean,bus=ahci.0,serial=UNCLEAN',
      'ide-hd,drive=first,bus=ahci.1,serial=MIRROR-1',
      'nvme,drive=second,serial=MIRROR-2',
    ],
    files: new Map(),
    sshPort: port,
    onSerial: (said, type) => {
      if (seen.typed || !/rescue system[\s\S]*~ # /.test(said)) return;
      seen.typed = true;
      type('echo typed-$((40 + 2))\n');
    },
    steps: [...(kind === 'mirror' ? [layout] : []), ...rescueSteps(port, disks, seen)],
    timeoutMs: patienceMs - 10_000,
  });
  expectRescue(kind, resultOf, inventory);
  expect(seen.other).toContain('Permission denied (publickey).');
  expect(seen.password).toContain('Permission denied (publickey).');
  expect(seen.ours).toMatch(/^0$/m);
  expect(seen.ours).toContain('/mnt/sda/lost+found');
  expect(seen.ours.match(/Read-only file system|Operation not permitted/g)).toHaveLength(2);
  expect(Object.values(disks).map(hashOf)).toEqual(seen.before);
  expect(serial).toContain('typed-42');
}

interface Seen {
  before: string[];
  ours: string;
  other: string;
  password: string;
}

function rescueSteps(port: number, disks: Readonly<Record<string, string>>, seen: Seen): StubStep[] {
  const loginOf = (engine: StubEngine): Login => ({
    port,
    hostKey: engine.results.get('rescue')?.evidence['hostKey'],
  });
  return [
    {
      step: 'start-rescue',
      id: 'rescue',
      parameters: { 'authorized-key': readFileSync(join(folder, 'ours.pub'), 'utf8').trim() },
    },
    {
      step: 'mount-file-systems',
      id: 'mount',
      before: async engine => {
        const login = loginOf(engine);
        seen.other = await ssh({ ...login, key: 'other' }, 'id');
        seen.password = await ssh(login, 'id');
        await ssh({ ...login, key: 'ours' }, 'sync');
        seen.before = Object.values(disks).map(hashOf);
      },
    },
    {
      step: 'erase-disks',
      id: 'refused',
      parameters: { method: 'metadata', disks: bySerial('UNCLEAN') },
      before: async engine => {
        const look =
          'id -u; ls -d /mnt/*/lost+found; echo x >/mnt/sda/x; dd if=/dev/zero of=/dev/sda count=1';
        seen.ours = await ssh({ ...loginOf(engine), key: 'ours' }, look);
      },
    },
    { step: 'unmount-file-systems', id: 'unmount' },
  ];
}

// biome-ignore lint/suspicious/noExplicitAny: an inventory is open JSON here
function expectRescue(kind: RescuedDisks, resultOf: (id: string) => StepResult, inventory: any): void {
  for (const id of [...(kind === 'mirror' ? ['layout'] : []), 'rescue', 'mount', 'unmount']) {
    expect(resultOf(id), JSON.stringify(resultOf(id))).toMatchObject({ ok: true });
  }
  expect(resultOf('rescue').evidence).toMatchObject({
    hostKey: expect.stringMatching(/^ssh-ed25519 AAAA[A-Za-z0-9+/]{64}$/),
    addresses: ['10.0.2.15'],
    sshPort: 22,
    consoles: ['tty0', 'ttyS0'],
  });
  expect(resultOf('mount').evidence).toMatchObject({
    mounts: [
      { device: 'sda', type: 'ext4', label: 'un clean', mountPoint: '/mnt/sda' },
      ...(kind === 'mirror'
        ? [
            { device: 'md100', type: 'ext4', mountPoint: '/mnt/md100' },
            { device: 'rootvg/root', type: 'xfs', mountPoint: '/mnt/rootvg/root' },
          ]
        : []),
    ],
    left: [],
  });
  expect(resultOf('refused')).toMatchObject({ ok: false, code: 'disk-in-use' });
  expect(resultOf('unmount').evidence['busy']).toEqual([]);
  expect(resultOf('unmount').evidence['unmounted']).toHaveLength(kind === 'mirror' ? 3 : 1);
  const smartOf = new Map(
    inventory.disks.map((disk: { name: string; smart: unknown }) => [disk.name, disk.smart]),
  );
  expect(smartOf.get('sda')).toMatchObject({ smart_status: { passed: true }, device: { protocol: 'ATA' } });
  expect(smartOf.get('nvme0n1')).toMatchObject({
    smart_status: { passed: true },
    device: { protocol: 'NVMe' },
  });
}
