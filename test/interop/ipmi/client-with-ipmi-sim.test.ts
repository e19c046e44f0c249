import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getBootDevice, setBootDevice } from '#engine/net/ipmi/boot-device.ts';
import type { BmcSession, BmcSessionOptions } from '#engine/net/ipmi/client.ts';
import { createBmcClient } from '#engine/net/ipmi/client.ts';
import { chassisControl, chassisIdentify, getChassisStatus } from '#engine/net/ipmi/commands/chassis.ts';
import { getDeviceId, getSystemGuid } from '#engine/net/ipmi/commands/device.ts';
import { readFruInventory } from '#engine/net/ipmi/read-fru.ts';
import { changeUser, listUsers } from '#engine/net/ipmi/users.ts';
import { failureOf } from './failure-of.ts';
import type { IpmiSim } from './ipmi-sim.ts';
import { simProduct, startIpmiSim } from './ipmi-sim.ts';
import { startLossyRelay } from './lossy-relay.ts';

let sim: IpmiSim;
const client = createBmcClient();
const timing = { firstTimeoutMs: 300, attempts: 4 };

beforeAll(async () => {
  sim = await startIpmiSim();
});
afterAll(() => sim.stop());

function open(options: Partial<BmcSessionOptions> = {}): Promise<BmcSession> {
  const login = { host: '127.0.0.1', port: sim.port, username: 'admin', password: 'labpass', timing };
  return client.openSession({ ...login, ...options });
}

describe.each([
  ['suite 3', {}],
  ['IPMI 1.5 with MD5', { interfaceVersion: '1.5' }],
  [
    'IPMI 1.5 with MD5, as an operator',
    { interfaceVersion: '1.5', username: 'oper', password: 'operpass', privilege: 'operator' },
  ],
] as const)('over %s', (_name, options) => {
  test('power goes on, is reset, and off, and the status follows', async () => {
    const session = await open(options);
    await session.run(chassisControl('off'));
    expect((await session.run(getChassisStatus)).power).toBe('off');
    await session.run(chassisControl('on'));
    expect((await session.run(getChassisStatus)).power).toBe('on');
    expect(await sim.state('power')).toBe('1');
    await session.run(chassisControl('reset'));
    expect(await sim.state('reset')).toBe('1');
    await session.run(chassisControl('off'));
    expect(await sim.state('power')).toBe('0');
    await session.close();
  });

  test('the boot device is set and read back', async () => {
    const session = await open(options);
    for (const [device, stored] of [
      ['pxe', 'pxe'],
      ['disk', 'default'],
      ['cdrom', 'cdrom'],
      ['bios', 'bios'],
      ['none', 'none'],
    ] as const) {
      const result = await setBootDevice(session, { device, persistent: false, efi: true });
      expect(await sim.state('boot'), device).toBe(stored);
      expect(result.readBack?.device, device).toBe(device);
    }
    expect(await getBootDevice(session)).toMatchObject({ device: 'none' });
    await session.close();
  });
});

test('suite 17 is refused by ipmi_sim, and 3 is used and reported', async () => {
  const session = await open();
  expect(session).toMatchObject({ interfaceVersion: '2.0', cipherSuite: 3 });
  await session.close();
  const again = await open({ preferredCipherSuite: 17 });
  expect(again).toMatchObject({ cipherSuite: 3 });
  await again.close();
});

test('device id, GUID and FRU inventory', async () => {
  const session = await open();
  expect(await session.run(getDeviceId)).toMatchObject({
    firmware: '9.08',
    manufacturerId: 0x1291,
    productId: 0xf02,
  });
  expect((await session.run(getSystemGuid)).asSent).toBe('11111111-2222-3333-4444-000000000001');
  expect(await readFruInventory(session)).toEqual({ faults: [], product: simProduct });
  await session.close();
});

test('identify', async () => {
  const session = await open();
  await session.run(chassisIdentify({ seconds: 7 }));
  expect(await sim.state('identify')).toBeDefined();
  await session.close();
});

test('users are listed, and a new one can log in', async () => {
  const session = await open();
  const users = await listUsers(session);
  expect(users.find(user => user.id === 3)).toMatchObject({ name: 'oper', privilege: 'operator' });
  await changeUser(session, 5, {
    name: 'tech',
    password: 'tech-pass',
    privilege: 'administrator',
    enabled: true,
  });
  expect((await listUsers(session)).find(user => user.id === 5)).toMatchObject({ name: 'tech' });
  const fresh = await open({ username: 'tech', password: 'tech-pass' });
  await fresh.close();
  await session.close();
});

describe('what goes wrong', () => {
  test.each(['2.0', '1.5'] as const)(
    'a wrong password is told from silence, IPMI %s',
    async interfaceVersion => {
      const failure = await failureOf(open({ password: 'wrong', interfaceVersion }));
      expect(failure).toMatchObject({ kind: 'auth_failed', reason: 'wrong_password' });
    },
  );

  test.each(['2.0', '1.5'] as const)('so is an unknown user, IPMI %s', async interfaceVersion => {
    const failure = await failureOf(open({ username: 'nobody', interfaceVersion }));
    expect(failure).toMatchObject({ kind: 'auth_failed', reason: 'unknown_user' });
  });

  test('nothing on the port', async () => {
    const fast = { firstTimeoutMs: 50, attempts: 2 };
    expect(await failureOf(open({ port: 9, timing: fast }))).toMatchObject({
      kind: 'unreachable',
      why: 'no_answer',
    });
  });

  test('lost and doubled packets', async () => {
    const relay = await startLossyRelay(sim.port, { dropEvery: 4, doubleEvery: 3 });
    for (const interfaceVersion of ['2.0', '1.5'] as const) {
      const session = await open({
        port: relay.port,
        interfaceVersion,
        timing: { firstTimeoutMs: 100, attempts: 6 },
      });
      for (let round = 0; round < 10; round += 1) await session.run(getChassisStatus);
      await session.close();
    }
    expect(relay.lost).toBeGreaterThan(5);
    expect(relay.doubled).toBeGreaterThan(5);
    relay.close();
  });

  test('a BMC that dies in the middle', async () => {
    const mortal = await startIpmiSim();
    const session = await open({ port: mortal.port, timing: { firstTimeoutMs: 50, attempts: 3 } });
    await session.run(getChassisStatus);
    await mortal.kill();
    expect(await failureOf(session.run(getChassisStatus))).toEqual({ kind: 'session_lost', why: 'silent' });
    expect((await session.ended)?.failure.kind).toBe('session_lost');
    await mortal.stop();
  });
});

test('IPv6', async () => {
  const sim6 = await startIpmiSim('::1');
  const session = await open({ host: '::1', port: sim6.port });
  expect(await session.run(getDeviceId)).toMatchObject({ firmware: '9.08' });
  await session.close();
  await sim6.stop();
});
