import { expect } from 'vitest';
import type { SdrRepository } from '#engine/net/ipmi/sensors/read-sdr.ts';
import type { SelEntry } from '#engine/net/ipmi/sensors/sel-entry.ts';
import { thresholdNames } from '#engine/net/ipmi/sensors/sensor-fields.ts';
import type { SensorReading } from '#engine/net/ipmi/sensors/sensor-reading.ts';
import { readableSensors } from '#engine/net/ipmi/sensors/sensor-reading.ts';
import { namedState } from '#engine/net/ipmi/sensors/sensor-types.ts';
import type { IpmitoolEvent, IpmitoolSensor } from './ipmitool-tables.ts';

const units: Readonly<Record<string, string>> = {
  'degrees-c': 'degrees C',
  volts: 'Volts',
  amps: 'Amps',
  rpm: 'RPM',
  watts: 'Watts',
  hertz: 'Hz',
  unspecified: 'unspecified',
};

/** Every field that `ipmitool sensor` prints, for every sensor of the repository, in its order. */
export function expectSameSensors(
  ours: readonly SensorReading[],
  theirs: readonly IpmitoolSensor[],
  repository: SdrRepository,
): void {
  const sensors = readableSensors(repository.records);
  expect(ours.map(({ name }) => name)).toEqual(theirs.map(({ name }) => name));
  for (const [index, reading] of ours.entries()) {
    const theirReading = theirs[index];
    const sensor = sensors[index];
    if (theirReading === undefined || sensor === undefined) throw new Error('lists of one length');
    const { name } = reading;
    if (reading.unit === undefined) {
      const bits = reading.states.map(key => offsetOf(key, sensor.eventType, sensor.sensorType));
      expect(stateColumn(bits), name).toBe(maskReserved(theirReading.status));
      continue;
    }
    expect(rounded(reading.value), name).toBe(theirReading.value);
    if (reading.state !== 'unavailable')
      expect(units[reading.unit.base] ?? reading.unit.base, name).toBe(theirReading.unit);
    expect(statusOf(reading), name).toBe(theirReading.status);
    for (const threshold of thresholdNames) {
      expect(rounded(reading.thresholds[threshold]), `${name} ${threshold}`).toBe(
        theirReading.thresholds[threshold],
      );
    }
  }
}

function statusOf({ state }: SensorReading): string {
  return { ok: 'ok', warning: 'nc', critical: 'cr', 'non-recoverable': 'nr', unavailable: 'na' }[state];
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.toFixed(3));
}

function offsetOf(key: string, eventType: number, sensorType: number): number {
  return Array.from({ length: 15 }, (_, offset) => offset).findIndex(
    offset => namedState(eventType, sensorType, offset).key === key,
  );
}

function stateColumn(offsets: readonly number[]): string {
  const mask = offsets.reduce((bits, offset) => bits | (1 << offset), 0);
  return `${hex2(mask & 0xff)}${hex2(mask >> 8)}`;
}

/** Bit 7 of the second byte is reserved and differs. */
function maskReserved(column: string): string {
  const bytes = Buffer.from(column.slice(2), 'hex');
  return `${hex2(bytes.readUInt8(0))}${hex2(bytes.readUInt8(1) & 0x7f)}`;
}

function hex2(value: number): string {
  return value.toString(16).padStart(2, '0');
}

/** Every field that `ipmitool -v sel list` prints of events; its words are those of the specification, shortened here and there. */
export function expectSameEvents(ours: readonly SelEntry[], theirs: readonly IpmitoolEvent[]): void {
  expect(ours.length).toBe(theirs.length);
  for (const [index, entry] of ours.entries()) {
    const their = theirs[index] ?? {};
    expect(entry.id).toBe(Number.parseInt(their['SEL Record ID'] ?? '', 16));
    if (entry.kind !== 'event') continue;
    const direction = entry.direction === 'asserted' ? 'Assertion Event' : 'Deassertion Event';
    expect(direction).toBe(their['Event Direction']);
    expect(entry.sensorNumber).toBe(Number.parseInt(their['Sensor Number'] ?? '', 16));
    expect(entry.data.bytes.toString('hex')).toBe(their['Event Data']);
    expect(generatorCode(entry)).toBe(Number.parseInt(their['Generator ID'] ?? '', 16));
    expect(entry.sensorType).toBe(keyed(their['Sensor Type'] ?? ''));
    expect(entry.event.slice(entry.event.indexOf('.') + 1)).toBe(keyed(their['Description'] ?? ''));
  }
}

function generatorCode({ generator }: Extract<SelEntry, { kind: 'event' }>): number {
  const id = generator.kind === 'software' ? (generator.id << 1) | 1 : generator.address;
  return ((generator.channel << 4) << 8) | (generator.lun << 8) | id;
}

/** Where our key is not simply ipmitool's words. */
const otherWords: Readonly<Record<string, string>> = {
  'power-supply-ac-lost': 'ac-lost',
  'redundancy-lost': 'lost',
  'uncorrectable-ecc': 'uncorrectable-error',
  'drive-slot-bay': 'drive-slot',
  'fully-redundant': 'full',
  'system-firmwares': 'system-firmware-progress',
  'uncorrectable-machine-check-exception': 'uncorrectable-machine-check',
  // It looks at the second byte, which is the maker's here.
  'unknown-error': 'error',
  'general-chassis-intrusion': 'chassis-intrusion',
  'fault-status': 'fault',
};

function keyed(words: string): string {
  const key = words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return otherWords[key] ?? key;
}
