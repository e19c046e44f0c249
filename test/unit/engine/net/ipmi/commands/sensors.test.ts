import { describe, expect, test } from 'vitest';
import type { BmcCommand } from '#engine/net/ipmi/commands/command.ts';
import { encodePowerReading, getPowerReading } from '#engine/net/ipmi/commands/dcmi.ts';
import { getDeviceSdrInfo, getSdr, getSdrRepositoryInfo } from '#engine/net/ipmi/commands/sdr.ts';
import { eraseSel, getSelEntry, getSelInfo, setSelTime } from '#engine/net/ipmi/commands/sel.ts';
import { getSensorFactors, getSensorReading, getSensorThresholds } from '#engine/net/ipmi/commands/sensor.ts';
import { hostileVariants } from '../hostile.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

function decode<T>(command: BmcCommand<T>, data: string): T {
  const decoded = command.decode(hex(data));
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.value;
}

const sensor = { lun: 2, number: 0x36, timeLimitMs: 2000 };

describe('answers', () => {
  test('information about repository and log', () => {
    expect(decode(getSdrRepositoryInfo, '51 d900 0000 78563412 00000000 02')).toEqual({
      recordCount: 217,
      addedAt: 0x12345678,
      erasedAt: 0,
    });
    expect(decode(getDeviceSdrInfo, '1a 81 04030201')).toEqual({
      recordCount: 26,
      addedAt: 0x01020304,
      erasedAt: 0,
    });
    expect(decode(getDeviceSdrInfo, '1a 01')).toMatchObject({ recordCount: 26, addedAt: 0 });
    expect(decode(getSelInfo, '51 0200 e03f 6f1e1b51 ffffffff 8a')).toEqual({
      entryCount: 2,
      freeBytes: 0x3fe0,
      addedAt: 0x511b1e6f,
      erasedAt: 0xffffffff,
      hasOverflowed: true,
    });
  });

  test('a reading with states, and one of a BMC that sends none', () => {
    expect(decode(getSensorReading(sensor), '54 c0 81 82')).toEqual({
      raw: 0x54,
      isScanning: true,
      isUnavailable: false,
      states: 0x0281,
    });
    expect(decode(getSensorReading(sensor), '00 20')).toMatchObject({
      isScanning: false,
      isUnavailable: true,
      states: 0,
    });
  });

  test('thresholds are those that can be read', () => {
    expect(decode(getSensorThresholds(sensor), '12 01 02 03 04 05 06')).toEqual({
      lowerCritical: 2,
      upperCritical: 5,
    });
  });

  test('power comes back as it was written', () => {
    const reading = {
      currentWatts: 280,
      minimumWatts: 12,
      maximumWatts: 800,
      averageWatts: 300,
      atSeconds: 0x6500_0000,
      periodMs: 1_000_000,
      isActive: true,
    };
    expect(getPowerReading.decode(encodePowerReading(reading))).toEqual({ ok: true, value: reading });
    expect(getPowerReading.decode(Buffer.alloc(18))).toMatchObject({ ok: false, offset: 0 });
  });
});

test('requests name sensor, LUN and piece', () => {
  expect(getSensorReading(sensor)).toMatchObject({ netFn: 4, lun: 2, onceWithinMs: 2000, oneOfMany: true });
  expect(getSensorFactors(sensor, 0x54).data).toEqual(hex('36 54'));
  const piece = { reservation: 0x0213, offset: 5, count: 16 };
  expect(getSdr('repository', { ...piece, recordId: 0x44 })).toMatchObject({
    netFn: 10,
    data: hex('1302 4400 05 10'),
  });
  expect(getSdr('device', { ...piece, recordId: 0x44 })).toMatchObject({ netFn: 4, command: 0x21 });
  expect(getSelEntry({ ...piece, entryId: 0x0201 }).data).toEqual(hex('1302 0102 05 10'));
  expect(eraseSel(0x0213, 'begin').data).toEqual(hex('1302 434c52 aa'));
  expect(eraseSel(0x0213, 'status').data).toEqual(hex('1302 434c52 00'));
  expect(setSelTime(0x511b1e6f).data).toEqual(hex('6f1e1b51'));
});

test('hostile answers never throw', () => {
  const piece = { reservation: 0, offset: 0, count: 255 };
  const commands: readonly BmcCommand<unknown>[] = [
    getSdrRepositoryInfo,
    getDeviceSdrInfo,
    getSelInfo,
    getPowerReading,
    getSensorReading(sensor),
    getSensorThresholds(sensor),
    getSensorFactors(sensor, 1),
    getSdr('device', { ...piece, recordId: 1 }),
    getSelEntry({ ...piece, entryId: 1 }),
    eraseSel(1, 'status'),
  ];
  for (const bytes of hostileVariants([hex('dc180112012003180100000000000100000040')])) {
    for (const command of commands) expect(command.decode(bytes)).toHaveProperty('ok');
  }
});
