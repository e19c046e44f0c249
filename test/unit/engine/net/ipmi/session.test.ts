import { describe, expect, test } from 'vitest';
import { chassisControl, getChassisStatus } from '#engine/net/ipmi/commands/chassis.ts';
import { getDeviceId } from '#engine/net/ipmi/commands/device.ts';
import type { V15Packet } from '#engine/net/ipmi/packet.ts';
import { authType, decodeIpmiDatagram, encodeV15, payloadType } from '#engine/net/ipmi/packet.ts';
import { decodeOpenSessionRequest } from '#engine/net/ipmi/rakp.ts';
import { bmcAddress, simulatedRack } from './simulated-rack.ts';

describe('opening a session', () => {
  test('suite 17 is taken first and reported', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    expect(session).toMatchObject({ interfaceVersion: '2.0', cipherSuite: 17 });
    await expect(rack.run(session.run(getChassisStatus))).resolves.toMatchObject({ power: 'off' });
  });

  test('a BMC that refuses 17 gets 3, also when it advertised 17', async () => {
    const rack = await simulatedRack();
    rack.bmc.faults.acceptedSuites = [3];
    expect(await rack.open()).toMatchObject({ cipherSuite: 3 });
  });

  test('a remembered suite saves the discovery and the refused attempt', async () => {
    const rack = await simulatedRack({ cipherSuites: [3] });
    await rack.open();
    const first = rack.network.sent.length;
    await rack.open({ preferredCipherSuite: 3 });
    expect(rack.network.sent.length - first).toBe(first - 4);
  });

  test('a remembered suite that the BMC no longer takes is not the end', async () => {
    const rack = await simulatedRack({ cipherSuites: [17] });
    expect(await rack.open({ preferredCipherSuite: 3 })).toMatchObject({ cipherSuite: 17 });
  });

  test('a BMC that restarts while we log in keeps its remembered suite', async () => {
    for (const preferredCipherSuite of [17, 3] as const) {
      const rack = await simulatedRack({ cipherSuites: [preferredCipherSuite] });
      rack.server.faults.silent = true;
      const session = rack.open({ preferredCipherSuite });
      await rack.clock.advance(8500);
      rack.server.faults.silent = false;
      expect(await session).toMatchObject({ cipherSuite: preferredCipherSuite });
    }
  });

  test('silence alone leads to no weaker suite and never to IPMI 1.5', async () => {
    const rack = await simulatedRack();
    let quiet = true;
    rack.network.conditions.pass = datagram => !quiet || typeOf(datagram) !== payloadType.openSessionRequest;
    expect(await rack.failure(rack.open())).toMatchObject({ kind: 'timeout', phase: 'Open Session' });
    expect(await rack.failure(rack.open({ preferredCipherSuite: 17 }))).toMatchObject({ kind: 'timeout' });

    const session = rack.open();
    await rack.clock.advance(9000);
    quiet = false;
    expect(await session).toMatchObject({ interfaceVersion: '2.0', cipherSuite: 17 });
  });

  test('a BMC that drops suites which it does not have gets the one that it has', async () => {
    const rack = await simulatedRack({ cipherSuites: [3] });
    rack.network.conditions.pass = datagram => !(proposes17(datagram) ?? false);
    expect(await rack.open()).toMatchObject({ cipherSuite: 3 });
  });

  test('an unsigned success of IPMI 1.5 is not believed', async () => {
    const rack = await simulatedRack({ cipherSuites: [] });
    rack.network.conditions.pass = (datagram, from, to) => {
      const packet = decodeIpmiDatagram(datagram);
      if (from.address !== bmcAddress || !packet.ok || packet.value.version !== '1.5') return true;
      if (packet.value.sessionId === 0) return true;
      rack.network.inject(withoutSignature(packet.value), from, to);
      return false;
    };
    expect(await rack.failure(rack.open())).toMatchObject({ kind: 'auth_failed', reason: 'wrong_password' });
  });

  test('suite 0 is used only when it is named', async () => {
    const rack = await simulatedRack({ cipherSuites: [0], v15AuthTypes: [] });
    expect(
      await rack.failure(
        rack.client.openSession({ host: bmcAddress, username: 'admin', password: 'labpass' }),
      ),
    ).toEqual({ kind: 'no_matching_cipher_suite', tried: [17, 3] });
    expect(await rack.open({ preferredCipherSuite: 0 })).toMatchObject({ cipherSuite: 0 });
  });

  test('a BMC refuses suite 0 unless it is enabled there', async () => {
    const rack = await simulatedRack({ v15AuthTypes: [] });
    expect(
      await rack.open({ preferredCipherSuite: 0, password: 'wrong-but-unused' }).catch(() => 'refused'),
    ).toBe('refused');
  });

  test('a board without RMCP+ gets IPMI 1.5 with MD5', async () => {
    const rack = await simulatedRack({ cipherSuites: [] });
    const session = await rack.open();
    expect(session).toMatchObject({ interfaceVersion: '1.5', cipherSuite: undefined });
    await expect(rack.run(session.run(getDeviceId))).resolves.toMatchObject({ ipmiVersion: '2.0' });
  });

  test('a password is not sent in clear unless that was allowed', async () => {
    const rack = await simulatedRack({ cipherSuites: [], v15AuthTypes: ['straight'] });
    const failure = await rack.failure(rack.open());
    expect(failure).toMatchObject({ kind: 'auth_failed', reason: 'no_safe_method' });
    expect(rack.network.sent.some(({ datagram }) => datagram.includes('labpass'))).toBe(false);
    expect(await rack.open({ allowClearPassword: true })).toMatchObject({ interfaceVersion: '1.5' });
  });

  test('a BMC key is used when given and named as the cause when missing', async () => {
    const bmcKey = Buffer.from('two-key-secret');
    const rack = await simulatedRack({ bmcKey });
    expect(await rack.open({ bmcKey })).toMatchObject({ cipherSuite: 17 });
    expect(await rack.failure(rack.open())).toMatchObject({ kind: 'auth_failed', reason: 'bmc_key' });
  });

  test('names are resolved, and one that does not exist is told from silence', async () => {
    const rack = await simulatedRack();
    expect(await rack.open({ host: 'bmc-7.example' })).toMatchObject({ cipherSuite: 17 });
    expect(await rack.failure(rack.open({ host: 'no-such-host.invalid' }))).toMatchObject({
      kind: 'unreachable',
      why: 'name_not_found',
    });
  });

  test('what cannot be a user name or password is refused before anything is sent', async () => {
    const rack = await simulatedRack();
    expect(await rack.failure(rack.open({ username: 'a'.repeat(17) }))).toMatchObject({
      kind: 'invalid_request',
    });
    expect(await rack.failure(rack.open({ password: 'a'.repeat(21) }))).toMatchObject({
      kind: 'invalid_request',
    });
    expect(await rack.failure(rack.open({ bmcKey: Buffer.alloc(21) }))).toMatchObject({
      kind: 'invalid_request',
    });
    expect(rack.network.sent).toEqual([]);
  });
});

describe('why a session does not open', () => {
  test.each(['2.0', '1.5'] as const)('wrong password, IPMI %s', async interfaceVersion => {
    const rack = await simulatedRack();
    const failure = await rack.failure(rack.open({ password: 'wrong', interfaceVersion }));
    expect(failure).toMatchObject({ kind: 'auth_failed', reason: 'wrong_password' });
  });

  test.each(['2.0', '1.5'] as const)('unknown or disabled user, IPMI %s', async interfaceVersion => {
    const rack = await simulatedRack();
    for (const username of ['nobody', 'gone']) {
      const failure = await rack.failure(rack.open({ username, password: 'gonepass', interfaceVersion }));
      expect(failure).toMatchObject({ kind: 'auth_failed', reason: 'unknown_user' });
    }
  });

  test.each(['2.0', '1.5'] as const)('too high a privilege, IPMI %s', async interfaceVersion => {
    const rack = await simulatedRack();
    const oper = { username: 'oper', password: 'operpass', interfaceVersion };
    expect(await rack.failure(rack.open(oper))).toMatchObject({ kind: 'auth_failed', reason: 'privilege' });
    expect(await rack.open({ ...oper, privilege: 'operator' })).toMatchObject({ interfaceVersion });
  });

  test('nobody there', async () => {
    const rack = await simulatedRack();
    const failure = await rack.failure(rack.open({ host: '10.0.0.99' }));
    expect(failure).toEqual({ kind: 'unreachable', why: 'no_answer', attempts: 4 });
  });

  test('nobody there where a suite was remembered is told nearly as soon', async () => {
    const rack = await simulatedRack();
    const failure = await rack.failure(rack.open({ host: '10.0.0.99', preferredCipherSuite: 17 }));
    expect(failure).toMatchObject({ kind: 'unreachable', why: 'no_answer' });
    expect(rack.clock.nowMs()).toBeLessThan(11_000);
  });

  test('a BMC that ignores credentials it does not like is told from one that is gone', async () => {
    const rack = await simulatedRack();
    rack.network.conditions.pass = datagram => typeOf(datagram) !== payloadType.rakp1;
    expect(await rack.failure(rack.open())).toMatchObject({ kind: 'auth_failed', reason: 'ignored' });
    rack.server.faults.diesAfter = 2;
    expect(await rack.failure(rack.open())).toMatchObject({ kind: 'timeout', phase: 'RAKP 1' });
  });

  test('insufficient resources are waited out a few times, then reported as busy', async () => {
    const rack = await simulatedRack();
    rack.bmc.faults.insufficientResources = 3;
    const startMs = rack.clock.nowMs();
    expect(await rack.open()).toMatchObject({ cipherSuite: 17 });
    expect(rack.clock.nowMs() - startMs).toBeGreaterThan(1000 + 2000 + 4000);
    rack.bmc.faults.insufficientResources = 4;
    expect(await rack.failure(rack.open())).toMatchObject({ kind: 'busy', attempts: 4 });
  });

  test('a wrong password frees its slot at once', async () => {
    const rack = await simulatedRack({ limits: { slots: 1, halfOpenTakeSlots: true } });
    for (let round = 0; round < 5; round += 1) {
      expect(await rack.failure(rack.open({ password: 'wrong' }))).toMatchObject({
        reason: 'wrong_password',
      });
    }
    expect(await rack.open()).toMatchObject({ cipherSuite: 17 });
    expect(rack.clock.nowMs()).toBeLessThan(1000);
  });

  test('an opening that nobody wants any more ends at once and frees its socket', async () => {
    const rack = await simulatedRack();
    rack.server.faults.silent = true;
    const over = new AbortController();
    const opening = rack.client.openSession({
      host: bmcAddress,
      username: 'admin',
      password: 'labpass',
      signal: over.signal,
    });
    await rack.clock.advance(500);
    over.abort();
    expect(await rack.failure(opening)).toEqual({ kind: 'session_lost', why: 'closed_by_us' });
    expect(rack.clock.nowMs()).toBe(500);
    expect(rack.network.openSockets).toBe(1);
  });
});

/** Of an Open Session: whether it asks for suite 17, which alone has RAKP-HMAC-SHA256 (table 13-17). */
function proposes17(datagram: Buffer): boolean | undefined {
  const packet = decodeIpmiDatagram(datagram);
  if (!packet.ok || typeOf(datagram) !== payloadType.openSessionRequest) return undefined;
  if (packet.value.version !== '2.0') return undefined;
  const request = decodeOpenSessionRequest(packet.value.payload);
  return request.ok && request.value.algorithms.authentication === 3;
}

function withoutSignature(packet: V15Packet): Buffer {
  const { sequence, sessionId, message } = packet;
  return encodeV15({ version: '1.5', authType: authType.none, sequence, sessionId, message });
}

function typeOf(datagram: Buffer): number | undefined {
  const packet = decodeIpmiDatagram(datagram);
  return packet.ok && packet.value.version === '2.0' ? packet.value.payloadType : undefined;
}

describe('on a bad network', () => {
  const seeds = Array.from({ length: 12 }, (_, index) => index + 1);

  test.each(seeds)('loss, duplicates and reordering do not break a session (seed %i)', async seed => {
    const rack = await simulatedRack({}, seed);
    Object.assign(rack.network.conditions, { loss: 0.15, duplication: 0.2, jitterMs: 900 });
    const timing = { attempts: 12 };
    const session = await rack.open({ timing });
    for (let round = 0; round < 10; round += 1) {
      await expect(rack.run(session.run(getChassisStatus))).resolves.toMatchObject({ power: 'off' });
    }
    await rack.run(session.close());
    expect(await rack.run(session.ended)).toBeUndefined();
  });

  test.each(seeds)('the same with IPMI 1.5 (seed %i)', async seed => {
    const rack = await simulatedRack({}, seed);
    Object.assign(rack.network.conditions, { loss: 0.1, duplication: 0.2, jitterMs: 900 });
    const session = await rack.open({ interfaceVersion: '1.5', timing: { attempts: 12 } });
    for (let round = 0; round < 10; round += 1) {
      await expect(rack.run(session.run(getChassisStatus))).resolves.toMatchObject({ power: 'off' });
    }
  });

  test.each(['cycle', 'reset', 'soft', 'off'] as const)(
    '%s is sent once: its answer may come after seconds, and a lost one is told as silence',
    async action => {
      const rack = await simulatedRack();
      const session = await rack.open();
      await rack.run(session.run(chassisControl('on')));
      rack.server.faults.delayMs = 5000;
      await rack.run(session.run(chassisControl(action)));
      expect(rack.actions).toEqual(['on', action]);
      rack.server.faults.silent = true;
      const sent = rack.network.sent.length;
      const startMs = rack.clock.nowMs();
      expect(await rack.failure(session.run(chassisControl(action)))).toMatchObject({ kind: 'session_lost' });
      expect(rack.network.sent.length - sent).toBe(1);
      expect(rack.clock.nowMs() - startMs).toBe(8000);
    },
  );

  test('"on" is repeated: a second one finds the machine on', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    rack.server.faults.dropEvery = 1;
    const switched = rack.run(session.run(chassisControl('on')));
    await rack.clock.advance(1500);
    rack.server.faults.dropEvery = 0;
    await switched;
    expect(rack.actions).toEqual(['on']);
  });

  test('a lost RAKP 4 is answered again', async () => {
    const rack = await simulatedRack();
    let lost = 0;
    rack.network.conditions.pass = datagram => {
      if (typeOf(datagram) !== payloadType.rakp4 || lost > 0) return true;
      lost += 1;
      return false;
    };
    await rack.open();
    expect(lost).toBe(1);
    expect(rack.bmc.activeSessions).toBe(1);
  });

  test('repetitions wait longer each time and stop', async () => {
    const rack = await simulatedRack();
    const timesMs: number[] = [];
    rack.network.conditions.pass = () => {
      timesMs.push(rack.clock.nowMs());
      return false;
    };
    const timing = { firstTimeoutMs: 100, timeoutFactor: 2, maxTimeoutMs: 300, attempts: 5 };
    await rack.failure(rack.open({ timing }));
    expect(timesMs).toEqual([0, 100, 300, 600, 900]);
    expect(rack.clock.nowMs()).toBe(1200);
  });
});

describe('inside a session', () => {
  test('requests run one after the other and each gets its own answer', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    let inFlight = 0;
    let most = 0;
    rack.network.conditions.pass = (_datagram, from) => {
      inFlight += from.address === bmcAddress ? -1 : 1;
      most = Math.max(most, inFlight);
      return true;
    };
    const all = Promise.all([
      session.run(getDeviceId),
      session.run(getChassisStatus),
      session.run(chassisControl('on')),
      session.run(getChassisStatus),
    ]);
    const [device, before, , after] = await rack.run(all);
    expect(device.manufacturerId).toBe(32473);
    expect([before.power, after.power]).toEqual(['off', 'on']);
    expect(most).toBe(1);
  });

  test('a completion code is an error of its command only', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    expect(await rack.failure(session.run(chassisControl('cycle')))).toEqual({
      kind: 'completion_code',
      code: 0xd5,
      text: 'not possible in the present state',
      command: 'Chassis Control (cycle)',
    });
    await expect(rack.run(session.run(getDeviceId))).resolves.toBeDefined();
  });

  test('a BMC that dies ends the session and fails what waits', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    rack.server.faults.diesAfter = 1;
    await rack.run(session.run(getDeviceId));
    const results = await rack.run(
      Promise.allSettled([session.run(getDeviceId), session.run(getChassisStatus), session.run(getDeviceId)]),
    );
    expect(results.map(result => result.status)).toEqual(['rejected', 'rejected', 'rejected']);
    const ended = await rack.run(session.ended);
    expect(ended?.failure).toEqual({ kind: 'session_lost', why: 'silent' });
    expect(await rack.failure(session.run(getDeviceId))).toMatchObject({ kind: 'session_lost' });
  });

  test('a BMC that restarts forgets the session, and a new one can be opened', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    rack.bmc.forgetSessions();
    expect(await rack.failure(session.run(getDeviceId))).toEqual({ kind: 'session_lost', why: 'silent' });
    const again = await rack.open({ preferredCipherSuite: 17 });
    await expect(rack.run(again.run(getDeviceId))).resolves.toBeDefined();
  });

  test('an idle session is kept alive, and notices by itself when the BMC is gone', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    await rack.clock.advance(10 * 60_000);
    expect(rack.bmc.activeSessions).toBe(1);
    await expect(rack.run(session.run(getDeviceId))).resolves.toBeDefined();
    rack.server.faults.silent = true;
    expect((await rack.run(session.ended))?.failure).toEqual({ kind: 'session_lost', why: 'silent' });
  });

  test('without keep-alive the BMC forgets an idle session after 60 s', async () => {
    const rack = await simulatedRack();
    await rack.open({ timing: { keepAliveMs: 10_000_000 } });
    await rack.clock.advance(59_000);
    expect(rack.bmc.activeSessions).toBe(1);
    await rack.clock.advance(2000);
    expect(rack.bmc.activeSessions).toBe(0);
  });

  test('closing frees the slot and the socket, and is idempotent', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    expect(rack.network.openSockets).toBe(2);
    await rack.run(session.close());
    await rack.run(session.close());
    expect(rack.bmc.activeSessions).toBe(0);
    expect(rack.network.openSockets).toBe(1);
  });

  test('closing ends soon though the BMC is gone', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    rack.server.faults.silent = true;
    const startMs = rack.clock.nowMs();
    await rack.run(session.close());
    expect(rack.clock.nowMs() - startMs).toBeLessThanOrEqual(2500);
    expect(await rack.run(session.ended)).toBeUndefined();
  });
});

test('two sessions with one BMC never share a socket, many BMCs do', async () => {
  const rack = await simulatedRack();
  const first = await rack.open();
  const second = await rack.open();
  expect(rack.network.openSockets).toBe(3);
  await rack.run(Promise.all([first.run(getDeviceId), second.run(getDeviceId)]));
});

test('a presence ping finds the BMC without credentials', async () => {
  const rack = await simulatedRack();
  expect(await rack.run(rack.client.ping(bmcAddress))).toMatchObject({ ipmi: true, asfVersion: 1 });
  expect(await rack.run(rack.client.ping('10.0.0.99'))).toBeUndefined();
  expect(rack.network.openSockets).toBe(1);
});
