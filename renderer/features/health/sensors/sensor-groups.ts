import { healthStates, type SensorReadingRow } from '#shared/contract/index.ts';

export interface SensorGroup {
  readonly type: string;
  /** The worst first, then by name. */
  readonly sensors: readonly SensorReadingRow[];
}

export interface GroupedSensors {
  readonly groups: readonly SensorGroup[];
  /** Those without a reading, by name. */
  readonly unavailable: readonly SensorReadingRow[];
}

/** What is looked for first; other types follow by their keys. */
const usualOrder: readonly string[] = [
  'temperature',
  'fan',
  'power-supply',
  'power-unit',
  'voltage',
  'current',
  'processor',
  'memory',
  'drive-slot',
  'battery',
];

/** Groups in which something is wrong stand on top. */
export function groupedSensors(sensors: readonly SensorReadingRow[]): GroupedSensors {
  const readable = sensors.filter(({ state }) => state !== 'unavailable');
  const groups = [...Map.groupBy(readable, ({ type }) => type)].map(([type, own]) => ({
    type,
    sensors: own.toSorted((one, other) => severity(other) - severity(one) || byName(one, other)),
  }));
  return {
    groups: groups.sort((one, other) => worstOf(other) - worstOf(one) || inOrder(one.type, other.type)),
    unavailable: sensors.filter(({ state }) => state === 'unavailable').sort(byName),
  };
}

/** 0 where nothing is wrong. */
function severity({ state }: SensorReadingRow): number {
  return state === 'unavailable' ? 0 : Math.max(0, healthStates.indexOf(state) - firstBad + 1);
}

const firstBad = healthStates.indexOf('warning');

function worstOf({ sensors }: SensorGroup): number {
  return Math.max(...sensors.map(severity));
}

function inOrder(one: string, other: string): number {
  const place = (type: string) => {
    const index = usualOrder.indexOf(type);
    return index === -1 ? usualOrder.length : index;
  };
  return place(one) - place(other) || one.localeCompare(other);
}

const collator = new Intl.Collator(undefined, { numeric: true });

function byName(one: SensorReadingRow, other: SensorReadingRow): number {
  return collator.compare(one.name, other.name);
}
