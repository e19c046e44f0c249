import { describe, expect, test } from 'vitest';
import { createServerBoard } from '#engine/net/ipmi/bmc/server-sensors.ts';
import type { BmcSession } from '#engine/net/ipmi/client.ts';
import { chassisControl, getChassisStatus } from '#engine/net/ipmi/commands/chassis.ts';
import { encodeFactors } from '#engine/net/ipmi/sensors/conversion.ts';
import { readPower } from '#engine/net/ipmi/sensors/power-reading.ts';
import type { SdrRepository } from '#engine/net/ipmi/sensors/read-sdr.ts';
import { readSdrRepository } from '#engine/net/ipmi/sensors/read-sdr.ts';
import type { ReadSensorsOptions } from '#engine/net/ipmi/sensors/read-sensors.ts';
import { createSensorMemory, readSensors } from '#engine/net/ipmi/sensors/read-sensors.ts';
import { decodeSdrRecord } from '#engine/net/ipmi/sensors/sdr-record.ts';
import type { SensorReading } from '#engine/net/ipmi/sensors/sensor-reading.ts';
import { seededBytes, seededRandom } from '../hostile.ts';
import { simulatedRack } from '../simulated-rack.ts';
import { collected } from './collected.ts';
import { oddSession } from './odd-session.ts';
import { amps, recordsOf } from './records.ts';

async function runningServer() {
  const board = createServerBoard();
  const rack = await simulatedRack({ sensors: board });
  const session = await rack.open();
  await rack.run(session.run(chassisControl('on')));
  const repository = await rack.run(readSdrRepository(session));
  const read = (options?: ReadSensorsOptions, as: BmcSession = session, of: SdrRepository = repository) =>
    rack.run(collected(readSensors(as, of, options)));
  return { board, rack, session, repository, read };
}

function named(readings: readonly SensorReading[], name: string): SensorReading {
  const reading = readings.find(candidate => candidate.name === name);
  if (reading === undefined) throw new Error(`no reading of ${name}`);
  return reading;
}

describe('what sensors say', () => {
  test('numbers come in their unit with thresholds, states as words', async () => {
    const { read, board } = await runningServer();
    board.setValue('CPU1 Temp', 90);
    board.setStates('PSU1 Status', [0, 3]);
    const readings = await read();
    expect(named(readings, 'CPU1 Temp')).toMatchObject({
      type: 'temperature',
      state: 'critical',
      reason: undefined,
      value: 90,
      states: ['crossed.upper-non-critical', 'crossed.upper-critical'],
      unit: { base: 'degrees-c' },
      thresholds: { upperNonCritical: 84, upperCritical: 89, upperNonRecoverable: 94 },
      entity: { id: 3, instance: 1, isLogical: false },
    });
    expect(named(readings, 'PSU1 Status')).toMatchObject({
      state: 'critical',
      value: undefined,
      unit: undefined,
      states: ['power-supply.presence-detected', 'power-supply.ac-lost'],
    });
    expect(readings.filter(({ state }) => state !== 'ok')).toHaveLength(2);
  });

  test('a machine that is off has no fan speeds, and is not in fault for it', async () => {
    const { read, rack, session } = await runningServer();
    await rack.run(session.run(chassisControl('off')));
    const readings = await read();
    expect(named(readings, 'Fan 1')).toMatchObject({
      state: 'unavailable',
      reason: 'no_reading',
      states: [],
    });
    expect(named(readings, 'ACPI Power').states).toEqual(['acpi-power-state.s5-soft-off']);
  });

  test('a non-linear sensor is asked for the factors of its reading and of each threshold', async () => {
    const { read, session, repository } = await runningServer();
    const sensor = { ...amps, format: 'unsigned', linearisation: 0x70, thresholdAccess: 'readable' } as const;
    const odd = oddSession(session, ({ netFn, command, data }) => {
      if (netFn !== 4) return undefined;
      if (command === 0x2d) return { data: Buffer.of(100, 0xc0, 0xc0) };
      if (command === 0x27) return { data: Buffer.of(0x10, 0, 0, 0, 0, 200, 0) };
      const factors = { ...amps.factors, m: data.readUInt8(1) === 100 ? 2 : 3 };
      return {
        data: Buffer.concat([Buffer.of(101), encodeFactors({ ...factors, b: 0, resultExponent: 0 })]),
      };
    });
    const [reading] = await read({}, odd, { ...repository, records: [sensor] });
    expect(reading).toMatchObject({ value: 200, thresholds: { upperCritical: 600 } });
    expect(odd.asked.every(({ lun }) => lun === 1)).toBe(true);
  });

  test('fixed thresholds are those of the record', async () => {
    const { read, session, repository } = await runningServer();
    const sensor = { ...amps, linearisation: 0, factors: { ...amps.factors, m: 1, b: 0, resultExponent: 0 } };
    const odd = oddSession(session, () => ({ data: Buffer.of(7, 0xc0, 0xc0) }));
    const [reading] = await read({}, odd, { ...repository, records: [sensor] });
    expect(reading?.thresholds).toEqual({
      lowerNonCritical: 6,
      lowerCritical: 5,
      lowerNonRecoverable: 4,
      upperCritical: 2,
    });
  });
});

describe('sensors without a reading', () => {
  test('one that is absent, and whatever the BMC refuses, is named with its reason', async () => {
    const { read, board, session } = await runningServer();
    board.setPresent('Drive 1', false);
    const codes: Readonly<Record<number, number>> = { 17: 0xd5, 18: 0xcc, 19: 0xff };
    const odd = oddSession(session, ({ command, data }) => {
      const code = command === 0x2d ? codes[data.readUInt8(0)] : undefined;
      return code === undefined ? undefined : { code };
    });
    const readings = await read({}, odd);
    const reasons = readings.flatMap(({ name, reason }) => (reason === undefined ? [] : [[name, reason]]));
    expect(reasons).toEqual([
      ['Fan 1', 'not_now'],
      ['Fan 2', 'refused'],
      ['Fan 3', 'refused'],
      ['Drive 1', 'absent'],
    ]);
  });

  test('those of software and of other controllers are not asked', async () => {
    const { read, session, repository } = await runningServer();
    const dell = recordsOf('dell-fc830-sdr').flatMap(bytes => {
      const record = decodeSdrRecord(bytes);
      return record.ok ? [record.value] : [];
    });
    const satellite = { ...amps, owner: { kind: 'controller', address: 0x72, channel: 0 } } as const;
    const odd = oddSession(session, () => undefined);
    const readings = await read({}, odd, { ...repository, records: [...dell, satellite] });
    expect(readings.map(({ name, reason }) => [name, reason])).toEqual([
      ['Fan4', 'absent'],
      ['PCI System Err', 'software'],
      ['Memory Cfg Err', 'software'],
      ['Mem Redun Gain', 'software'],
      ['M01 VPP PG', 'absent'],
      ['Amps', 'other_controller'],
    ]);
    expect(odd.asked).toHaveLength(2);
  });

  test('a silent one costs its time twice, the others are read, and the session goes on', async () => {
    const { read, rack, session } = await runningServer();
    const memory = createSensorMemory();
    rack.bmc.faults.silentSensor = 0x12;
    const startMs = rack.clock.nowMs();
    const first = await read({ memory, timeLimitMs: 1500 });
    expect(named(first, 'Fan 2')).toMatchObject({ state: 'unavailable', reason: 'silent' });
    expect(first.filter(({ state }) => state === 'ok')).toHaveLength(first.length - 1);
    expect(rack.clock.nowMs() - startMs).toBeLessThan(3500);
    const secondMs = rack.clock.nowMs();
    const second = await read({ memory });
    expect(named(second, 'Fan 2')).toMatchObject({ reason: 'silent' });
    expect(rack.clock.nowMs() - secondMs).toBeLessThan(1000);
    rack.bmc.faults.silentSensor = undefined;
    expect(named(await read({ memory }), 'Fan 2')).toMatchObject({ state: 'ok', value: 5600 });
    expect(await rack.run(session.run(getChassisStatus))).toMatchObject({ power: 'on' });
  });

  test('a BMC that dies between two sensors ends the session after a few seconds, not after one wait a sensor', async () => {
    const { rack, session, repository } = await runningServer();
    const startMs = rack.clock.nowMs();
    rack.server.faults.diesAfter = 4;
    const readings: SensorReading[] = [];
    const failure = await rack.failure(
      (async () => {
        for await (const reading of readSensors(session, repository)) readings.push(reading);
      })(),
    );
    expect(failure).toEqual({ kind: 'session_lost', why: 'silent' });
    expect(readings.length).toBeGreaterThan(0);
    expect(rack.clock.nowMs() - startMs).toBeLessThan(15_000);
  });
});

test('a packet that is lost on its way is no silent sensor', async () => {
  const { read, rack } = await runningServer();
  const memory = createSensorMemory();
  rack.server.faults.dropEvery = 9;
  const readings = await read({ memory });
  expect(readings.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(memory.silent.size).toBe(0);
});

test('readings of noise are readings or have a reason', async () => {
  const { read, session, repository } = await runningServer();
  for (let seed = 1; seed <= 30; seed += 1) {
    const random = seededRandom(seed);
    const noisy = oddSession(session, () => ({ data: seededBytes(random, Math.floor(random() * 10)) }));
    for (const { state, reason } of await read({}, noisy, {
      ...repository,
      records: [...repository.records, amps],
    })) {
      expect(reason === undefined).toBe(state !== 'unavailable');
    }
  }
});

test('thresholds are asked for once in the life of a memory', async () => {
  const { read, session } = await runningServer();
  const memory = createSensorMemory();
  const first = oddSession(session, () => undefined);
  const second = oddSession(session, () => undefined);
  expect(await read({ memory }, first)).toEqual(await read({ memory }, second));
  const thresholdsAsked = (odd: typeof first) => odd.asked.filter(({ command }) => command === 0x27).length;
  expect(thresholdsAsked(first)).toBeGreaterThan(15);
  expect(thresholdsAsked(second)).toBe(0);
});

test('power is what the supplies draw, and nothing without DCMI', async () => {
  const { rack, session, board } = await runningServer();
  expect(await rack.run(readPower(session))).toMatchObject({ currentWatts: 280, isActive: true });
  board.setValue('PSU1 Input', 400);
  expect(await rack.run(readPower(session))).toMatchObject({
    currentWatts: 540,
    minimumWatts: 280,
    maximumWatts: 540,
    averageWatts: 410,
  });
  const without = oddSession(session, () => ({ code: 0xc1 }));
  expect(await rack.run(readPower(without))).toBeUndefined();
});
