import { bmcAddress } from '../message.ts';
import type { Factors } from '../sensors/conversion.ts';
import type { WritableRecord } from '../sensors/sdr-record.ts';
import { encodeSdrRecord } from '../sensors/sdr-record.ts';
import type { SensorIdentity, ThresholdName } from '../sensors/sensor-fields.ts';
import { thresholdEventType, thresholdNames } from '../sensors/sensor-fields.ts';
import type { CompactSensor, FullSensor, SensorMasks } from '../sensors/sensor-record.ts';
import type { BmcFru } from './bmc-fru.ts';
import type { AnalogSensor, BoardSensor, StateSensor } from './sensor-board.ts';
import { rawOf, rawThreshold } from './sensor-board.ts';
import { thresholdOffset } from './sensor-watch.ts';

/**
 * The SDR repository of a virtual BMC: where the BMC and its FRU inventories are, and a record for each sensor. The first two
 * make it the smallest one that consoles accept (ipmitool and FreeIPMI fail on an empty one).
 */
export function sdrRecordsOf(frus: readonly BmcFru[], sensors: readonly BoardSensor[]): readonly Buffer[] {
  const records: readonly ((recordId: number) => WritableRecord)[] = [
    controllerLocator,
    ...frus.map(fru => (recordId: number) => fruLocator(recordId, fru)),
    ...sensors.map(sensor => (recordId: number) => sensorRecord(recordId, sensor)),
  ];
  return records.map((recordOf, index) => encodeSdrRecord(recordOf(index + 1)));
}

const systemBoard = { id: 0x07, instance: 1, isLogical: false };
/** Chassis, FRU, SEL, SDR, sensors (table 20-2). */
const capabilities = 0x8f;

function controllerLocator(recordId: number): WritableRecord {
  const place = { address: bmcAddress, channel: 0, entity: systemBoard };
  return { kind: 'controller-locator', recordId, ...place, capabilities, name: 'BMC' };
}

function fruLocator(recordId: number, { fruId, name, entity }: BmcFru): WritableRecord {
  const place = { address: bmcAddress, channel: 0, lun: 0, isLogical: true };
  return { kind: 'fru-locator', recordId, ...place, fruId, entity: entity ?? systemBoard, name };
}

function sensorRecord(recordId: number, sensor: BoardSensor): WritableRecord {
  return sensor.kind === 'analog' ? fullSensor(recordId, sensor) : compactSensor(recordId, sensor);
}

function identity(recordId: number, sensor: BoardSensor): Omit<SensorIdentity, 'eventType'> {
  const { number, name, entity, sensorType } = sensor;
  const owner = { kind: 'controller', address: bmcAddress, channel: 0 } as const;
  return { recordId, owner, lun: 0, number, name, entity, sensorType };
}

function fullSensor(recordId: number, sensor: AnalogSensor): FullSensor {
  const { format, unit, m, b, exponent, hysteresis } = sensor;
  const factors: Factors = {
    m,
    b,
    bExponent: 0,
    resultExponent: exponent,
    tolerance: 0,
    accuracy: 0,
    accuracyExponent: 0,
  };
  return {
    kind: 'full',
    ...identity(recordId, sensor),
    eventType: thresholdEventType,
    ignoredIfAbsent: true,
    thresholdAccess: 'readable',
    masks: thresholdMasks(sensor),
    format,
    unit: { base: unit, isPercentage: false },
    linearisation: 0,
    factors,
    rawNominal: rawOf(sensor, sensor.nominal),
    rawNormalMax: undefined,
    rawNormalMin: undefined,
    rawMax: format === 'unsigned' ? 0xff : 0x7f,
    rawMin: format === 'unsigned' ? 0x00 : 0x80,
    rawThresholds: {
      lowerNonCritical: recorded(sensor, 'lowerNonCritical'),
      lowerCritical: recorded(sensor, 'lowerCritical'),
      lowerNonRecoverable: recorded(sensor, 'lowerNonRecoverable'),
      upperNonCritical: recorded(sensor, 'upperNonCritical'),
      upperCritical: recorded(sensor, 'upperCritical'),
      upperNonRecoverable: recorded(sensor, 'upperNonRecoverable'),
    },
    rawHysteresis: { rising: hysteresis, falling: hysteresis },
  };
}

function recorded(sensor: AnalogSensor, name: ThresholdName): number {
  return rawThreshold(sensor, name) ?? 0;
}

/** Bit n: the sensor has threshold n (§35.9). */
export function thresholdMask(sensor: AnalogSensor): number {
  return thresholdNames.reduce(
    (mask, name, bit) => (sensor.thresholds[name] === undefined ? mask : mask | (1 << bit)),
    0,
  );
}

function thresholdMasks(sensor: AnalogSensor): SensorMasks {
  const readable = thresholdMask(sensor);
  const events = thresholdEvents(readable);
  return {
    assertion: events | ((readable & 7) << 12),
    deassertion: events | ((readable >> 3) << 12),
    reading: readable,
  };
}

/** From bits of thresholds to bits of the events of their crossing. */
export function thresholdEvents(thresholds: number): number {
  return thresholdNames.reduce(
    (mask, _name, bit) => ((thresholds >> bit) & 1 ? mask | (1 << thresholdOffset(bit)) : mask),
    0,
  );
}

function compactSensor(recordId: number, sensor: StateSensor): CompactSensor {
  const mask = stateMask(sensor.offsets);
  return {
    kind: 'compact',
    ...identity(recordId, sensor),
    eventType: sensor.eventType,
    ignoredIfAbsent: true,
    thresholdAccess: 'none',
    masks: { assertion: mask, deassertion: mask, reading: mask },
    unit: { base: 'unspecified', isPercentage: false },
    sharing: { count: 1, suffix: 'number', firstSuffix: 0, sharesInstance: false },
    rawHysteresis: { rising: 0, falling: 0 },
  };
}

export function stateMask(offsets: readonly number[]): number {
  return offsets.reduce((mask, offset) => mask | (1 << offset), 0);
}

const lastRecordId = 0xffff;

/** §33.12: id 0 is the first record, FFFFh the last. Undefined: no such record. */
export function findSdrRecord(
  records: readonly Buffer[],
  id: number,
): { readonly record: Buffer; readonly nextId: number } | undefined {
  const index = id === 0 ? 0 : id === lastRecordId ? records.length - 1 : id - 1;
  const found = records[index];
  if (found === undefined) return undefined;
  return { record: found, nextId: index + 1 < records.length ? index + 2 : lastRecordId };
}
