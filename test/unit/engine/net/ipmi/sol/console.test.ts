import { describe, expect, test } from 'vitest';
import type { BmcInputs } from '#engine/net/ipmi/bmc/bmc.ts';
import type { SerialPort } from '#engine/net/ipmi/bmc/serial-port.ts';
import { deactivatePayload, getSolAccess, isPayloadActive } from '#engine/net/ipmi/commands/payload.ts';
import { setSolParameter, solParameter } from '#engine/net/ipmi/commands/sol-configuration.ts';
import { decodeIpmiDatagram, payloadType } from '#engine/net/ipmi/packet.ts';
import type { SolConsole, SolConsoleOptions } from '#engine/net/ipmi/sol/console.ts';
import { openSolConsole, readSolSettings, repairSol } from '#engine/net/ipmi/sol/console.ts';
import { seededBytes, seededRandom } from '../hostile.ts';
import { bmcAddress, simulatedRack } from '../simulated-rack.ts';

/** A machine at a serial line. */
function createMachine() {
  const heard: Buffer[] = [];
  const nobody = (_bytes: Buffer): void => undefined;
  const state = { breaks: 0, isOff: false, listener: nobody };
  const port: SerialPort = {
    write: bytes => heard.push(Buffer.from(bytes)),
    sendBreak() {
      state.breaks += 1;
    },
    onData(listener) {
      state.listener = listener;
      return () => {
        state.listener = nobody;
      };
    },
  };
  return {
    port,
    state,
    heard: () => Buffer.concat(heard),
    say: (bytes: Buffer | string) => state.listener(Buffer.from(bytes)),
  };
}

async function rackWithConsole(inputs: Partial<BmcInputs> = {}, seed = 1) {
  const machine = createMachine();
  const rack = await simulatedRack(
    {
      serial: machine.port,
      chassis: {
        power: () => (machine.state.isOff ? 'off' : 'on'),
        control: () => 'unsupported',
        identify: () => undefined,
      },
      ...inputs,
    },
    seed,
  );
  const said: Buffer[] = [];
  const open = (options: Partial<SolConsoleOptions> = {}) => {
    const login = { host: bmcAddress, username: 'admin', password: 'labpass' };
    const onData = (bytes: Buffer) => said.push(Buffer.from(bytes));
    return openSolConsole(rack.client, { ...login, onData, ...options }, rack.clock);
  };
  return { ...rack, machine, said: () => Buffer.concat(said), openConsole: open };
}

function typeOf(datagram: Buffer): number | undefined {
  const packet = decodeIpmiDatagram(datagram);
  return packet.ok && packet.value.version === '2.0' ? packet.value.payloadType : undefined;
}

async function opened(rack: Awaited<ReturnType<typeof rackWithConsole>>): Promise<SolConsole> {
  return rack.run(rack.openConsole());
}

describe('a console', () => {
  test('carries characters both ways and a break, in a session of its own', async () => {
    const rack = await rackWithConsole();
    const console = await opened(rack);
    await rack.run(console.write(Buffer.from('root\r')));
    await rack.run(console.sendBreak());
    expect(rack.machine.heard().toString()).toBe('root\r');
    expect(rack.machine.state.breaks).toBe(1);
    rack.machine.say('Password: ');
    await rack.clock.advance(10);
    expect(rack.said().toString()).toBe('Password: ');
    expect(rack.bmc.activeSessions).toBe(1);
    await rack.run(console.close());
    expect(await console.ended).toEqual({ why: 'closed_by_us' });
    expect(rack.bmc.activeSessions).toBe(0);
  });

  test('encrypts what is typed', async () => {
    const rack = await rackWithConsole();
    const console = await opened(rack);
    await rack.run(console.write(Buffer.from('secret of mine')));
    const packets = rack.network.sent.filter(({ datagram }) => typeOf(datagram) === payloadType.sol);
    expect(packets.length).toBeGreaterThan(2);
    for (const { datagram } of packets) {
      expect(datagram[5]).toBe(0xc0 | payloadType.sol);
      expect(datagram.includes('secret')).toBe(false);
    }
  });

  test('loses and doubles nothing on a network that loses, doubles and reorders', async () => {
    for (const seed of [1, 2, 3]) {
      const rack = await rackWithConsole({ serialBufferBytes: 2 ** 20 }, seed);
      const console = await opened(rack);
      Object.assign(rack.network.conditions, { loss: 0.05, duplication: 0.05, jitterMs: 700 });
      const random = seededRandom(seed);
      const typed = seededBytes(random, 5000);
      const printed = seededBytes(random, 5000);
      rack.machine.say(printed);
      await rack.clock.until(console.write(typed));
      await rack.clock.advance(120_000);
      expect(rack.machine.heard().equals(typed), `typed, seed ${seed}`).toBe(true);
      expect(rack.said().equals(printed), `printed, seed ${seed}`).toBe(true);
      Object.assign(rack.network.conditions, { loss: 0, duplication: 0, jitterMs: 0 });
      await rack.run(console.close());
    }
  });

  test('stays while nothing is said for ten minutes', async () => {
    const rack = await rackWithConsole();
    const console = await opened(rack);
    await rack.clock.advance(600_000);
    await rack.run(console.write(Buffer.from('x')));
    expect(rack.machine.heard().toString()).toBe('x');
  });

  test('says that the BMC dropped what it had no room for', async () => {
    const rack = await rackWithConsole({ serialBufferBytes: 1000 });
    let drops = 0;
    await rack.run(
      rack.openConsole({
        onDropped: () => {
          drops += 1;
        },
      }),
    );
    rack.machine.say(Buffer.alloc(3000, 'x'));
    rack.machine.say(Buffer.alloc(3000, 'y'));
    await rack.clock.advance(1000);
    expect(drops).toBe(1);
  });

  test('takes only so much more than the BMC does', async () => {
    const rack = await rackWithConsole();
    const console = await opened(rack);
    rack.server.faults.silent = true;
    const waiting = console.write(Buffer.alloc(2 ** 21)).catch(() => undefined);
    expect(await rack.failure(console.write(Buffer.from('x')))).toMatchObject({ kind: 'busy' });
    await rack.run(waiting);
  });
});

test('a BMC that acknowledges nothing without characters keeps its console', async () => {
  const rack = await rackWithConsole();
  const isSol = (datagram: Buffer) => typeOf(datagram) === payloadType.sol;
  rack.network.conditions.pass = datagram => !isSol(datagram);
  const console = await opened(rack);
  await rack.clock.advance(2000);
  rack.network.conditions.pass = datagram => !isSol(datagram) || datagram.length > 80;
  await rack.clock.advance(600_000);
  rack.network.conditions.pass = () => true;
  await rack.run(console.write(Buffer.from('still here')));
  expect(rack.machine.heard().toString()).toBe('still here');
});

test('what is typed at a machine that is off is refused, and does not reach it later', async () => {
  const rack = await rackWithConsole();
  const console = await opened(rack);
  await rack.clock.advance(10);
  rack.machine.state.isOff = true;
  expect(await rack.failure(console.write(Buffer.from('reboot\r')))).toMatchObject({ kind: 'busy' });
  rack.machine.state.isOff = false;
  await rack.run(console.write(Buffer.from('x')));
  expect(rack.machine.heard().toString()).toBe('x');
});

describe('the end of a console', () => {
  test('comes with the word of the BMC when somebody deactivates it', async () => {
    const rack = await rackWithConsole();
    const console = await opened(rack);
    const other = await rack.open();
    await rack.run(other.run(deactivatePayload));
    const startedAtMs = rack.clock.nowMs();
    expect(await rack.run(console.ended)).toEqual({ why: 'deactivated' });
    expect(rack.clock.nowMs() - startedAtMs).toBeLessThan(100);
    expect(await rack.failure(console.write(Buffer.from('x')))).toMatchObject({ kind: 'session_lost' });
  });

  test('is noticed without a word too, because the BMC answers messages and no characters', async () => {
    const rack = await rackWithConsole();
    const console = await opened(rack);
    await rack.clock.advance(10);
    rack.network.conditions.pass = datagram => typeOf(datagram) !== payloadType.sol;
    expect(await rack.run(console.ended)).toEqual({ why: 'deactivated' });
  });

  test('is a loss when the BMC falls silent, within 15 s though nobody types', async () => {
    const rack = await rackWithConsole();
    const console = await opened(rack);
    rack.server.faults.silent = true;
    const startedAtMs = rack.clock.nowMs();
    expect(await rack.run(console.ended)).toMatchObject({
      why: 'lost',
      error: { failure: { kind: 'session_lost', why: 'silent' } },
    });
    expect(rack.clock.nowMs() - startedAtMs).toBeLessThan(15_000);
    expect(rack.network.openSockets).toBe(1);
  });

  test('by us leaves the place to others, and what was written and not taken is told', async () => {
    const rack = await rackWithConsole();
    const console = await opened(rack);
    const written = rack.failure(console.write(Buffer.alloc(5000)));
    await rack.run(console.close());
    expect(await written).toEqual({ kind: 'session_lost', why: 'closed_by_us' });
    const other = await rack.open();
    expect(await rack.run(other.run(isPayloadActive))).toBe(false);
  });
});

describe('a place that is taken', () => {
  test('is refused, and taken over on demand', async () => {
    const rack = await rackWithConsole();
    const first = await opened(rack);
    expect(await rack.failure(rack.openConsole())).toEqual({
      kind: 'sol_refused',
      why: 'in_use',
      code: 0x80,
    });
    expect(rack.bmc.activeSessions).toBe(1);
    const second = await rack.run(rack.openConsole({ takeOver: true }));
    expect(await rack.run(first.ended)).toEqual({ why: 'deactivated' });
    await rack.run(second.write(Buffer.from('mine')));
    expect(rack.machine.heard().toString()).toBe('mine');
  });

  test('is free when its session ends', async () => {
    const rack = await rackWithConsole();
    await opened(rack);
    rack.bmc.forgetSessions();
    await opened(rack);
  });
});

describe('a console that is refused', () => {
  test('because the machine has no serial line, or the BMC no RMCP+', async () => {
    const bare = await simulatedRack();
    const login = { host: bmcAddress, username: 'admin', password: 'labpass', onData: () => undefined };
    expect(await bare.failure(openSolConsole(bare.client, login, bare.clock))).toMatchObject({
      kind: 'sol_refused',
      why: 'unsupported',
    });
    const rack = await rackWithConsole();
    expect(await rack.failure(rack.openConsole({ interfaceVersion: '1.5' }))).toMatchObject({
      kind: 'sol_refused',
      why: 'unsupported',
    });
    expect(rack.bmc.activeSessions).toBe(0);
  });

  test('because the BMC has it on another port than its messages', async () => {
    const rack = await rackWithConsole();
    const session = await rack.open();
    rack.bmc.connect(() => undefined, 5900);
    expect(await rack.failure(rack.openConsole())).toMatchObject({ why: 'unsupported' });
    expect(await rack.run(session.run(isPayloadActive))).toBe(false);
  });

  test('because it is off or wants a higher privilege can be repaired', async () => {
    const rack = await rackWithConsole();
    const session = await rack.open();
    await rack.run(session.run(setSolParameter(solParameter.enable, Buffer.of(0))));
    expect(await rack.failure(rack.openConsole())).toMatchObject({ why: 'off', code: 0x81 });
    const settings = await rack.run(repairSol(session, { bitRate: 57_600 }));
    expect(settings).toEqual({
      isEnabled: true,
      privilege: 'operator',
      requiresEncryption: true,
      requiresAuthentication: true,
      bitRate: 57_600,
      bitRateAfterRestart: 57_600,
    });
    await rack.run(session.run(setSolParameter(solParameter.authentication, Buffer.of(0xc4))));
    const operator = { username: 'oper', password: 'operpass', privilege: 'operator' } as const;
    expect(await rack.failure(rack.openConsole(operator))).toMatchObject({ why: 'privilege', code: 0xd4 });
    expect(await rack.run(readSolSettings(session))).toMatchObject({ privilege: 'administrator' });
    await opened(rack);
  });

  test('because its user has no access is let in by the repair', async () => {
    const rack = await rackWithConsole();
    const session = await rack.open();
    const takeAccess = { ...deactivatePayload, command: 0x4c, data: Buffer.of(0x0e, 0x42, 0x02, 0, 0, 0) };
    await rack.run(session.run(takeAccess));
    expect(await rack.failure(rack.openConsole())).toMatchObject({ why: 'privilege' });
    await rack.run(repairSol(session, {}));
    expect(await rack.run(session.run(getSolAccess(2)))).toBe(true);
    await opened(rack);
  });

  test('by a bit rate that does not exist', async () => {
    const rack = await rackWithConsole();
    const session = await rack.open();
    expect(await rack.failure(repairSol(session, { bitRate: 300 }))).toMatchObject({
      kind: 'invalid_request',
    });
  });
});

test('an opening that is given up leaves no session behind', async () => {
  const rack = await rackWithConsole();
  await opened(rack);
  const abort = new AbortController();
  const taking = rack.failure(rack.openConsole({ takeOver: true, signal: abort.signal }));
  await rack.clock.advance(100);
  abort.abort();
  expect(await taking).toEqual({ kind: 'session_lost', why: 'closed_by_us' });
  await rack.clock.advance(10_000);
  expect(rack.bmc.activeSessions).toBe(0);
});
