import type { SensorReading } from '#engine/net/ipmi/sensors/sensor-reading.ts';
import type { SensorUnit } from '#engine/net/ipmi/sensors/units.ts';
import type { PartKind, SensorReadingRow } from '#shared/contract/index.ts';
import type { Part } from './part-changes.ts';

/** Readings of one round as rows; two sensors at one place with one name are told apart by their order. */
export function readingRows(readings: readonly SensorReading[], at: number): SensorReadingRow[] {
  const seen = new Map<string, number>();
  return readings.map(reading => {
    const key = keyOf(reading);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return rowOf(reading, count === 1 ? key : `${key} #${count}`, at);
  });
}

/** Record ids change when a repository is made anew; where a sensor is does not. */
function keyOf({ entity, lun, number, name }: SensorReading): string {
  return `${entity.id}.${entity.instance}/${lun}.${number} ${name}`;
}

function rowOf(reading: SensorReading, key: string, at: number): SensorReadingRow {
  const { name, type, state, reason, value, unit, states, thresholds } = reading;
  const { lowerNonRecoverable, lowerCritical, lowerNonCritical } = thresholds;
  const { upperNonCritical, upperCritical, upperNonRecoverable } = thresholds;
  return {
    key,
    name,
    type,
    state,
    reason: reason ?? null,
    value: value ?? null,
    unit: unit === undefined ? '' : unitKey(unit),
    states: [...states],
    thresholds: {
      lowerNonRecoverable: lowerNonRecoverable ?? null,
      lowerCritical: lowerCritical ?? null,
      lowerWarning: lowerNonCritical ?? null,
      upperWarning: upperNonCritical ?? null,
      upperCritical: upperCritical ?? null,
      upperNonRecoverable: upperNonRecoverable ?? null,
    },
    at,
  };
}

export function unitKey({ base, modifier, rate, isPercentage }: SensorUnit): string {
  if (isPercentage) return 'percent';
  const sign = modifier?.relation === 'divided_by' ? '/' : '*';
  const whole = modifier === undefined ? base : `${base}${sign}${modifier.unit}`;
  return rate === undefined ? whole : `${whole}/${rate}`;
}

/** States that say that something is in its place. */
const presences: readonly (readonly [state: string, kind: PartKind])[] = [
  ['power-supply.presence-detected', 'power-supply'],
  ['drive-slot.drive-present', 'drive'],
  ['processor.presence-detected', 'processor'],
  ['battery.presence-detected', 'battery'],
  ['memory.presence-detected', 'dimm'],
];

/** The parts that these sensors see. */
export function partsSeen(rows: readonly SensorReadingRow[]): Part[] {
  return rows.flatMap(({ name, states }) =>
    presences.filter(([state]) => states.includes(state)).map(([, kind]) => ({ kind, name })),
  );
}
