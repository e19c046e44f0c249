import { afterEach, expect, test } from 'vitest';
import type { SensorBoard } from '#engine/net/ipmi/bmc/sensor-board.ts';
import { createServerBoard } from '#engine/net/ipmi/bmc/server-sensors.ts';
import type { BmcSession } from '#engine/net/ipmi/client.ts';
import { openBmcSession } from '#engine/net/ipmi/client.ts';
import { chassisControl } from '#engine/net/ipmi/commands/chassis.ts';
import { getSelTime, setSelTime } from '#engine/net/ipmi/commands/sel.ts';
import { readFruDevices } from '#engine/net/ipmi/read-fru.ts';
import { readPower } from '#engine/net/ipmi/sensors/power-reading.ts';
import { readSdrRepository } from '#engine/net/ipmi/sensors/read-sdr.ts';
import { clearSel, readSel } from '#engine/net/ipmi/sensors/read-sel.ts';
import { readSensors } from '#engine/net/ipmi/sensors/read-sensors.ts';
import { collected } from '#test/unit/engine/net/ipmi/sensors/collected.ts';
import { expectSameEvents, expectSameSensors } from './compare-with-ipmitool.ts';
import type { Ipmitool } from './ipmitool-tables.ts';
import { ipmitoolFor } from './ipmitool-tables.ts';
import type { OurBmc } from './our-bmc.ts';
import { startOurBmc } from './our-bmc.ts';

let rack: OurBmc;
let session: BmcSession;
let ipmitool: Ipmitool;
let board: SensorBoard;

async function start(): Promise<void> {
  board = createServerBoard();
  rack = await startOurBmc({ sensors: board });
  ipmitool = ipmitoolFor(rack.port);
  const login = { username: 'admin', password: 'labpass' };
  session = await openBmcSession({ host: '127.0.0.1', port: rack.port, ...login });
}

afterEach(async () => {
  await session.close();
  rack.server.close();
});

test.each(['on', 'off'] as const)(
  'we and ipmitool see the same sensors of a machine that is %s',
  async power => {
    await start();
    await session.run(chassisControl(power));
    board.setValue('CPU1 Temp', 86);
    board.setValue('Inlet Temp', -12);
    board.setValue('Fan 2', 300);
    board.setValue('12V', 12.24);
    board.setStates('PSU2 Status', [0, 3]);
    board.setStates('PSU Redundancy', [1]);
    board.setStates('Memory', [6, 1]);
    board.setPresent('Drive 3', false);
    const repository = await readSdrRepository(session);
    const ours = await collected(readSensors(session, repository));
    const present = ours.filter(({ reason }) => reason !== 'absent');
    expect(ours.length - present.length).toBe(1);
    const known = {
      ...repository,
      records: repository.records.filter(record => !('name' in record) || record.name !== 'Drive 3'),
    };
    const theirs = (await ipmitool.sensors()).filter(({ name }) => name !== 'Drive 3');
    expectSameSensors(present, theirs, known);
  },
);

test('we and ipmitool see the same events, reading by reading', async () => {
  await start();
  board.setValue('CPU1 Temp', 86);
  board.setValue('CPU1 Temp', 91);
  board.setValue('CPU1 Temp', 40);
  board.setValue('Fan 4', 0);
  board.setStates('PSU1 Status', [0, 1]);
  board.setStates('Drive 1', [0, 1]);
  board.setStates('Intrusion', [0]);
  board.setStates('PSU Redundancy', [1]);
  await ipmitool.run('event', '1');
  const { entries, info } = await readSel(session, { limit: 100 });
  expect(entries).toHaveLength(info.entryCount);
  expect(entries.length).toBeGreaterThan(9);
  expectSameEvents(entries, await ipmitool.events());
});

test('ipmitool clears the log that we read, and we the one that it reads', async () => {
  await start();
  board.setValue('Fan 1', 0);
  expect(await ipmitool.run('sel', 'clear')).toContain('Clearing SEL');
  expect((await readSel(session, { limit: 10 })).entries).toEqual([]);
  board.setValue('Fan 2', 0);
  expect(await ipmitool.run('sel', 'elist')).toMatch(/Fan Fan 2 \| Lower Critical going low .*\| Asserted/);
  await clearSel(session);
  expect(await ipmitool.run('sel', 'list')).toContain('SEL has no entries');
});

test('the clock of the log is set by one and read by the other', async () => {
  await start();
  await session.run(setSelTime(Date.UTC(2031, 4, 6, 7, 8, 9) / 1000));
  expect(await ipmitool.run('sel', 'time', 'get')).toMatch(/05\/06\/(20)?31 07:08:(09|1\d)/);
  await ipmitool.run('sel', 'time', 'set', '02/03/27 04:05:06');
  const seconds = await session.run(getSelTime);
  expect(Math.abs(seconds - Date.UTC(2027, 1, 3, 4, 5, 6) / 1000)).toBeLessThan(60);
});

test('we and ipmitool read the same inventories', async () => {
  await start();
  const { records } = await readSdrRepository(session);
  const ours = await readFruDevices(session, records);
  const theirs = await ipmitool.frus();
  expect(ours.map(({ inventory }) => inventory?.product?.serial)).toEqual(
    theirs.map(block => block['Product Serial']),
  );
  expect(ours.slice(1).map(({ name, fruId }) => `${name} (ID ${fruId})`)).toEqual(
    theirs.slice(1).map(block => block['FRU Device Description']),
  );
});

test('we and ipmitool read the same power', async () => {
  await start();
  await session.run(chassisControl('on'));
  board.setValue('PSU1 Input', 300);
  const watts = (await readPower(session))?.currentWatts;
  expect(watts).toBe(440);
  expect(await ipmitool.run('dcmi', 'power', 'reading')).toMatch(/Instantaneous power reading:\s+440 Watts/);
});
