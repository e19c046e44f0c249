import type { StoredHealth } from '#engine/store/health.ts';
import {
  type Alarm,
  type HealthState,
  healthStates,
  type SensorReadingRow,
  type ServerHealth,
} from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';

const mostNamed = 5;

/** A server's line on the screen of all servers. `alarms` are those that hold. */
export function summaryOf(
  nodeId: NodeId,
  health: StoredHealth | undefined,
  readings: readonly SensorReadingRow[],
  alarms: readonly Pick<Alarm, 'severity' | 'acknowledgedAt'>[],
): ServerHealth {
  const open = alarms.filter(({ acknowledgedAt }) => acknowledgedAt === null);
  const isKnown = health !== undefined && health.readAt !== null && health.failingSince === null;
  const states = readings.flatMap(({ state }) => (state === 'unavailable' ? [] : [state]));
  const count = (...wanted: readonly HealthState[]) => states.filter(state => wanted.includes(state)).length;
  return {
    nodeId,
    state: worstOf([...states, ...open.map(({ severity }) => severity), isKnown ? 'ok' : 'unknown']),
    readAt: health?.readAt ?? null,
    error: health?.error ?? null,
    sensors: {
      ok: count('ok'),
      warning: count('warning'),
      critical: count('critical', 'non-recoverable'),
      unavailable: readings.length - states.length,
    },
    worst: worstNames(readings),
    powerWatts: health?.powerWatts ?? null,
    temperature: temperatureOf(readings),
    alarms: open.length,
    eventLog: health?.eventLog ?? null,
  };
}

function rank(state: HealthState): number {
  return healthStates.indexOf(state);
}

function worstOf(states: readonly HealthState[]): HealthState {
  return healthStates[Math.max(0, ...states.map(rank))] ?? 'ok';
}

function worstNames(readings: readonly SensorReadingRow[]): string[] {
  return readings
    .flatMap(({ name, state }) =>
      state === 'unavailable' || state === 'ok' ? [] : [{ name, place: rank(state) }],
    )
    .toSorted((one, other) => other.place - one.place)
    .slice(0, mostNamed)
    .map(({ name }) => name);
}

/** Entities 55 and 64 of IPMI 2.0 table 43-13 are air inlets; some firmware only names them so. */
function temperatureOf(readings: readonly SensorReadingRow[]): ServerHealth['temperature'] {
  const temperatures = readings
    .flatMap(({ key, name, type, unit, value }) =>
      type === 'temperature' && unit === 'degrees-c' && value !== null ? [{ key, name, celsius: value }] : [],
    )
    .toSorted((one, other) => other.celsius - one.celsius);
  const inlet = temperatures.find(({ key, name }) => /^(55|64)\./.test(key) || /inlet|ambient/i.test(name));
  const shown = inlet ?? temperatures[0];
  return shown === undefined ? null : { name: shown.name, celsius: shown.celsius };
}
