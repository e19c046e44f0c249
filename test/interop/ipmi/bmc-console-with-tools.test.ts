import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TerminalProgram } from './in-terminal.ts';
import { runInTerminal } from './in-terminal.ts';
import type { OurBmc } from './our-bmc.ts';
import { startOurBmc } from './our-bmc.ts';
import type { OurSerial } from './our-serial.ts';
import { createOurSerial } from './our-serial.ts';
import { runTool } from './run-tool.ts';

let machine: OurSerial;
let rack: OurBmc;
const programs: TerminalProgram[] = [];

beforeEach(async () => {
  machine = createOurSerial();
  rack = await startOurBmc({ serial: machine.port, serialBufferBytes: 2 * 2 ** 20 });
  await ipmitool('power', 'on');
});
afterEach(() => {
  for (const program of programs.splice(0)) program.kill();
  rack.server.close();
});

function ipmitoolLogin(suite: string): readonly string[] {
  const place = ['-I', 'lanplus', '-C', suite, '-H', '127.0.0.1', '-p', String(rack.port)];
  return [...place, '-U', 'admin', '-P', 'labpass'];
}

async function ipmitoolConsole(suite: string, ...options: readonly string[]): Promise<TerminalProgram> {
  const program = runInTerminal('ipmitool', ...ipmitoolLogin(suite), ...options, 'sol', 'activate');
  programs.push(program);
  await program.says('[SOL Session operational.');
  return program;
}

function ipmitool(...command: readonly string[]) {
  return runTool('ipmitool', ...ipmitoolLogin('17'), ...command);
}

describe.each(['3', '17'])('over suite %s', suite => {
  test('ipmitool types, reads, sends a break and leaves', async () => {
    const console = await ipmitoolConsole(suite);
    machine.say(Buffer.from('login: '));
    await console.says('login: ');
    machine.echo = true;
    console.type('root\r');
    await console.says('root\r');
    console.type('~B');
    await machine.heard.until('root\r<break>'.length);
    expect(machine.heard.text()).toBe('root\r<break>');
    console.type('\r~.');
    expect(await console.ended()).toBe(0);
    expect((await ipmitool('sol', 'deactivate')).output).toContain('already de-activated');
  });

  test('ipmiconsole, which knows port 623 only, types, reads, sends a break and leaves', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rackside-ipmiconsole-'));
    const server = fileURLToPath(new URL('serve-bmcs.ts', import.meta.url));
    const console = runInTerminal(
      'unshare',
      '-rn',
      'sh',
      '-c',
      inNamespace,
      'sh',
      folder,
      process.execPath,
      server,
      suite,
    );
    programs.push(console);
    await console.says('[SOL established]');
    console.type('root\r');
    await console.says('root\r');
    console.type('&B');
    await console.says('<break>');
    console.type('&.');
    await console.says('already de-activated');
    await console.ended();
    await rm(folder, { recursive: true });
  });
});

/** An own network namespace: port 623 is free there, and an ordinary user may bind it. */
const inNamespace = `ip link set lo up
  mkfifo "$1/hold"
  sleep 60 > "$1/hold" & holder=$!
  "$2" "$3" --port 623 < "$1/hold" > "$1/ready" &
  until grep -q ready "$1/ready"; do kill -0 $! || exit 1; done
  ipmiconsole -h 127.0.0.1 -u admin -p labpass -I "$4" --dont-steal
  ipmitool -I lanplus -C 3 -H 127.0.0.1 -U admin -P labpass sol deactivate
  kill $holder`;

test('a second console is refused, and the place is free when the first one leaves', async () => {
  const first = await ipmitoolConsole('17');
  const second = await ipmitool('sol', 'activate');
  expect(second.output).toContain('SOL payload already active on another session');
  first.type('\r~.');
  expect(await first.ended()).toBe(0);
  await ipmitoolConsole('17');
});

test('a megabyte, byte for byte, from the machine and to it', async () => {
  const escapeCharacter = 0x1d;
  const console = await ipmitoolConsole('3', '-e', String.fromCharCode(escapeCharacter));
  const start = console.output.bytes().length;
  const toConsole = randomBytes(2 ** 20);
  machine.say(toConsole);
  await console.output.until(start + toConsole.length);
  expect(console.output.bytes().subarray(-toConsole.length).equals(toConsole)).toBe(true);
  const toMachine = randomBytes(2 ** 20).map(byte => (byte === escapeCharacter ? 0 : byte));
  console.type(toMachine);
  await machine.heard.until(toMachine.length);
  expect(machine.heard.bytes().equals(toMachine)).toBe(true);
}, 300_000);

test('ipmitool reads and sets the configuration, and SOL can be switched off', async () => {
  const information = await ipmitool('sol', 'info', '1');
  expect(information.output).toMatch(/Enabled\s+: true/);
  expect(information.output).toMatch(/Volatile Bit Rate \(kbps\)\s+: 115\.2/);
  expect(information.output).toMatch(new RegExp(`Payload Port\\s+: ${rack.port}`));
  expect((await ipmitool('sol', 'set', 'volatile-bit-rate', '57.6', '1')).exitCode).toBe(0);
  expect((await ipmitool('sol', 'set', 'privilege-level', 'admin', '1')).exitCode).toBe(0);
  expect((await ipmitool('sol', 'set', 'enabled', 'false', '1')).exitCode).toBe(0);
  const changed = (await ipmitool('sol', 'info', '1')).output;
  expect(changed).toMatch(/Enabled\s+: false/);
  expect(changed).toMatch(/^Volatile Bit Rate \(kbps\)\s+: 57\.6/m);
  expect(changed).toMatch(/Privilege Level\s+: ADMINISTRATOR/);
  expect((await ipmitool('sol', 'activate')).output).toContain('SOL payload disabled');
});

test('a user without access to SOL gets no console', async () => {
  expect((await ipmitool('sol', 'payload', 'disable', '1', '2')).exitCode).toBe(0);
  expect((await ipmitool('sol', 'payload', 'status', '1', '2')).output).toContain('disabled');
  expect((await ipmitool('sol', 'activate')).output).toContain('Insufficient privilege level');
  expect((await ipmitool('sol', 'payload', 'enable', '1', '2')).exitCode).toBe(0);
  await ipmitoolConsole('17');
});

test('with lost and overtaking packets nothing is lost and nothing comes twice', async () => {
  const console = await ipmitoolConsole('17', '-N', '1', '-R', '8');
  Object.assign(rack.server.faults, { loss: 0.05, jitterMs: 3 });
  machine.echo = true;
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}\r`);
  for (const line of lines) {
    console.type(line);
    await console.says(line);
  }
  Object.assign(rack.server.faults, { loss: 0, jitterMs: 0 });
  expect(machine.heard.text()).toBe(lines.join(''));
  expect(console.output.text()).toContain(lines.join(''));
});
