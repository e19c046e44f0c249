import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BmcSession } from '#engine/net/ipmi/client.ts';
import { openBmcSession } from '#engine/net/ipmi/client.ts';
import { readFruDevices } from '#engine/net/ipmi/read-fru.ts';
import { readPower } from '#engine/net/ipmi/sensors/power-reading.ts';
import { isFresh, readSdrRepository } from '#engine/net/ipmi/sensors/read-sdr.ts';
import { clearSel, readSel } from '#engine/net/ipmi/sensors/read-sel.ts';
import { readSensors } from '#engine/net/ipmi/sensors/read-sensors.ts';
import { collected } from '#test/unit/engine/net/ipmi/sensors/collected.ts';
import { expectSameEvents, expectSameSensors } from './compare-with-ipmitool.ts';
import type { IpmiSim } from './ipmi-sim.ts';
import { startIpmiSim } from './ipmi-sim.ts';
import type { Ipmitool } from './ipmitool-tables.ts';
import { ipmitoolFor } from './ipmitool-tables.ts';
import { simEvents, simSensors } from './sim-sensors.ts';

let sim: IpmiSim;
let session: BmcSession;
let ipmitool: Ipmitool;

beforeAll(async () => {
  sim = await startIpmiSim('127.0.0.1', { more: [...simSensors, ...simEvents] });
  ipmitool = ipmitoolFor(sim.port);
  const login = { username: 'admin', password: 'labpass' };
  session = await openBmcSession({ host: '127.0.0.1', port: sim.port, ...login });
});
afterAll(async () => {
  await session.close();
  await sim.stop();
});

test('all linearisations, formats, signs and states are what ipmitool makes of them', async () => {
  const repository = await readSdrRepository(session);
  expect(repository.faults).toEqual([]);
  expect(await isFresh(session, repository)).toBe(true);
  const ours = await collected(readSensors(session, repository));
  expect(new Set(ours.map(({ name }) => name)).size).toBe(23);
  expect(ours.filter(({ state }) => state === 'unavailable')).toEqual([]);
  expectSameSensors(ours, await ipmitool.sensors(), repository);
});

test('the events of a log are what ipmitool prints, OEM entries are kept as bytes', async () => {
  const { entries, info } = await readSel(session, { limit: 100 });
  expect(entries).toHaveLength(info.entryCount);
  expect(entries.map(({ kind }) => kind).slice(-2)).toEqual(['timed-oem', 'oem']);
  expectSameEvents(entries, await ipmitool.events());
});

test('the inventory is what ipmitool prints', async () => {
  const [device] = await readFruDevices(session, []);
  const [theirs] = await ipmitool.frus();
  const product = device?.inventory?.product;
  expect(theirs).toMatchObject({
    'Product Manufacturer': product?.manufacturer,
    'Product Name': product?.name,
    'Product Part Number': product?.partNumber,
    'Product Version': product?.version,
    'Product Serial': product?.serial,
    'Product Asset Tag': product?.assetTag,
  });
});

test('it has no power reading', async () => {
  expect(await readPower(session)).toBeUndefined();
});

test('the log is read on from an entry, and cleared', async () => {
  const { entries } = await readSel(session, { limit: 3 });
  expect(entries).toHaveLength(3);
  const rest = await readSel(session, { limit: 100, afterId: entries[2]?.id ?? 0 });
  expect(rest.entries.map(({ id }) => id)).toEqual([4, 5, 6, 7]);
  await clearSel(session);
  expect(await ipmitool.run('sel', 'list')).toContain('SEL has no entries');
});
