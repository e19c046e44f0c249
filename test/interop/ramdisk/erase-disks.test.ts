import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { bySerial, mebibyte } from './layout-lines.ts';
import { type MadeUpMachine, makeMachine, partition } from './made-up-machine.ts';
import { resultOf, runAgent, type ShellName } from './run-agent.ts';

const diskBytes = 48 * mebibyte;
const ahci = { pciAddress: '0000:00:1f.2', driver: 'ahci' };
const nvme = { pciAddress: '0000:01:00.0', driver: 'nvme' };
let machine: MadeUpMachine;
afterEach(() => machine.remove());

const disk = (name: string, serial: string, controller = ahci) => ({
  name,
  sizeBytes: diskBytes,
  serial,
  controller,
  ...(controller === ahci ? { ataPort: 1 } : {}),
});
const contentHash = (name: string): string =>
  createHash('sha256')
    .update(readFileSync(machine.diskFile(name)))
    .digest('hex');

/** Two disks with something on them; the second one is never named. */
function twoFullDisks(): void {
  machine = makeMachine({ disks: [disk('sda', 'ONE'), disk('sdb', 'TWO')] });
  for (const name of ['sda', 'sdb']) {
    const file = machine.diskFile(name);
    writeFileSync(file, Buffer.alloc(diskBytes, 'secret'));
    partition(file, 'label: gpt\nsize=20MiB\nsize=20MiB\n');
    execFileSync('mkfs.ext4', ['-q', '-F', '-E', `nodiscard,offset=${mebibyte}`, file, '20m']);
  }
}

async function erase(method: string, serials: string[], shell?: ShellName) {
  machine.powerCycle();
  return await runAgent({
    machine,
    ...(shell === undefined ? {} : { shell }),
    steps: [{ step: 'erase-disks', parameters: { method, disks: bySerial(...serials) } }],
  });
}

test.each(['dash', 'busybox'] as const)('metadata: nothing is found on it afterwards, in %s', async shell => {
  twoFullDisks();
  const other = contentHash('sdb');
  const run = await erase('metadata', ['ONE'], shell);
  expect(resultOf(run), run.console).toMatchObject({
    ok: true,
    evidence: { disks: [{ disk: { name: 'sda' }, erased: true, by: 'metadata', code: null }] },
  });
  const bytes = readFileSync(machine.diskFile('sda'));
  const isZero = (from: number, to: number): boolean =>
    bytes.subarray(from * mebibyte, to * mebibyte).equals(Buffer.alloc((to - from) * mebibyte));
  // The table, the ends of both partitions, the table's backup.
  expect([isZero(0, 2), isZero(20, 22), isZero(40, 41), isZero(47, 48)]).toEqual([true, true, true, true]);
  expect(isZero(10, 11)).toBe(false);
  expect(contentHash('sdb')).toBe(other);
});

test('overwrite: zeros everywhere, with the bytes of all disks as progress', async () => {
  machine = makeMachine({ disks: [disk('sda', 'ONE'), disk('sdb', 'TWO'), disk('sdc', 'THREE')] });
  for (const name of ['sda', 'sdb', 'sdc']) writeFileSync(machine.diskFile(name), Buffer.alloc(diskBytes, 1));
  const other = contentHash('sdc');
  // A dd that is slow to begin, so that some progress is heard.
  machine.program('dd', `case "$*" in *if=/dev/zero*) sleep 1 ;; esac; exec /bin/dd "$@"`);
  const run = await erase('overwrite', ['ONE', 'TWO']);
  expect(resultOf(run), run.console).toMatchObject({ ok: true, evidence: { method: 'overwrite' } });
  for (const name of ['sda', 'sdb'])
    expect(readFileSync(machine.diskFile(name)).equals(Buffer.alloc(diskBytes))).toBe(true);
  expect(contentHash('sdc')).toBe(other);
  const told = run.engine.progress.map(({ text }) => text);
  expect(told).toContainEqual(
    expect.stringMatching(new RegExp(`^phase erasing\nbytes \\d+\ntotal ${2 * diskBytes}\n`)),
  );
});

test('a disk that refuses a write is named, and the others are erased', async () => {
  machine = makeMachine({ disks: [disk('sda', 'ONE'), disk('sdb', 'TWO')] });
  machine.program(
    'dd',
    'case "$*" in *of=*/sda*) echo "dd: error writing: Input/output error" >&2; exit 1 ;; esac; exec /bin/dd "$@"',
  );
  writeFileSync(machine.diskFile('sdb'), Buffer.alloc(diskBytes, 1));
  expect(resultOf(await erase('overwrite', ['ONE', 'TWO']))).toMatchObject({
    ok: false,
    code: 'write-failed',
    message: expect.stringContaining('Input/output error'),
    evidence: { disks: [{ erased: false, code: 'write-failed' }, { erased: true }] },
  });
});

test('a disk whose eraser is killed is not erased, and the others are not waited for in vain', async () => {
  machine = makeMachine({ disks: [disk('sda', 'ONE'), disk('sdb', 'TWO')] });
  machine.program('dd', 'case "$*" in *of=*/sda*) kill -9 $PPID ;; esac; exec /bin/dd "$@"');
  const run = await erase('overwrite', ['ONE', 'TWO']);
  expect(resultOf(run), run.console).toMatchObject({
    code: 'erase-failed',
    message: 'sda was not erased: the process that erased it was killed',
    evidence: { disks: [{ erased: false, by: 'overwrite' }, { erased: true }] },
  });
});

test('a disk that is named twice, or is not there, or none: nothing is touched', async () => {
  twoFullDisks();
  const before = contentHash('sda');
  expect(resultOf(await erase('overwrite', ['ONE', 'ONE']))).toMatchObject({ code: 'bad-request' });
  expect(resultOf(await erase('overwrite', ['ONE', 'NONE']))).toMatchObject({ code: 'wrong-disk' });
  expect(resultOf(await erase('overwrite', []))).toMatchObject({ code: 'bad-request' });
  expect(resultOf(await erase('shred', ['ONE']))).toMatchObject({ code: 'bad-request' });
  expect(contentHash('sda')).toBe(before);
});

/** The Security section as hdparm 9.65 prints it. */
function security(words: {
  enabled?: boolean;
  locked?: boolean;
  frozen?: boolean;
  enhanced?: boolean;
}): string {
  const word = (name: 'enabled' | 'locked' | 'frozen'): string =>
    `\t${words[name] === true ? '' : 'not'}\t${name}`;
  return [
    '',
    'ATA device, with non-removable media',
    'Commands/features:',
    '\tEnabled\tSupported:',
    '\t   *\tSecurity Mode feature set',
    'Security: ',
    '\tMaster password revision code = 65534',
    '\t\tsupported',
    word('enabled'),
    word('locked'),
    word('frozen'),
    '\tnot\texpired: security count',
    words.enhanced === false ? '' : '\t\tsupported: enhanced erase',
    '\t6min for SECURITY ERASE UNIT. 32min for ENHANCED SECURITY ERASE UNIT.',
    'Logical Unit WWN Device Identifier: 5000c500a1b2c3d4',
    'Checksum: correct',
  ].join('\n');
}

/** An hdparm that answers -I with `answer`, does `does`, and writes its other calls to the file `hdparm-calls`. */
function fakeHdparm(answer: string, does = ''): void {
  machine.write('security', answer);
  machine.write('hdparm-calls', '');
  machine.program(
    'hdparm',
    `case "$1" in -I) cat "$RACKSIDE_SANDBOX/security"; exit ;; esac\necho "$*" >>"$RACKSIDE_SANDBOX/hdparm-calls"\n${does}`,
  );
}

const hdparmCalls = (): string[] =>
  readFileSync(`${machine.root}/hdparm-calls`, 'utf8')
    .replaceAll(`${machine.root}/dev/`, '')
    .trim()
    .split('\n');

describe('ATA secure erase', () => {
  test('is the enhanced one where it is known, and is believed when the password is gone again', async () => {
    machine = makeMachine({ disks: [disk('sda', 'ONE')] });
    fakeHdparm(security({}));
    const run = await erase('secure-erase', ['ONE']);
    expect(resultOf(run), run.console).toMatchObject({
      ok: true,
      evidence: { disks: [{ erased: true, by: 'ata-security-erase-enhanced' }] },
    });
    expect(run.console).toContain('sda erases itself and tells no progress until it has: 32 minutes');
    expect(hdparmCalls()).toEqual([
      '--user-master u --security-set-pass NULL sda',
      '--user-master u --security-erase-enhanced NULL sda',
    ]);
  });

  test('is the plain one without it, and fails when the password stays', async () => {
    machine = makeMachine({ disks: [disk('sda', 'ONE')] });
    fakeHdparm(
      security({ enhanced: false }),
      `case "$*" in *erase*) : >"$RACKSIDE_SANDBOX/security" ;; esac`,
    );
    expect(resultOf(await erase('secure-erase', ['ONE']))).toMatchObject({
      ok: false,
      code: 'erase-failed',
      evidence: {
        disks: [{ erased: false, by: 'ata-security-erase', message: expect.stringContaining('password') }],
      },
    });
  });

  test('that fails unlocks the disk and takes the password away again, or says that it is still there', async () => {
    machine = makeMachine({ disks: [disk('sda', 'ONE')] });
    const isLockedByErasing = `case "$*" in *erase*) echo "SG_IO: bad sense data" >&2; exit 5 ;; esac`;
    fakeHdparm(security({}), isLockedByErasing);
    const freed = resultOf(await erase('secure-erase', ['ONE']));
    expect(freed).toMatchObject({ code: 'erase-failed', message: expect.not.stringContaining('NULL') });
    expect(hdparmCalls().slice(2)).toEqual([
      '--user-master u --security-unlock NULL sda',
      '--user-master u --security-disable NULL sda',
    ]);
    fakeHdparm(
      security({}),
      `case "$*" in *erase*) sed 's/not\tenabled/\tenabled/' "$RACKSIDE_SANDBOX/security" >"$RACKSIDE_SANDBOX/enabled"; mv "$RACKSIDE_SANDBOX/enabled" "$RACKSIDE_SANDBOX/security"; exit 5 ;; *set-pass*) ;; *) exit 5 ;; esac`,
    );
    expect(resultOf(await erase('secure-erase', ['ONE']))).toMatchObject({
      code: 'erase-failed',
      message: expect.stringMatching(/password NULL.*erase it again/),
    });
  });

  test('one frozen disk: what helps is said, and no disk is touched', async () => {
    machine = makeMachine({ disks: [disk('sda', 'ONE'), disk('sdb', 'TWO')] });
    fakeHdparm(security({}));
    machine.write('frozen', security({ frozen: true }));
    machine.program(
      'hdparm',
      `case "$*" in "-I "*sdb) cat "$RACKSIDE_SANDBOX/frozen" ;; -I*) cat "$RACKSIDE_SANDBOX/security" ;; *) echo "$*" >>"$RACKSIDE_SANDBOX/hdparm-calls" ;; esac`,
    );
    expect(resultOf(await erase('secure-erase', ['ONE', 'TWO']))).toMatchObject({
      ok: false,
      code: 'disk-frozen',
      message: expect.stringMatching(/^sdb: .*off and on.*nothing was erased$/),
      evidence: { disks: [{ disk: { serial: 'TWO' }, code: 'disk-frozen' }] },
    });
    expect(hdparmCalls()).toEqual(['']);
  });

  test('locked by a password that is not ours, or without the feature: refused', async () => {
    machine = makeMachine({ disks: [disk('sda', 'ONE')] });
    fakeHdparm(security({ enabled: true, locked: true }), 'echo "SG_IO: bad/missing sense data" >&2; exit 5');
    expect(resultOf(await erase('secure-erase', ['ONE'])).code).toBe('disk-locked');
    fakeHdparm('ATA device, with non-removable media\nChecksum: correct\n');
    expect(resultOf(await erase('secure-erase', ['ONE'])).code).toBe('erase-not-supported');
  });
});

/** Identify Controller: OACS at 256, SANICAP at 328, FNA at 524. */
function identity({
  oacs = 0,
  sanicap = 0,
  fna = 0,
}: {
  oacs?: number;
  sanicap?: number;
  fna?: number;
}): Buffer {
  const bytes = Buffer.alloc(4096);
  bytes.writeUInt16LE(oacs, 256);
  bytes.writeUInt32LE(sanicap, 328);
  bytes.writeUInt8(fna, 524);
  return bytes;
}

/** An nvme that sanitizes in three looks at its log: at work at a half, then `ends`. Without namespaces it cannot tell them. */
function fakeNvme(controller: Buffer, ends: number, namespaces = ''): void {
  machine.write('id-ctrl', controller);
  machine.write('half', Buffer.from([0, 0x80, 2, 0]));
  machine.write('end', Buffer.from([0xff, 0xff, ends, 1]));
  machine.write('namespaces', namespaces);
  machine.program(
    'nvme',
    `cd "$RACKSIDE_SANDBOX"\ncase $1 in\nid-ctrl) cat id-ctrl ;;\nlist-ns) [ -s namespaces ] && cat namespaces ;;\nsanitize-log) if [ -e asked-twice ]; then cat end; else cat half; [ -e asked ] && : >asked-twice; : >asked; fi ;;\n` +
      '*) echo "$*" >>nvme-calls ;;\nesac',
  );
}

const nvmeCalls = (): string =>
  readFileSync(`${machine.root}/nvme-calls`, 'utf8').replaceAll(`${machine.root}/dev/`, '');

describe('NVMe secure erase', () => {
  test('Format of the namespace, by its key where the controller knows that', async () => {
    machine = makeMachine({ disks: [disk('nvme0n1', 'ONE', nvme), disk('nvme0n2', 'TWO', nvme)] });
    fakeNvme(identity({ oacs: 2, fna: 4 }), 1);
    expect(resultOf(await erase('secure-erase', ['ONE']))).toMatchObject({
      ok: true,
      evidence: { disks: [{ by: 'nvme-format-crypto' }] },
    });
    // The progress is asked for beside it, at any time.
    const calls = nvmeCalls()
      .split('\n')
      .filter(call => !call.startsWith('id-ns nvme0n1 '));
    expect(calls).toEqual(['format nvme0n1 --ses=2 --force --timeout=7200000', '']);
  });

  test('what would take a namespace that was not named is refused', async () => {
    machine = makeMachine({ disks: [disk('nvme0n1', 'ONE', nvme), disk('nvme0n2', 'TWO', nvme)] });
    fakeNvme(identity({ oacs: 2, fna: 2, sanicap: 3 }), 1);
    expect(resultOf(await erase('secure-erase', ['ONE']))).toMatchObject({
      code: 'erase-not-supported',
      message: expect.stringContaining('other namespaces'),
    });
  });

  test('a namespace that this kernel does not see is not taken with the others', async () => {
    machine = makeMachine({ disks: [disk('nvme0n1', 'ONE', nvme)] });
    // As nvme-cli prints them: one is detached, or the other port's.
    fakeNvme(identity({ sanicap: 2 }), 1, '[   0]:0x1\n[   1]:0x2\n');
    expect(resultOf(await erase('secure-erase', ['ONE']))).toMatchObject({
      code: 'erase-not-supported',
      message: expect.stringContaining('other namespaces'),
    });
    fakeNvme(identity({ sanicap: 2 }), 1, '[   0]:0x1\n');
    expect(resultOf(await erase('secure-erase', ['ONE']))).toMatchObject({ ok: true });
  });

  test.each([
    [1, true],
    [3, false],
  ])('Sanitize is followed by its log to the end: status %i', async (status, ok) => {
    machine = makeMachine({ disks: [disk('nvme0n1', 'ONE', nvme)] });
    fakeNvme(identity({ sanicap: 2 }), status);
    const run = await erase('secure-erase', ['ONE']);
    expect(resultOf(run), run.console).toMatchObject({
      ok,
      evidence: { disks: [{ by: 'nvme-sanitize-block', erased: ok }] },
    });
    expect(nvmeCalls()).toBe('sanitize nvme0 --sanact=2\n');
    expect(run.engine.progress.map(({ text }) => text)).toContainEqual(
      expect.stringContaining(`bytes ${diskBytes / 2}\n`),
    );
  });
});
