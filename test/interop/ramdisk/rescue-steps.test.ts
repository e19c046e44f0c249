import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { mebibyte } from './layout-lines.ts';
import { type MadeUpMachine, makeMachine } from './made-up-machine.ts';
import { type RunOptions, resultOf, runAgent, type ShellName, shells } from './run-agent.ts';
import type { StubStep } from './stub-engine.ts';

let machine: MadeUpMachine;
afterEach(() => machine.remove());

const key = `AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;

function machineOf(...names: string[]): void {
  machine = makeMachine({
    disks: names.map(name => ({ name, sizeBytes: 16 * mebibyte, serial: `SER-${name}` })),
  });
  for (const program of ['ip', 'lspci', 'dmidecode', 'nvme', 'smartctl', 'ethtool']) {
    machine.program(program, `echo "${program} $*"`);
  }
  machine.program('blockdev', `echo "$*" >>"${machine.root}/blockdev-calls"; echo 0`);
  machine.program('dropbear', `echo "$*" >>"${machine.root}/dropbear-calls"`);
  machine.program(
    'dropbearkey',
    `[ "$1" != -t ] || echo key >"$4"; echo 'Public key portion is:'; echo 'ssh-ed25519 AAAAhost root@x'`,
  );
}

const run = (step: StubStep, options: Partial<RunOptions> = {}) =>
  runAgent({ machine, steps: [step], ...options });

test('a rescue has one key and no passwords', async () => {
  machineOf();
  const startWith = async (line: string) =>
    resultOf(await run({ step: 'start-rescue', parameters: { 'authorized-key': line } }));
  const { evidence } = await startWith(`ssh-ed25519 ${key} somebody@there`);
  expect(evidence).toMatchObject({ hostKey: 'ssh-ed25519 AAAAhost', sshPort: 22, consoles: [] });
  const keys = (): string => readFileSync(join(machine.root, 'root/.ssh/authorized_keys'), 'utf8');
  expect(keys()).toBe(`no-port-forwarding,no-agent-forwarding,no-X11-forwarding ssh-ed25519 ${key}\n`);
  expect(readFileSync(join(machine.root, 'dropbear-calls'), 'utf8')).toMatch(
    /^-s -j -k -r \S+ -P \S+ -p 22\n$/,
  );
});

test.each([
  ['none', undefined],
  ['an empty one', ''],
  ['another algorithm', 'ssh-rsa AAAAB3NzaC1yc2E='],
  ['a key that is called so only', `ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQABAA${'A'.repeat(34)}`],
  ['options in front', `command="sh" ssh-ed25519 ${key}`],
  ['a key that is too short', `ssh-ed25519 ${key.slice(1)}`],
  ['a key that is too long', `ssh-ed25519 ${key}A`],
])('a rescue with %s as its key is refused, and nothing is opened', async (_what, line) => {
  machineOf();
  const result = resultOf(
    await run({ step: 'start-rescue', parameters: line === undefined ? {} : { 'authorized-key': line } }),
  );
  expect(result).toMatchObject({ code: 'bad-request', evidence: { parameter: 'authorized-key' } });
  expect(existsSync(join(machine.root, 'root/.ssh'))).toBe(false);
  expect(existsSync(join(machine.root, 'dropbear-calls'))).toBe(false);
});

test('file systems are mounted so that not even a journal is written, and what cannot be has a reason', async () => {
  machineOf('sda', 'sdb', 'sdc', 'sdd', 'sde');
  execFileSync('mkfs.ext4', ['-q', '-L', 'la"b\\', machine.diskFile('sda')]);
  execFileSync('mkfs.vfat', ['-n', 'FAT', machine.diskFile('sdb')], { stdio: 'ignore' });
  execFileSync('mkfs.ext2', ['-q', machine.diskFile('sdc')], { stdio: 'ignore' });
  // LUKS2 on-disk format 1.1.4, §2: magic and version.
  const luks = Buffer.alloc(16 * mebibyte);
  luks.write('LUKS\xba\xbe\0\x01', 'latin1');
  writeFileSync(machine.diskFile('sdd'), luks);
  machine.write('proc/filesystems', 'nodev\ttmpfs\n\text4\n\text2\n');
  const mountSda = `-t ext4 -o ro,nosuid,nodev,noload ${machine.root}/dev/sda ${machine.root}/mnt/sda`;
  const refuse = (): void =>
    machine.program('mount', `echo "$*" >>"${machine.root}/mount-calls"; case $2 in ext2) exit 32 ;; esac`);
  const result = resultOf(await run({ step: 'mount-file-systems' }, { prepare: refuse }));
  expect(result).toMatchObject({
    ok: true,
    evidence: {
      mounts: [{ device: 'sda', type: 'ext4', label: 'la"b\\', mountPoint: `${machine.root}/mnt/sda` }],
      left: [
        { device: 'sdb', type: 'vfat', reason: 'no-driver' },
        { device: 'sdc', type: 'ext2', reason: 'failed' },
        { device: 'sdd', type: 'crypto_LUKS', reason: 'encrypted' },
      ],
    },
  });
  expect(readFileSync(join(machine.root, 'mount-calls'), 'utf8')).toContain(`${mountSda}\n`);
  const calls = readFileSync(join(machine.root, 'blockdev-calls'), 'utf8');
  for (const name of ['sda', 'sdb', 'sdc', 'sdd', 'sde'])
    expect(calls).toContain(`--setro ${machine.root}/dev/${name}\n`);
});

test('disks stay protected as long as one file system is in use, and are given back after that', async () => {
  machineOf('sda');
  machine.write('run/rackside/looked-at/protected', 'sda\n');
  machine.write(
    'proc/mounts',
    `/dev/sda ${machine.root}/mnt/a\\040b ext4 ro 0 0\n/dev/sdb /srv ext4 rw 0 0\n`,
  );
  const busy = resultOf(await run({ step: 'unmount-file-systems' }));
  expect(busy.evidence).toMatchObject({ unmounted: [], busy: [`${machine.root}/mnt/a b`] });
  expect(existsSync(join(machine.root, 'blockdev-calls'))).toBe(false);
  const left = await run(
    { step: 'unmount-file-systems', id: 'again' },
    { prepare: () => machine.program('umount', 'exit 0') },
  );
  expect(resultOf(left, 'again').evidence).toMatchObject({
    unmounted: [`${machine.root}/mnt/a b`],
    busy: [],
  });
  expect(readFileSync(join(machine.root, 'blockdev-calls'), 'utf8')).toBe(
    `--setrw ${machine.root}/dev/sda\n`,
  );
});

/** File → content of an archive, by the real tar. */
function unpack(archive: Buffer): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'rk-logs-'));
  try {
    execFileSync('tar', ['-xzf', '-', '-C', folder], { input: archive });
    const names = execFileSync('ls', [join(folder, 'rackside-logs')], { encoding: 'utf8' })
      .trim()
      .split('\n');
    return new Map(names.map(name => [name, readFileSync(join(folder, 'rackside-logs', name), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.each(Object.keys(shells) as ShellName[])('in %s', shell => {
  test('the logs are sent before the result, and no secret of this boot is in them', async () => {
    machineOf('sda', 'nvme0n1');
    const agent = await run(
      { step: 'collect-logs', id: 'logs' },
      {
        shell,
        prepare: ({ token, session }) => {
          machine.program(
            'dmesg',
            `echo "[0] Command line: quiet rackside.token=${token} rackside.url=http://x"`,
          );
          machine.write('run/rackside/messages.log', `at your service, ${session} and ${token}\n`);
          machine.write('run/rackside/steps/old/parameters/authorized-key', 'a parameter of a step');
          machine.write('run/rackside/steps/old/result', '{"ok":true,"evidence":{"seconds":0}}');
        },
      },
    );
    const { evidence } = resultOf(agent, 'logs');
    const file = agent.engine.stepFiles.get('logs');
    if (file === undefined) throw new Error(`no file came; the console said:\n${agent.console}`);
    const sha256 = createHash('sha256').update(file.bytes).digest('hex');
    expect(file).toMatchObject({ contentType: 'application/gzip', announcedSha256: sha256 });
    const files = unpack(file.bytes);
    expect(evidence).toMatchObject({ bytes: file.bytes.length, sha256, files: [...files.keys()] });
    const all = [...files.values()].join('\n');
    const { token, session, hellos } = agent.engine;
    for (const secret of [token, session, hellos[0]?.bootId, 'a parameter of a step'])
      expect(all).not.toContain(secret);
    expect(files.get('dmesg.txt')).toBe(
      '[0] Command line: quiet rackside.token=(removed) rackside.url=http://x\n',
    );
    expect(JSON.parse(files.get('inventory.json') ?? '')).toMatchObject({ schema: 1 });
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([
        'agent.txt',
        'lspci.txt',
        'smartctl-sda.txt',
        'nvme-error-log-nvme0n1.txt',
        'step-old.json',
      ]),
    );
  });
});

test('a lost answer to the logs is no loss, and an engine that does not want them ends the step', async () => {
  machineOf();
  const lost = await run(
    { step: 'collect-logs', id: 'logs' },
    {
      faults: {
        '/agent/v1/step/logs/file': (_request, response, count) => {
          if (count > 1) return false;
          response.socket?.destroy();
          return true;
        },
      },
    },
  );
  expect(resultOf(lost, 'logs').ok).toBe(true);
  expect(lost.engine.stepFiles.has('logs')).toBe(true);
  const unwanted = await run(
    { step: 'collect-logs', id: 'more' },
    {
      faults: {
        '/agent/v1/step/more/file': (_request, response) => {
          response.writeHead(410).end();
          return true;
        },
      },
    },
  );
  expect(resultOf(unwanted, 'more')).toMatchObject({ ok: false, code: 'cancelled' });
});
