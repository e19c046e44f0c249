import {
  type Alarm,
  type AlarmPatch,
  CodedError,
  type HealthPatch,
  powerKey,
  type RacksideHandlers,
  type ServerHealth,
} from '#shared/contract/index.ts';
import { alarmsOf, eventsOf, fleetOf, fruDevices, historyOf, sensorsOf } from './health-rows.ts';
import { find, type Play } from './play.ts';

/** Health as a fleet of eight has it: one hot, one with a failed fan and power supply, one with a full log, one silent. */
export function healthHandlers({ world, note }: Play): RacksideHandlers['health'] {
  const now = world.nodes[0]?.updatedAt ?? 0;
  const hasBmc = ({ nodeId }: { readonly nodeId: string }) =>
    world.nodes.some(({ id, bmc }) => id === nodeId && bmc !== null);
  const fleet = fleetOf(now).filter(hasBmc);
  const alarms = alarmsOf(now).filter(hasBmc);
  const fleetWatchers = new Set<(patch: HealthPatch) => void>();
  const alarmWatchers = new Set<(patch: AlarmPatch) => void>();
  const put = (row: ServerHealth): ServerHealth => {
    fleet[fleet.findIndex(({ nodeId }) => nodeId === row.nodeId)] = row;
    for (const watcher of fleetWatchers) watcher({ op: 'put', row });
    return row;
  };
  const healthOf = (nodeId: string) => {
    const row = fleet.find(known => known.nodeId === nodeId);
    return row ?? find([], nodeId, 'node');
  };
  const putAlarm = (row: Alarm) => {
    alarms[alarms.findIndex(({ id }) => id === row.id)] = row;
    for (const watcher of alarmWatchers) watcher({ op: 'put', row });
    const isOpen = ({ nodeId, clearedAt, acknowledgedAt }: Alarm) =>
      nodeId === row.nodeId && clearedAt === null && acknowledgedAt === null;
    put({ ...healthOf(row.nodeId), alarms: alarms.filter(isOpen).length });
  };
  return {
    servers: () => ({
      snapshot: () => fleet,
      subscribe(onPatch) {
        fleetWatchers.add(onPatch);
        return () => void fleetWatchers.delete(onPatch);
      },
    }),
    sensors: ({ nodeId }) => ({
      snapshot: () => (healthOf(nodeId).state === 'unknown' ? [] : sensorsOf(nodeId, now)),
      subscribe: () => () => undefined,
    }),
    history: async ({ nodeId, keys, from, to, points }) =>
      [...sensorsOf(nodeId, now), { key: powerKey, name: powerKey, value: healthOf(nodeId).powerWatts }]
        .filter(({ key }) => keys.includes(key))
        .map(row => ({ key: row.key, points: historyOf(row, from, to, points) })),
    refresh: async input => {
      note('health.refresh', input);
      const row = healthOf(input.nodeId);
      if (row.state === 'unknown')
        throw new CodedError('bmc.unreachable', 'no answer', { address: '10.78.0.16', attempts: 5 });
      return put({ ...row, readAt: Date.now() });
    },
    fru: async () => [...fruDevices],
    events: async ({ nodeId, severities, text, beforeSeq, from, to, limit }) =>
      eventsOf(nodeId ?? healthOf('').nodeId, now)
        .filter(
          ({ seq, severity, sensorName, event, at, readAt }) =>
            (beforeSeq === undefined || seq < beforeSeq) &&
            (at ?? readAt) >= (from ?? 0) &&
            (at ?? readAt) <= (to ?? Number.MAX_SAFE_INTEGER) &&
            (severities === undefined || severities.includes(severity)) &&
            `${sensorName} ${event}`.toLowerCase().includes(text.toLowerCase()),
        )
        .slice(0, limit),
    saveAndClear: async input => {
      note('health.saveAndClear', input);
      put({ ...healthOf(input.nodeId), eventLog: { entries: 0, isNearlyFull: false } });
      return { saved: 12 };
    },
    alarms: () => ({
      snapshot: () => alarms,
      subscribe(onPatch) {
        alarmWatchers.add(onPatch);
        return () => void alarmWatchers.delete(onPatch);
      },
    }),
    acknowledge: async input => {
      note('health.acknowledge', input);
      for (const row of alarms.filter(({ id }) => input.ids.includes(id)))
        putAlarm({ ...row, acknowledgedAt: Date.now(), note: input.note });
      return {};
    },
  };
}
