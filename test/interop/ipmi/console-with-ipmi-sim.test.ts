import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBmcClient } from '#engine/net/ipmi/client.ts';
import type { SolConsole, SolConsoleOptions } from '#engine/net/ipmi/sol/console.ts';
import { openSolConsole, readSolSettings, repairSol } from '#engine/net/ipmi/sol/console.ts';
import { failureOf } from './failure-of.ts';
import type { IpmiSim } from './ipmi-sim.ts';
import { startIpmiSim } from './ipmi-sim.ts';
import { createListener } from './listener.ts';
import { runTool } from './run-tool.ts';
import type { SerialLine } from './serial-line.ts';
import { startSerialLine } from './serial-line.ts';

let machine: SerialLine;
let sim: IpmiSim;
const client = createBmcClient();
const consoles: SolConsole[] = [];

beforeEach(async () => {
  machine = await startSerialLine();
  sim = await startIpmiSim('127.0.0.1', { serialPort: machine.port });
  await machine.connected();
});
afterEach(async () => {
  for (const console of consoles.splice(0)) await console.close();
  await sim.stop();
  machine.close();
});

async function open(options: Partial<SolConsoleOptions> = {}): Promise<SolConsole> {
  const login = { host: '127.0.0.1', port: sim.port, username: 'admin', password: 'labpass' };
  const console = await openSolConsole(client, {
    ...login,
    preferredCipherSuite: 3,
    onData: () => undefined,
    ...options,
  });
  consoles.push(console);
  return console;
}

function ipmitool(...command: readonly string[]) {
  const login = ['-I', 'lanplus', '-C', '3', '-H', '127.0.0.1', '-p', String(sim.port)];
  return runTool('ipmitool', ...login, '-U', 'admin', '-P', 'labpass', ...command);
}

/** Every value of a byte, CP437's box drawing among them, in no order. */
const megabyte = randomBytes(2 ** 20);

test('what is typed comes back from the machine', async () => {
  machine.echo = true;
  const listener = createListener();
  const console = await open({ onData: listener.onData });
  for (const key of 'root\r') await console.write(Buffer.from(key));
  await listener.until(5);
  expect(listener.text()).toBe('root\r');
});

test('a second console after one that sent a single packet loses no character', async () => {
  for (const word of ['a', 'b', 'c']) {
    const console = await open();
    await console.write(Buffer.from(word));
    await console.close();
  }
  await machine.heardBytes(3);
  expect(machine.heard().toString()).toBe('abc');
});

describe('a megabyte, byte for byte', () => {
  test('from the machine', async () => {
    const listener = createListener();
    await open({ onData: listener.onData });
    machine.say(megabyte);
    await listener.until(megabyte.length);
    expect(listener.bytes().equals(megabyte)).toBe(true);
  });

  test('to the machine, through a BMC with a buffer of 32 bytes', async () => {
    const console = await open();
    await console.write(megabyte);
    await machine.heardBytes(megabyte.length);
    expect(machine.heard().equals(megabyte)).toBe(true);
  }, 300_000);
});

test('SOL that is off is repaired, bit rate included', async () => {
  expect((await ipmitool('sol', 'set', 'enabled', 'false')).exitCode).toBe(0);
  expect(await failureOf(open())).toMatchObject({ kind: 'sol_refused', why: 'off' });
  const login = { host: '127.0.0.1', port: sim.port, username: 'admin', password: 'labpass' };
  const session = await client.openSession({ ...login, preferredCipherSuite: 3 });
  expect(await readSolSettings(session)).toMatchObject({ isEnabled: false, privilege: null });
  const repaired = await repairSol(session, { bitRate: 19_200 });
  expect(repaired).toMatchObject({ isEnabled: true, bitRate: 19_200, bitRateAfterRestart: 19_200 });
  await session.close();
  await open();
});

test('a break reaches the serial line (ipmi_sim says it as telnet does)', async () => {
  const console = await open();
  await console.sendBreak();
  await console.write(Buffer.from('b'));
  await machine.heardBytes(3);
  expect(machine.heard()).toEqual(Buffer.from([0xff, 0xf3, 0x62]));
});

describe('one place for a console', () => {
  test('is refused to a second one, which takes it over if it is told to', async () => {
    const first = await open();
    expect(await failureOf(open())).toEqual({ kind: 'sol_refused', why: 'in_use', code: 0x80 });
    const second = await open({ takeOver: true });
    await second.write(Buffer.from('mine'));
    await machine.heardBytes(4);
    expect(await first.ended).toEqual({ why: 'deactivated' });
    await second.write(Buffer.from('!'));
    await machine.heardBytes(5);
  });

  test('that ipmitool ends is known to be gone', async () => {
    const console = await open();
    expect((await ipmitool('sol', 'deactivate')).exitCode).toBe(0);
    expect(await console.ended).toEqual({ why: 'deactivated' });
    expect(await failureOf(console.write(Buffer.from('x')))).toMatchObject({ kind: 'session_lost' });
  });
});

test('a BMC that dies is lost within seconds, and can be had again when it is back', async () => {
  const console = await open({ timing: { firstTimeoutMs: 300 } });
  const startedAtMs = performance.now();
  await sim.kill();
  expect(await console.ended).toMatchObject({ why: 'lost' });
  expect(performance.now() - startedAtMs).toBeLessThan(15_000);
  const port = sim.port;
  await sim.stop();
  sim = await startIpmiSim('127.0.0.1', { port, serialPort: machine.port });
  machine.echo = true;
  const listener = createListener();
  const again = await open({ onData: listener.onData });
  await again.write(Buffer.from('back'));
  await listener.until(4);
});
