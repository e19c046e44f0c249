import type { AnalogFormat, Factors } from './conversion.ts';
import { analogFormats, encodeFactors, readFactors } from './conversion.ts';
import type { SensorIdentity, ThresholdName } from './sensor-fields.ts';
import { entityBytes, ownerBytes, readEntity, readOwner } from './sensor-fields.ts';
import { encodeName, readName } from './type-length.ts';
import type { SensorUnit } from './units.ts';
import { readUnit, unitBytes } from './units.ts';

/** Full sensor record, IPMI 2.0 §43.1. Raw values are counts of the sensor, see conversion.ts. */
export interface FullSensor extends SensorIdentity, SensorAbilities {
  readonly kind: 'full';
  readonly format: AnalogFormat;
  readonly unit: SensorUnit;
  /** 0…11; from 70h the factors hold for one reading only. */
  readonly linearisation: number;
  readonly factors: Factors;
  readonly rawNominal: number | undefined;
  readonly rawNormalMax: number | undefined;
  readonly rawNormalMin: number | undefined;
  readonly rawMax: number;
  readonly rawMin: number;
  /** As the sensor is initialised with them; which of them are meant is in the masks. */
  readonly rawThresholds: Readonly<Record<ThresholdName, number>>;
  readonly rawHysteresis: Hysteresis;
}

/** Compact sensor record, §43.2: states, no conversion. */
export interface CompactSensor extends SensorIdentity, SensorAbilities {
  readonly kind: 'compact';
  readonly unit: SensorUnit;
  readonly sharing: Sharing;
  readonly rawHysteresis: Hysteresis;
}

/** §43.3: it cannot be read and writes events only. */
export interface EventOnlySensor extends SensorIdentity {
  readonly kind: 'event-only';
  readonly sharing: Sharing;
}

interface SensorAbilities {
  /** Set: the sensor counts for nothing while its entity is absent. */
  readonly ignoredIfAbsent: boolean;
  readonly thresholdAccess: 'none' | 'readable' | 'settable' | 'fixed';
  /** Bytes 15–20: which events and readings there are, by event type. */
  readonly masks: SensorMasks;
}

/** For thresholds: bits 12–14 of the first two say which lower and upper ones are compared; `reading` is readable | settable << 8. */
export interface SensorMasks {
  readonly assertion: number;
  readonly deassertion: number;
  readonly reading: number;
}

export interface Hysteresis {
  readonly rising: number;
  readonly falling: number;
}

/** One record for several sensors whose numbers follow each other; a letter or number is put behind the name (§43.2). */
export interface Sharing {
  /** 1: this sensor alone. */
  readonly count: number;
  readonly suffix: 'number' | 'letter';
  readonly firstSuffix: number;
  /** Each of them belongs to the next instance of the entity. */
  readonly sharesInstance: boolean;
}

const accesses = ['none', 'readable', 'settable', 'fixed'] as const;

/** Up to the name, which some firmware leaves out. */
export const fullSensorBytes = 47;
export const compactSensorBytes = 31;
export const eventOnlyBytes = 16;

/** In the order of bytes 37–42. */
const recordThresholds = [
  'upperNonRecoverable',
  'upperCritical',
  'upperNonCritical',
  'lowerNonRecoverable',
  'lowerCritical',
  'lowerNonCritical',
] as const;

/** The readers below want records of their number of bytes at least. */
export function readFullSensor(record: Buffer): FullSensor {
  const flags = record.readUInt8(30);
  const specified = (bit: number, at: number) => ((flags >> bit) & 1 ? record.readUInt8(at) : undefined);
  const threshold = (name: ThresholdName) => record.readUInt8(36 + recordThresholds.indexOf(name));
  return {
    kind: 'full',
    ...readIdentity(record, 12, 47),
    ...readAbilities(record),
    format: analogFormats[record.readUInt8(20) >> 6] ?? 'none',
    unit: readUnit(record.readUInt8(20), record.readUInt8(21), record.readUInt8(22)),
    linearisation: record.readUInt8(23) & 0x7f,
    factors: readFactors(record.subarray(24, 30)),
    rawNominal: specified(0, 31),
    rawNormalMax: specified(1, 32),
    rawNormalMin: specified(2, 33),
    rawMax: record.readUInt8(34),
    rawMin: record.readUInt8(35),
    rawThresholds: {
      lowerNonCritical: threshold('lowerNonCritical'),
      lowerCritical: threshold('lowerCritical'),
      lowerNonRecoverable: threshold('lowerNonRecoverable'),
      upperNonCritical: threshold('upperNonCritical'),
      upperCritical: threshold('upperCritical'),
      upperNonRecoverable: threshold('upperNonRecoverable'),
    },
    rawHysteresis: { rising: record.readUInt8(42), falling: record.readUInt8(43) },
  };
}

export function readCompactSensor(record: Buffer): CompactSensor {
  return {
    kind: 'compact',
    ...readIdentity(record, 12, 31),
    ...readAbilities(record),
    unit: readUnit(record.readUInt8(20), record.readUInt8(21), record.readUInt8(22)),
    sharing: readSharing(record, 23),
    rawHysteresis: { rising: record.readUInt8(25), falling: record.readUInt8(26) },
  };
}

export function readEventOnlySensor(record: Buffer): EventOnlySensor {
  return { kind: 'event-only', ...readIdentity(record, 10, 16), sharing: readSharing(record, 12) };
}

function readIdentity(record: Buffer, typeAt: number, nameAt: number): SensorIdentity {
  return {
    recordId: record.readUInt16LE(0),
    owner: readOwner(record.readUInt8(5), record.readUInt8(6)),
    lun: record.readUInt8(6) & 3,
    number: record.readUInt8(7),
    entity: readEntity(record.readUInt8(8), record.readUInt8(9)),
    sensorType: record.readUInt8(typeAt),
    eventType: record.readUInt8(typeAt + 1) & 0x7f,
    name: readName(record, nameAt),
  };
}

function readAbilities(record: Buffer): SensorAbilities {
  const capabilities = record.readUInt8(11);
  return {
    ignoredIfAbsent: (capabilities & 0x80) !== 0,
    thresholdAccess: accesses[(capabilities >> 2) & 3] ?? 'none',
    masks: {
      assertion: record.readUInt16LE(14),
      deassertion: record.readUInt16LE(16),
      reading: record.readUInt16LE(18),
    },
  };
}

function readSharing(record: Buffer, at: number): Sharing {
  const first = record.readUInt8(at);
  const second = record.readUInt8(at + 1);
  return {
    // 0 is written for "not shared" as often as 1.
    count: Math.max(1, first & 0x0f),
    suffix: ((first >> 4) & 3) === 1 ? 'letter' : 'number',
    firstSuffix: second & 0x7f,
    sharesInstance: (second & 0x80) !== 0,
  };
}

/** The bytes behind the header, as a virtual BMC hands them out. */
export function encodeFullSensor(sensor: FullSensor): Buffer {
  const { rawNominal, rawNormalMax, rawNormalMin } = sensor;
  const flags = [rawNominal, rawNormalMax, rawNormalMin].reduce<number>(
    (bits, value, bit) => (value === undefined ? bits : bits | (1 << bit)),
    0,
  );
  return Buffer.concat([
    encodeSensorHead(sensor, analogFormats.indexOf(sensor.format)),
    Uint8Array.of(sensor.linearisation),
    encodeFactors(sensor.factors),
    Uint8Array.of(flags, rawNominal ?? 0, rawNormalMax ?? 0, rawNormalMin ?? 0, sensor.rawMax, sensor.rawMin),
    Uint8Array.from(recordThresholds, name => sensor.rawThresholds[name]),
    Uint8Array.of(sensor.rawHysteresis.rising, sensor.rawHysteresis.falling, 0, 0, 0),
    encodeName(sensor.name),
  ]);
}

export function encodeCompactSensor(sensor: CompactSensor): Buffer {
  const { rising, falling } = sensor.rawHysteresis;
  return Buffer.concat([
    encodeSensorHead(sensor, analogFormats.indexOf('none')),
    Uint8Array.of(...sharingBytes(sensor.sharing), rising, falling, 0, 0, 0, 0),
    encodeName(sensor.name),
  ]);
}

/** Everything initialised and scanned at power-on (7Fh); rearms itself, hysteresis readable, an event for each state. */
function encodeSensorHead(sensor: FullSensor | CompactSensor, format: number): Buffer {
  const { masks } = sensor;
  const access = accesses.indexOf(sensor.thresholdAccess) << 2;
  const head = Buffer.alloc(18);
  Buffer.from([
    ...ownerBytes(sensor.owner, sensor.lun),
    sensor.number,
    ...entityBytes(sensor.entity),
    0x7f,
    (sensor.ignoredIfAbsent ? 0x80 : 0) | 0x50 | access,
    sensor.sensorType,
    sensor.eventType,
  ]).copy(head);
  head.writeUInt16LE(masks.assertion, 9);
  head.writeUInt16LE(masks.deassertion, 11);
  head.writeUInt16LE(masks.reading, 13);
  const [flags, base, modifier] = unitBytes(sensor.unit);
  Buffer.of((format << 6) | flags, base, modifier).copy(head, 15);
  return head;
}

function sharingBytes(sharing: Sharing): readonly [number, number] {
  return [
    (sharing.suffix === 'letter' ? 0x10 : 0) | sharing.count,
    (sharing.sharesInstance ? 0x80 : 0) | sharing.firstSuffix,
  ];
}
