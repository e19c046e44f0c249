import { expect, test } from 'vitest';
import type { BmcCommand } from '#engine/net/ipmi/commands/command.ts';
import { BmcError } from '#engine/net/ipmi/failure.ts';
import { readFruDevices } from '#engine/net/ipmi/read-fru.ts';
import { isFresh, readSdrRepository } from '#engine/net/ipmi/sensors/read-sdr.ts';
import { seededBytes, seededRandom } from '../hostile.ts';
import { simulatedRack } from '../simulated-rack.ts';
import { oddSession } from './odd-session.ts';

const isGetSdr = ({ netFn, command }: BmcCommand<unknown>) => netFn === 0x0a && command === 0x23;
const isReserve = ({ netFn, command }: BmcCommand<unknown>) => netFn === 0x0a && command === 0x22;
const isInfo = ({ netFn, command }: BmcCommand<unknown>) => netFn === 0x0a && command === 0x20;
const countOf = ({ data }: BmcCommand<unknown>) => data.readUInt8(5);
const recordOf = ({ data }: BmcCommand<unknown>) => data.readUInt16LE(2);

test('a repository is read, and stays fresh until a time stamp or the count changes', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const repository = await rack.run(readSdrRepository(session));
  expect(repository).toMatchObject({ source: 'repository', faults: [] });
  expect(repository.records).toHaveLength(repository.stamp.recordCount);
  const kinds = new Set(repository.records.map(({ kind }) => kind));
  expect([...kinds]).toEqual(['controller-locator', 'fru-locator', 'full', 'compact']);
  expect(await rack.run(isFresh(session, repository))).toBe(true);
  const { stamp } = repository;
  for (const older of [{ addedAt: 1 }, { erasedAt: 1 }, { recordCount: 1 }]) {
    const before = { ...repository, stamp: { ...stamp, ...older } };
    expect(await rack.run(isFresh(session, before))).toBe(false);
  }
});

test.each([0xca, 0xff, 0xc7])(
  'a BMC that refuses long pieces with %i is asked for short ones',
  async code => {
    const rack = await simulatedRack();
    const session = await rack.open();
    const whole = await rack.run(readSdrRepository(session));
    const small = oddSession(session, command =>
      isGetSdr(command) && countOf(command) > 16 ? { code } : undefined,
    );
    expect(await rack.run(readSdrRepository(small))).toEqual(whole);
    expect(small.asked.filter(command => isGetSdr(command) && countOf(command) > 16).length).toBeLessThan(4);
  },
);

test('a lost reservation begins the reading again, not for ever', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const whole = await rack.run(readSdrRepository(session));
  for (const [times, ends] of [
    [2, 'read'],
    [9, 'refused'],
  ] as const) {
    let losses = 0;
    const disturbed = oddSession(session, command => {
      if (!isGetSdr(command) || recordOf(command) !== 9 || losses >= times) return undefined;
      losses += 1;
      return { code: 0xc5 };
    });
    const reading = rack.run(readSdrRepository(disturbed));
    if (ends === 'read') expect(await reading).toEqual(whole);
    else expect(await rack.failure(reading)).toMatchObject({ kind: 'completion_code', code: 0xc5 });
    expect(disturbed.asked.filter(isReserve)).toHaveLength(ends === 'read' ? 3 : 4);
  }
});

test('a BMC without a repository is asked for its device records', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const whole = await rack.run(readSdrRepository(session));
  const device = oddSession(session, ({ netFn, command, data }) => {
    if (netFn === 0x0a && command === 0x20) return { code: 0xc1 };
    if (netFn !== 0x04) return undefined;
    if (command === 0x20) return { data: Buffer.of(whole.records.length, 1) };
    if (command === 0x22) return { code: 0xc1 };
    return command === 0x21
      ? { instead: { netFn: 0x0a, command: 0x23, data: withReservation(data, 1) } }
      : undefined;
  });
  await rack.run(session.run({ ...reserve }));
  const repository = await rack.run(readSdrRepository(device));
  expect(repository).toMatchObject({ source: 'device', records: whole.records, faults: [] });
  expect(await rack.run(isFresh(device, repository))).toBe(true);
});

const reserve: BmcCommand<void> = {
  name: 'reserve',
  netFn: 0x0a,
  command: 0x22,
  data: Buffer.alloc(0),
  decode: () => ({ ok: true, value: undefined }),
};

function withReservation(data: Buffer, reservation: number): Buffer {
  const copy = Buffer.from(data);
  copy.writeUInt16LE(reservation + 1, 0);
  return copy;
}

test('a record that is refused or nonsense is named, and the others are read', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const whole = await rack.run(readSdrRepository(session));
  const odd = oddSession(session, command => {
    if (!isGetSdr(command) || countOf(command) === 5) return undefined;
    if (recordOf(command) === 8) return { code: 0xcb };
    return undefined;
  });
  const repository = await rack.run(readSdrRepository(odd));
  expect(repository.faults).toEqual(['record 8: no such sensor, data or record']);
  expect(repository.records).toEqual(whole.records.filter(({ recordId }) => recordId !== 8));
});

test('a list of records that bites its tail has an end', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const header = Buffer.from('0300' + '0300510000', 'hex');
  const odd = oddSession(session, command => (isGetSdr(command) ? { data: header } : undefined));
  const { faults } = await rack.run(readSdrRepository(odd));
  expect(faults).toEqual(['record 3: the list of records has no end']);
});

test('an empty repository is one', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const odd = oddSession(session, command => (isInfo(command) ? { data: Buffer.alloc(14) } : undefined));
  expect(await rack.run(readSdrRepository(odd))).toMatchObject({ records: [], faults: [] });
});

test('answers of noise end in a repository or in a known failure', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = seededRandom(seed);
    const noisy = oddSession(session, command => {
      if (isInfo(command)) return { data: Buffer.alloc(14, 0x11) };
      return { data: seededBytes(random, Math.floor(random() * 30)) };
    });
    const outcome = await rack.run(readSdrRepository(noisy)).catch((error: unknown) => error);
    expect(outcome instanceof BmcError || Object.hasOwn(Object(outcome), 'records')).toBe(true);
    expect(noisy.asked.length).toBeLessThan(5000);
  }
});

test('the FRU devices of the locators are read, and one without an inventory says why', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const { records } = await rack.run(readSdrRepository(session));
  const devices = await rack.run(readFruDevices(session, records));
  expect(
    devices.map(({ fruId, name, inventory, fault }) => [fruId, name, inventory?.product?.serial, fault]),
  ).toEqual([
    [0, 'System FRU', undefined, 'FRU header cut short'],
    [1, 'PSU1 FRU', 'PSU0001', undefined],
    [2, 'PSU2 FRU', 'PSU0002', undefined],
    [3, 'Backplane FRU', 'BP0001', undefined],
  ]);
  const gone = oddSession(session, ({ netFn, command, data }) =>
    netFn === 0x0a && command === 0x10 && data[0] === 2 ? { code: 0xcb } : undefined,
  );
  const faults = (await rack.run(readFruDevices(gone, records))).map(({ fault }) => fault);
  expect(faults[2]).toBe('no such sensor, data or record');
});
