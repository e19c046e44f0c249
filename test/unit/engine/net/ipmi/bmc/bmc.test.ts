import { describe, expect, test } from 'vitest';
import { createVirtualBmc } from '#engine/net/ipmi/bmc/bmc.ts';
import { chassisControl, getChassisStatus } from '#engine/net/ipmi/commands/chassis.ts';
import type { BmcCommand } from '#engine/net/ipmi/commands/command.ts';
import { getDeviceId } from '#engine/net/ipmi/commands/device.ts';
import { closeSession, setSessionPrivilege } from '#engine/net/ipmi/commands/session-setup.ts';
import { encodeLanRequest } from '#engine/net/ipmi/message.ts';
import { encodeSetupPayload, payloadType } from '#engine/net/ipmi/packet.ts';
import { outsideSession } from '#engine/net/ipmi/request.ts';
import { captured } from '../captured.ts';
import { hostileVariants, seededBytes, seededRandom } from '../hostile.ts';
import { accounts, bmcAddress, simulatedRack } from '../simulated-rack.ts';

function raw(netFn: number, command: number, data: Buffer): BmcCommand<Buffer> {
  return { name: 'raw', netFn, command, data, decode: value => ({ ok: true, value: Buffer.from(value) }) };
}

const oper = { username: 'oper', password: 'operpass' } as const;

describe('sessions', () => {
  test('several are open at once, up to the number of slots', async () => {
    const rack = await simulatedRack({ limits: { slots: 3 } });
    const sessions = [await rack.open(), await rack.open(), await rack.open({ interfaceVersion: '1.5' })];
    expect(rack.bmc.activeSessions).toBe(3);
    expect(await rack.failure(rack.open())).toMatchObject({ kind: 'busy' });
    await rack.run(sessions[0]?.close() ?? Promise.resolve());
    expect(await rack.open()).toMatchObject({ cipherSuite: 17 });
  });

  test('half-open sessions of strangers lock nobody out', async () => {
    const rack = await simulatedRack({ limits: { slots: 1 } });
    const openSession = captured('ipmitool-suite-3').filter(({ from }) => from === 'console')[1];
    if (openSession === undefined) throw new Error('no Open Session in the capture');
    for (let n = 0; n < 50; n += 1) {
      expect(rack.bmc.receive(openSession.bytes, `stranger ${n}`)).toHaveLength(1);
    }
    await rack.open({ timing: { attempts: 1 } });
    expect(rack.clock.nowMs()).toBeLessThan(100);
  });

  test('an Open Session that arrives twice makes one session', async () => {
    const rack = await simulatedRack();
    const openSession = captured('ipmitool-suite-3').filter(({ from }) => from === 'console')[1];
    if (openSession === undefined) throw new Error('no Open Session in the capture');
    const first = rack.bmc.receive(openSession.bytes, 'console');
    expect(rack.bmc.receive(openSession.bytes, 'console')).toEqual(first);
    const nextTag = Buffer.from(openSession.bytes);
    nextTag.writeUInt8(9, 16);
    const underNextTag = Buffer.from(first[0] ?? Buffer.alloc(0));
    underNextTag.writeUInt8(9, 16);
    expect(rack.bmc.receive(nextTag, 'console')).toEqual([underNextTag]);
    expect(rack.bmc.receive(openSession.bytes, 'another')).not.toEqual(first);
    await rack.clock.advance(10_000);
    expect(rack.bmc.receive(openSession.bytes, 'console')).not.toEqual(first);
  });

  test('an administrator may close a stranger, an operator only himself', async () => {
    const rack = await simulatedRack();
    const admin = await rack.open();
    const operator = await rack.open({ ...oper, privilege: 'operator' });
    expect(await rack.failure(operator.run(closeSession(12345)))).toMatchObject({ code: 0xd4 });
    expect(await rack.failure(admin.run(closeSession(12345)))).toMatchObject({
      code: 0x87,
      text: 'no such session',
    });
  });

  test('privilege can be lowered and raised up to what the log-in asked for', async () => {
    const rack = await simulatedRack();
    const session = await rack.open({ privilege: 'operator' });
    expect(await rack.run(session.run(setSessionPrivilege(2)))).toBe(2);
    expect(await rack.failure(session.run(chassisControl('on')))).toMatchObject({ code: 0xd4 });
    expect(await rack.run(session.run(setSessionPrivilege(3)))).toBe(3);
    expect(await rack.run(session.run(setSessionPrivilege(0)))).toBe(3);
    expect(await rack.failure(session.run(setSessionPrivilege(4)))).toMatchObject({ code: 0x81 });
    await rack.run(session.run(chassisControl('on')));
    expect(rack.actions).toEqual(['on']);
  });

  test('a recorded packet is not obeyed a second time', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    const before = rack.network.sent.length;
    await rack.run(session.run(chassisControl('on')));
    const recorded = rack.network.sent[before];
    if (recorded === undefined) throw new Error('nothing was sent');
    expect(rack.bmc.receive(recorded.datagram, 'replayer')).toEqual([]);
    await rack.run(session.close());
    expect(rack.bmc.receive(recorded.datagram, 'replayer')).toEqual([]);
    expect(rack.actions).toEqual(['on']);
  });
});

describe('strangers', () => {
  test('get nothing done without a session, in either frame', () => {
    const switched: string[] = [];
    const control = (action: string) => {
      switched.push(action);
      return 'accepted' as const;
    };
    const bmc = createVirtualBmc({
      accounts,
      chassis: { power: () => 'off', control, identify: () => undefined },
    });
    const { netFn, command, data } = chassisControl('on');
    const message = encodeLanRequest({
      to: 0x20,
      from: 0x81,
      toLun: 0,
      fromLun: 0,
      sequence: 1,
      netFn,
      command,
      data,
    });
    const answers = [outsideSession.seal(message), encodeSetupPayload(payloadType.ipmi, message)].map(
      datagram => bmc.receive(datagram, 'stranger')[0],
    );
    const codes = answers.map(answer => answer?.at(-2));
    expect(codes).toEqual([0xd4, 0xd4]);
    expect(switched).toEqual([]);
  });

  test('hostile datagrams are survived in silence or with an answer', () => {
    const bmc = createVirtualBmc({
      accounts,
      chassis: { power: () => 'off', control: () => 'accepted', identify: () => undefined },
    });
    const names = ['ipmitool-suite-3', 'ipmitool-suite-17', 'ipmitool-md5'];
    const samples = names.flatMap(captured).map(datagram => datagram.bytes);
    for (const bytes of hostileVariants(samples)) {
      for (const answer of bmc.receive(bytes, 'stranger')) expect(answer.length).toBeLessThan(300);
    }
    expect(bmc.activeSessions).toBe(0);
  });
});

test('hostile commands of a member never throw and always get an answer', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const random = seededRandom(7);
  const known = [
    [0x00, [0, 1, 2, 4, 7, 8, 9]],
    [0x06, [1, 4, 8, 0x37, 0x38, 0x39, 0x3b, 0x41, 0x42, 0x44, 0x45, 0x46, 0x54]],
    [0x04, [2, 0x25, 0x27, 0x29, 0x2b, 0x2d, 0x2f]],
    [0x0a, [0x10, 0x11, 0x20, 0x22, 0x23, 0x40, 0x42, 0x43, 0x44, 0x46, 0x47, 0x48, 0x49]],
    [0x2c, [0, 2]],
  ] as const;
  for (const [netFn, commands] of known) {
    for (const command of commands) {
      for (let length = 0; length <= 24; length += 4) {
        const data = seededBytes(random, length);
        // The null user's and the admin's own account stay usable.
        if (command === 0x45 && length > 0) data[0] = 9;
        const outcome = await rack.run(
          session.run(raw(netFn, command, data)).then(
            () => 'answered',
            () => 'refused',
          ),
        );
        expect(['answered', 'refused']).toContain(outcome);
      }
    }
  }
  expect(await rack.run(session.run(getDeviceId))).toMatchObject({ manufacturerId: 32473 });
});

describe('faults on demand', () => {
  test('every n-th datagram lost', async () => {
    const rack = await simulatedRack();
    rack.server.faults.dropEvery = 3;
    const session = await rack.open();
    for (let round = 0; round < 6; round += 1) await rack.run(session.run(getChassisStatus));
    expect(rack.clock.nowMs()).toBeGreaterThan(3000);
  });

  test('answers twice, and late', async () => {
    const rack = await simulatedRack();
    Object.assign(rack.server.faults, { copies: 2, delayMs: 400 });
    const session = await rack.open();
    await expect(rack.run(session.run(getChassisStatus))).resolves.toMatchObject({ power: 'off' });
    const fromBmc = rack.network.sent.filter(({ from }) => from.address === bmcAddress);
    expect(fromBmc.length).toBeGreaterThan(8);
  });

  test('silence that ends lets the session go on', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    rack.server.faults.silent = true;
    const status = session.run(getChassisStatus);
    await rack.clock.advance(2000);
    rack.server.faults.silent = false;
    await expect(rack.run(status)).resolves.toMatchObject({ power: 'off' });
  });

  test('death in the middle of a log-in', async () => {
    const rack = await simulatedRack();
    for (const diesAfter of [1, 2, 3, 4]) {
      Object.assign(rack.server.faults, { silent: false, diesAfter });
      const failure = await rack.failure(rack.open());
      expect(['timeout', 'session_lost']).toContain(failure.kind);
    }
  });
});
