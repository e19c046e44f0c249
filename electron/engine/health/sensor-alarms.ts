import type { Store } from '#engine/store/store.ts';
import type { SensorReadingRow } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { clearAlarm, raiseAlarm } from './alarms.ts';

/**
 * The state is the BMC's own, with the hysteresis of its sensors, so an alarm is raised at once; it is over after two
 * rounds without it, because states without hysteresis flutter. A sensor that says nothing changes nothing: that a
 * machine is off mends no fan. To be called in a transaction; `before` are the rows of the last round.
 */
export function tellSensors(
  store: Store,
  now: number,
  nodeId: NodeId,
  before: readonly SensorReadingRow[],
  after: readonly SensorReadingRow[],
): void {
  const were = new Map(before.map(row => [row.key, row.state]));
  // Asked once: nearly always nothing holds, and a server has a hundred sensors.
  const held = store.alarms.allHolding(nodeId).filter(({ kind }) => kind === 'sensor');
  const heldKeys = new Set(held.map(({ subject }) => subject));
  for (const row of after) {
    const { key, name, state } = row;
    const about = { nodeId, kind: 'sensor', subject: key } as const;
    if (state === 'warning' || state === 'critical' || state === 'non-recoverable') {
      const reading = row.value === null ? row.states.join(', ') : String(row.value);
      const details = { sensor: name, state, reading, unit: row.unit };
      raiseAlarm(store, now, { ...about, severity: state, told: { message: 'health.sensor', details } });
    } else if (state === 'ok' && were.get(key) === 'ok' && heldKeys.has(key)) clearAlarm(store, now, about);
  }
  const are = new Set(after.map(({ key }) => key));
  for (const { kind, subject } of held)
    if (!are.has(subject)) clearAlarm(store, now, { nodeId, kind, subject });
}
