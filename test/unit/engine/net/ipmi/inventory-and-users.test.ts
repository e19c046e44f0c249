import { describe, expect, test } from 'vitest';
import { chassisIdentify, getChassisStatus, getRestartCause } from '#engine/net/ipmi/commands/chassis.ts';
import { encodeFruInventory } from '#engine/net/ipmi/fru-inventory.ts';
import { readFruInventory } from '#engine/net/ipmi/read-fru.ts';
import { changeUser, isUserPassword, listUsers } from '#engine/net/ipmi/users.ts';
import { simulatedRack } from './simulated-rack.ts';

const product = {
  manufacturer: 'Rackside',
  name: 'A name long enough to need more than one answer of the BMC',
  partNumber: 'VS-1',
  version: '1.0',
  serial: 'SN0001',
  assetTag: 'asset-1',
  fruFileId: 'a file name that makes the area longer still',
  custom: ['and one more field to get over the size of a chunk'],
};

describe('FRU inventory', () => {
  test('is read in pieces and only where there is something', async () => {
    const fru = Buffer.concat([encodeFruInventory({ product }), Buffer.alloc(2048)]);
    const rack = await simulatedRack({ fru });
    const session = await rack.open();
    const before = rack.network.sent.length;
    expect(await rack.run(readFruInventory(session))).toEqual({ faults: [], product });
    expect((rack.network.sent.length - before) / 2).toBeLessThan(8);
  });

  test('a BMC with small buffers is asked for less', async () => {
    const rack = await simulatedRack({ fru: encodeFruInventory({ product }) });
    const session = await rack.open();
    const asked: number[] = [];
    const small = {
      ...session,
      run: async <T>(command: Parameters<typeof session.run<T>>[0]) => {
        if (command.command !== 0x11) return session.run(command);
        const count = command.data.readUInt8(3);
        asked.push(count);
        // Our BMC refuses more than 128 with CAh: so does this one above 16.
        return session.run(count <= 16 ? command : { ...command, data: Buffer.of(0, 0, 0, 255) });
      },
    };
    expect(await rack.run(readFruInventory(small))).toEqual({ faults: [], product });
    expect(asked.filter(count => count > 16).length).toBeLessThanOrEqual(3);
  });

  test('an empty or nonsense inventory is a malformed answer', async () => {
    for (const fru of [Buffer.alloc(0), Buffer.alloc(64, 0xff)]) {
      const rack = await simulatedRack({ fru });
      const session = await rack.open();
      expect(await rack.failure(readFruInventory(session))).toMatchObject({ kind: 'malformed_answer' });
    }
  });

  test('a FRU device that is not there is a completion code', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    expect(await rack.failure(readFruInventory(session, 7))).toMatchObject({
      kind: 'completion_code',
      code: 0xcb,
    });
  });
});

describe('users', () => {
  test('the list holds the accounts that exist', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    const users = await rack.run(listUsers(session));
    expect(users.map(({ id, name, privilege, enabled }) => [id, name, privilege, enabled])).toEqual([
      [2, 'admin', 'administrator', true],
      [3, 'oper', 'operator', true],
      [4, 'gone', 'administrator', false],
    ]);
  });

  test('a new account can log in with its password and privilege', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    const change = {
      name: 'tech',
      password: 'a 20-byte-long secret'.slice(0, 20),
      privilege: 'operator',
      enabled: true,
    } as const;
    await rack.run(changeUser(session, 5, change));
    const fresh = await rack.open({ username: 'tech', password: change.password, privilege: 'operator' });
    await expect(rack.run(fresh.run(getChassisStatus))).resolves.toBeDefined();
    expect(await rack.run(isUserPassword(session, 5, change.password))).toBe(true);
    expect(await rack.run(isUserPassword(session, 5, 'a 20-byte-long SECRET'.slice(0, 20)))).toBe(false);
  });

  test('a changed password, a disabled account and lost access close the door', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    const oper = { username: 'oper', password: 'operpass', privilege: 'operator' } as const;
    await rack.run(changeUser(session, 3, { password: 'changed' }));
    expect(await rack.failure(rack.open(oper))).toMatchObject({ reason: 'wrong_password' });
    await rack.run(changeUser(session, 3, { enabled: false }));
    expect(await rack.failure(rack.open({ ...oper, password: 'changed' }))).toMatchObject({
      reason: 'unknown_user',
    });
    await rack.run(changeUser(session, 3, { enabled: true, privilege: null }));
    expect(await rack.failure(rack.open({ ...oper, password: 'changed' }))).toMatchObject({
      reason: 'unknown_user',
    });
  });

  test('impossible names, passwords and ids are refused before anything is sent', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    const before = rack.network.sent.length;
    for (const [id, change] of [
      [0, { name: 'x' }],
      [64, { name: 'x' }],
      [5, { name: 'x'.repeat(17) }],
      [5, { password: 'x'.repeat(21) }],
    ] as const) {
      expect(await rack.failure(changeUser(session, id, change))).toMatchObject({ kind: 'invalid_request' });
    }
    expect(rack.network.sent.length).toBe(before);
  });
});

test('identify reaches the machine and shows in the status until its time is over', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const identify = async () => (await rack.run(session.run(getChassisStatus))).identify;
  await rack.run(session.run(chassisIdentify({ seconds: 30 })));
  expect(await identify()).toBe('timed');
  await rack.clock.advance(31_000);
  expect(await identify()).toBe('off');
  await rack.run(session.run(chassisIdentify('on')));
  expect(await identify()).toBe('on');
  await rack.run(session.run(chassisIdentify('off')));
  expect(await identify()).toBe('off');
  expect(rack.identified).toEqual([{ seconds: 30 }, 'on', 'off']);
});

test('the restart cause comes from the machine', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  expect(await rack.run(session.run(getRestartCause))).toBe('chassis_control');
});
