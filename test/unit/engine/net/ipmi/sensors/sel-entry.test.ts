import { describe, expect, test } from 'vitest';
import type { SelEntry } from '#engine/net/ipmi/sensors/sel-entry.ts';
import { decodeSelEntry, readSelTime } from '#engine/net/ipmi/sensors/sel-entry.ts';
import { hostileVariants } from '../hostile.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

function decode(text: string): SelEntry {
  const entry = decodeSelEntry(hex(text));
  if (!entry.ok) throw new Error(entry.reason);
  return entry.value;
}

/** Bytes as ipmiutil and FreeIPMI print them of an Intel server ("IPMI SEL viewing shootout", xkyle.com 2013). */
const coolsDown = '5903 02 6f1e1b51 2000 04 01 2e 81 594955';
const badDimm = '5a01 02 6f1e1b51 0100 04 0f 06 6f a02385';
/** Of a real BMC by `ipmitool raw 0x0a 0x43` (ipmitool/ipmitool#384). */
const oem = '0200 df 5cd29963 370100 040000000000';

describe('events of real servers', () => {
  test('an exit air temperature goes down again', () => {
    expect(decode(coolsDown)).toMatchObject({
      kind: 'event',
      id: 857,
      sensorType: 'temperature',
      sensorNumber: 0x2e,
      time: { kind: 'clock', unixSeconds: 0x511b1e6f },
      generator: { kind: 'controller', address: 0x20, channel: 0, lun: 0 },
      direction: 'deasserted',
      event: 'threshold.upper-critical-going-high',
      severity: 'ok',
      rawReading: 73,
      rawThreshold: 85,
    });
  });

  test('the BIOS finds a bad memory module, in bytes of the maker', () => {
    expect(decode(badDimm)).toMatchObject({
      sensorType: 'system-firmware-progress',
      event: 'system-firmware-progress.error',
      generator: { kind: 'software', id: 0, channel: 0, lun: 0 },
      direction: 'asserted',
      severity: 'critical',
      rawReading: undefined,
      rawThreshold: undefined,
      data: { bytes: hex('a02385'), second: 'oem', third: 'oem' },
    });
  });

  test('an entry of a maker has its time and number', () => {
    expect(decode(oem)).toEqual({
      kind: 'timed-oem',
      id: 2,
      type: 0xdf,
      manufacturerId: 0x137,
      time: { kind: 'clock', unixSeconds: 0x6399d25c },
      bytes: hex('040000000000'),
    });
  });
});

test('a record type that nobody knows is kept as it is', () => {
  expect(decode('5800 03 4e2000042b127000 10ff000000')).toMatchObject({ kind: 'oem', type: 3 });
  expect(decode('0700 e5 0102030405060708090a0b0c0d')).toEqual({
    kind: 'oem',
    id: 7,
    type: 0xe5,
    bytes: hex('0102030405060708090a0b0c0d'),
  });
});

test.each([
  [0x1fffffff, { kind: 'since-start', seconds: 0x1fffffff }],
  [0x20000000, { kind: 'clock', unixSeconds: 0x20000000 }],
  [0xffffffff, { kind: 'unknown' }],
] as const)('time stamp %i', (stamp, time) => {
  expect(readSelTime(stamp)).toEqual(time);
});

test('offsets and types that the specification does not know still make an event', () => {
  expect(decode('0100 02 00000000 2000 04 08 50 6f 0effff')).toMatchObject({ event: 'unknown.14' });
  expect(decode('0100 02 00000000 2000 04 c8 50 6f 03ffff')).toMatchObject({
    event: 'oem.3',
    sensorType: 'oem',
    severity: 'ok',
  });
  expect(decode('0100 02 00000000 2000 04 08 50 72 03ffff')).toMatchObject({ event: 'oem.3' });
  expect(decode('0100 02 00000000 2000 04 30 50 0d 03ffff')).toMatchObject({ event: 'unknown.3' });
});

test('an entry that is cut short is malformed', () => {
  expect(decodeSelEntry(hex(coolsDown).subarray(0, 15))).toEqual({
    ok: false,
    offset: 15,
    reason: 'event log entry cut short',
  });
});

test('hostile bytes never throw', () => {
  for (const bytes of hostileVariants([coolsDown, badDimm, oem].map(hex))) {
    expect(decodeSelEntry(bytes)).toHaveProperty('ok');
  }
});
