import type { RawReading } from '../commands/sensor.ts';
import type { SdrRecord } from './sdr-record.ts';
import type { Entity, ThresholdName } from './sensor-fields.ts';
import { thresholdEventType, thresholdNames } from './sensor-fields.ts';
import type { CompactSensor, FullSensor, Sharing } from './sensor-record.ts';
import type { NamedState } from './sensor-types.ts';
import { crossedThreshold, namedState, sensorType } from './sensor-types.ts';
import type { Severity } from './state-name.ts';
import { worst } from './state-name.ts';
import type { SensorUnit } from './units.ts';

/** A sensor as it is now. */
export interface SensorReading {
  readonly recordId: number;
  readonly lun: number;
  readonly number: number;
  readonly name: string;
  readonly entity: Entity;
  /** `temperature`, `power-supply` …, of sensor-types.ts. */
  readonly type: string;
  readonly state: Severity | 'unavailable';
  /** Why there is nothing to show; only when unavailable. */
  readonly reason: UnavailableReason | undefined;
  /** Undefined: it has states only, or no reading. */
  readonly value: number | undefined;
  readonly unit: SensorUnit | undefined;
  /** What holds now, as keys: `power-supply.presence-detected`, `crossed.upper-critical`. */
  readonly states: readonly string[];
  /** In the unit of the value. */
  readonly thresholds: Readonly<Partial<Record<ThresholdName, number>>>;
}

export type UnavailableReason =
  /** No such sensor now: what it sits on is not there. */
  | 'absent'
  /** Not in the present state of the machine, which often means: while it is off. */
  | 'not_now'
  | 'not_scanned'
  | 'no_reading'
  /** No answer within its time. */
  | 'silent'
  | 'busy'
  | 'refused'
  | 'malformed'
  /** It belongs to a controller behind the BMC; messages are not bridged. */
  | 'other_controller'
  /** It belongs to a program and can be read by nobody. */
  | 'software';

export type ReadableSensor = FullSensor | CompactSensor;

/** The sensors of a repository that have something to read; shared records as the several sensors that they stand for. */
export function readableSensors(records: readonly SdrRecord[]): readonly ReadableSensor[] {
  return records.flatMap((record): readonly ReadableSensor[] => {
    if (record.kind === 'full') return [record];
    return record.kind === 'compact' ? shared(record) : [];
  });
}

function shared(record: CompactSensor): readonly CompactSensor[] {
  const { sharing } = record;
  if (sharing.count === 1) return [record];
  return Array.from({ length: sharing.count }, (_, index) => ({
    ...record,
    number: (record.number + index) & 0xff,
    name: `${record.name}${suffix(sharing, index)}`,
    entity: sharing.sharesInstance
      ? { ...record.entity, instance: record.entity.instance + index }
      : record.entity,
    sharing: { ...sharing, count: 1 },
  }));
}

/** §43.2, byte 24: 0 is A, 26 is AA. */
function suffix(sharing: Sharing, index: number): string {
  const position = sharing.firstSuffix + index;
  if (sharing.suffix === 'number') return String(position);
  const last = String.fromCharCode(0x41 + (position % 26));
  return position < 26 ? last : `${String.fromCharCode(0x40 + Math.floor(position / 26))}${last}`;
}

/** What a reading means; `value` and `thresholds` are converted already. */
export function interpretReading(
  sensor: ReadableSensor,
  answer: RawReading,
  value: number | undefined,
  thresholds: SensorReading['thresholds'],
): SensorReading {
  if (!answer.isScanning) return unavailable(sensor, 'not_scanned', thresholds);
  if (answer.isUnavailable) return unavailable(sensor, 'no_reading', thresholds);
  const states = statesOf(sensor, answer.states);
  return {
    ...place(sensor),
    state: worst(states.map(({ severity }) => severity)),
    reason: undefined,
    value,
    unit: unitOf(sensor),
    states: states.map(({ key }) => key),
    thresholds,
  };
}

export function unavailable(
  sensor: ReadableSensor,
  reason: UnavailableReason,
  thresholds: SensorReading['thresholds'] = {},
): SensorReading {
  return {
    ...place(sensor),
    state: 'unavailable',
    reason,
    value: undefined,
    unit: unitOf(sensor),
    states: [],
    thresholds,
  };
}

function place(sensor: ReadableSensor) {
  const { recordId, lun, number, name, entity } = sensor;
  return { recordId, lun, number, name, entity, type: sensorType(sensor.sensorType).key };
}

function unitOf(sensor: ReadableSensor): SensorUnit | undefined {
  return sensor.kind === 'full' && sensor.format !== 'none' ? sensor.unit : undefined;
}

const discreteOffsets = 15;

function statesOf(sensor: ReadableSensor, bits: number): readonly NamedState[] {
  const { eventType, sensorType: type } = sensor;
  const hasThresholds = eventType === thresholdEventType;
  // The six threshold bits come with two reserved ones that are set.
  const offsets = hasThresholds ? thresholdNames.length : discreteOffsets;
  return Array.from({ length: offsets }, (_, offset) => offset)
    .filter(offset => ((bits >> offset) & 1) === 1)
    .map(offset => (hasThresholds ? crossedThreshold(offset) : namedState(eventType, type, offset)));
}
