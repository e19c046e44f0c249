import { describe, expect, test } from 'vitest';
import type { SdrRecord, WritableRecord } from '#engine/net/ipmi/sensors/sdr-record.ts';
import { decodeSdrRecord, encodeSdrRecord } from '#engine/net/ipmi/sensors/sdr-record.ts';
import { readableSensors } from '#engine/net/ipmi/sensors/sensor-reading.ts';
import type { CompactSensor } from '#engine/net/ipmi/sensors/sensor-record.ts';
import { hostileVariants } from '../hostile.ts';
import { amps, recordsOf, supermicroCpuTemp } from './records.ts';

function decode(bytes: Buffer): SdrRecord {
  const record = decodeSdrRecord(bytes);
  if (!record.ok) throw new Error(record.reason);
  return record.value;
}

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('records of real servers', () => {
  test("a Dell's fan is a full record", () => {
    const [fan = Buffer.alloc(0)] = recordsOf('dell-fc830-sdr');
    expect(decode(fan)).toMatchObject({
      kind: 'full',
      recordId: 0xa5,
      number: 0x36,
      lun: 0,
      name: 'Fan4',
      sensorType: 4,
      eventType: 1,
      owner: { kind: 'controller', address: 0x20, channel: 0 },
      entity: { id: 23, instance: 1, isLogical: false },
      thresholdAccess: 'readable',
      format: 'unsigned',
      linearisation: 0,
      unit: { base: 'rpm', isPercentage: false },
      factors: { m: 120, b: 0, bExponent: 0, resultExponent: 0, tolerance: 2 },
      rawNominal: 0x54,
      rawNormalMax: 0xc5,
      rawNormalMin: 0x8b,
      rawMax: 0xff,
      rawThresholds: { lowerCritical: 0x1d, lowerNonCritical: 0x23 },
      rawHysteresis: { rising: 1, falling: 1 },
    });
  });

  test('its faults are compact records of software, one with redundancy states', () => {
    const [, pci, memory, redundancy, voltage] = recordsOf('dell-fc830-sdr').map(decode);
    expect(pci).toMatchObject({
      kind: 'compact',
      name: 'PCI System Err',
      sensorType: 0x13,
      eventType: 0x6f,
      number: 5,
      owner: { kind: 'software', id: 0x58, channel: 0 },
      masks: { assertion: 0x20, deassertion: 0, reading: 0x20 },
    });
    expect(memory).toMatchObject({ name: 'Memory Cfg Err', masks: { assertion: 0x80 } });
    expect(redundancy).toMatchObject({ name: 'Mem Redun Gain', sensorType: 0x0c, eventType: 0x0b });
    expect(voltage).toMatchObject({
      name: 'M01 VPP PG',
      sensorType: 2,
      eventType: 3,
      ignoredIfAbsent: true,
      entity: { id: 3, instance: 2, isLogical: false },
    });
  });

  test("a Supermicro's processor temperature is signed", () => {
    expect(decode(supermicroCpuTemp)).toMatchObject({
      kind: 'full',
      name: 'CPU Temp',
      format: 'twos-complement',
      rawNormalMin: 0xfc,
      rawThresholds: { upperNonRecoverable: 0x64, upperCritical: 0x64, upperNonCritical: 0x5f },
    });
  });
});

const compact: CompactSensor = {
  kind: 'compact',
  recordId: 300,
  lun: 0,
  number: 0x60,
  sensorType: 13,
  eventType: 0x6f,
  name: 'Slot',
  owner: { kind: 'software', id: 0x41, channel: 3 },
  entity: { id: 26, instance: 5, isLogical: false },
  ignoredIfAbsent: false,
  thresholdAccess: 'none',
  masks: { assertion: 0x1ff, deassertion: 3, reading: 0x7fff },
  unit: { base: 'unspecified', isPercentage: false },
  sharing: { count: 3, suffix: 'letter', firstSuffix: 25, sharesInstance: true },
  rawHysteresis: { rising: 0, falling: 0 },
};

const locator: WritableRecord = {
  kind: 'fru-locator',
  recordId: 2,
  address: 0x20,
  isLogical: true,
  fruId: 9,
  lun: 2,
  channel: 1,
  entity: { id: 10, instance: 1, isLogical: false },
  name: 'PSU1 FRU',
};

const controller: WritableRecord = {
  kind: 'controller-locator',
  recordId: 1,
  address: 0x72,
  channel: 6,
  capabilities: 0x8f,
  name: 'Node',
  entity: { id: 7, instance: 1, isLogical: true },
};

test.each([amps, compact, locator, controller])('$kind comes back as it was written', record => {
  expect(decode(encodeSdrRecord(record))).toEqual(record);
});

test('a shared record stands for several sensors, with a letter each', () => {
  expect(
    readableSensors([compact, locator]).map(({ name, number, entity }) => [name, number, entity.instance]),
  ).toEqual([
    ['SlotZ', 0x60, 5],
    ['SlotAA', 0x61, 6],
    ['SlotAB', 0x62, 7],
  ]);
});

test('event-only records, associations and what is not known are read too', () => {
  expect(decode(hex('0900 51 03 0f 2000 83 0701 12 6f 0100 00 00 c3 455654'))).toMatchObject({
    kind: 'event-only',
    recordId: 9,
    number: 0x83,
    sensorType: 0x12,
    eventType: 0x6f,
    name: 'EVT',
  });
  expect(decode(hex('0a00 51 08 0b 1701 80 0301 0304 0000 0000'))).toMatchObject({
    kind: 'entity-association',
    isRange: true,
    members: [
      { id: 3, instance: 1 },
      { id: 3, instance: 4 },
    ],
  });
  expect(decode(hex('0b00 51 c0 04 57010022'))).toEqual({
    kind: 'unknown',
    recordId: 11,
    type: 0xc0,
    bytes: hex('0b00 51 c0 04 57010022'),
  });
});

describe('names', () => {
  test.each([
    ['Unicode', '03 460061006e00', 'Fan'],
    ['Unicode, its bytes counted', '06 460061006e00', 'Fan'],
    ['BCD plus', '43 12b34c', '12-34.'],
    ['BCD plus, its digits counted', '45 12b34c', '12-34'],
    ['6-bit ASCII', '83 29dca6', 'IPMI'],
    ['6-bit ASCII, its characters counted', '84 29dca6', 'IPMI'],
    ['Latin-1', 'c4 b0430041', '°CA'],
    ['control characters', 'c3 410a42', 'A?B'],
    ['a name that runs past the record', 'df 4142', 'AB'],
    ['none', '', ''],
  ])('%s', (_kind, name, expected) => {
    const tail = hex(name);
    const body = Buffer.concat([hex('2000 83 0701 12 6f 0100 00 00'), tail]);
    const record = Buffer.concat([hex('0900 51 03'), Buffer.of(body.length), body]);
    expect(decode(record)).toMatchObject({ name: expected });
  });
});

test.each([
  ['nothing', '', 0],
  ['half a header', '090051', 3],
  ['less than its length', '0900510110 2000', 7],
  ['a full record without conversion', '0900510103 200001', 4],
])('%s is malformed', (_name, text, offset) => {
  expect(decodeSdrRecord(hex(text))).toMatchObject({ ok: false, offset });
});

test('hostile bytes never throw, and no name reads past its record', () => {
  const samples = [...recordsOf('dell-fc830-sdr'), encodeSdrRecord(locator), encodeSdrRecord(controller)];
  for (const bytes of hostileVariants(samples)) {
    const record = decodeSdrRecord(bytes);
    if (record.ok && 'name' in record.value) expect(record.value.name).not.toContain('\u00ee\u00ee');
  }
});
