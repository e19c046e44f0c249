import {
  type Alarm,
  type AlarmPatch,
  CodedError,
  type HealthEvent,
  type HealthPatch,
  type RacksideHandlers,
  type SensorReadingRow,
  type ServerHealth,
} from '#shared/contract/index.ts';
import type { AlarmId, NodeId } from '#shared/model/ids.ts';
import { nodeIdOf, uuid } from './ids.ts';
import type { Play } from './play.ts';

const minuteMs = 60_000;
const hot = nodeIdOf(2);
const failedParts = nodeIdOf(3);
const silent = nodeIdOf(4);

const noThresholds: SensorReadingRow['thresholds'] = {
  lowerNonRecoverable: null,
  lowerCritical: null,
  lowerWarning: null,
  upperWarning: null,
  upperCritical: null,
  upperNonRecoverable: null,
};

/** The first eight servers: all well, but one that is hot, one with a failed fan and power supply, and one that is silent. */
export function healthHandlers({ world, note }: Play): RacksideHandlers['health'] {
  const now = Date.now();
  const serverWatchers = new Set<(patch: HealthPatch) => void>();
  const alarmWatchers = new Set<(patch: AlarmPatch) => void>();
  const alarms = new Map(alarmsAt(now).map(alarm => [alarm.id, alarm]));
  const cleared = new Set<NodeId>();
  const ids = () => world.nodes.flatMap(({ id, bmc }) => (bmc === null ? [] : [id])).slice(0, 8);
  const row = (id: NodeId) => serverAt(id, now, [...alarms.values()], cleared.has(id));
  const tell = (id: NodeId) => {
    for (const watcher of serverWatchers) watcher({ op: 'put', row: row(id) });
  };
  return {
    servers: () => ({
      snapshot: () => ids().map(row),
      subscribe(onPatch) {
        serverWatchers.add(onPatch);
        return () => void serverWatchers.delete(onPatch);
      },
    }),
    sensors: ({ nodeId }) => ({
      snapshot: () => (ids().includes(nodeId) ? sensorsOf(nodeId, now) : []),
      subscribe: () => () => undefined,
    }),
    history: async ({ nodeId, keys, from, to, points }) =>
      keys.map(key => ({ key, points: seriesOf(nodeId, key, from, to, points) })),
    async refresh(input) {
      note('health.refresh', input);
      if (input.nodeId === silent) throw unreachable();
      return row(input.nodeId);
    },
    fru: async () => [
      {
        name: 'System FRU',
        fields: [
          { key: 'board.manufacturer', value: 'Dell Inc.' },
          { key: 'board.product', value: 'PowerEdge R740' },
          { key: 'board.serial', value: 'CNIVC0099N00A1' },
        ],
        fault: null,
      },
      { name: 'PSU2', fields: [], fault: 'requested sensor, data, or record is not present' },
    ],
    events: async ({ nodeId, severities, text, beforeSeq = Number.POSITIVE_INFINITY, limit }) =>
      eventsAt(now)
        .filter(event => nodeId === undefined || event.nodeId === nodeId)
        .filter(({ severity }) => severities === undefined || severities.includes(severity))
        .filter(({ sensorName, event }) =>
          `${sensorName} ${event}`.toLowerCase().includes(text.toLowerCase()),
        )
        .filter(({ seq }) => seq < beforeSeq)
        .slice(0, limit),
    async saveAndClear(input) {
      note('health.saveAndClear', input);
      cleared.add(input.nodeId);
      tell(input.nodeId);
      return { saved: 7 };
    },
    alarms: () => ({
      snapshot: () => [...alarms.values()],
      subscribe(onPatch) {
        alarmWatchers.add(onPatch);
        return () => void alarmWatchers.delete(onPatch);
      },
    }),
    async acknowledge(input) {
      note('health.acknowledge', input);
      for (const id of input.ids) {
        const alarm = alarms.get(id);
        if (alarm === undefined) continue;
        const acknowledged = { ...alarm, acknowledgedAt: Date.now(), note: input.note };
        alarms.set(id, acknowledged);
        for (const watcher of alarmWatchers) watcher({ op: 'put', row: acknowledged });
        tell(alarm.nodeId);
      }
      return {};
    },
  };
}

function serverAt(
  nodeId: NodeId,
  now: number,
  alarms: readonly Alarm[],
  isLogCleared: boolean,
): ServerHealth {
  const sensors = sensorsOf(nodeId, now);
  const count = (state: SensorReadingRow['state']) => sensors.filter(row => row.state === state).length;
  const worst = sensors.filter(({ state }) => state === 'critical' || state === 'warning');
  const isSilent = nodeId === silent;
  const inlet = sensors.find(({ name }) => name === 'Inlet Temp');
  return {
    nodeId,
    state: isSilent
      ? 'unknown'
      : worst[0]?.state === 'critical'
        ? 'critical'
        : worst.length > 0
          ? 'warning'
          : 'ok',
    readAt: isSilent ? now - 42 * minuteMs : now - 20_000,
    error: isSilent ? unreachable().toData() : null,
    sensors: {
      ok: count('ok'),
      warning: count('warning'),
      critical: count('critical'),
      unavailable: count('unavailable'),
    },
    worst: worst.map(({ name }) => name).slice(0, 5),
    powerWatts: isSilent ? null : 280 + numberOf(nodeId) * 7,
    temperature: { name: 'Inlet Temp', celsius: inlet?.value ?? 23 },
    alarms: alarms.filter(
      alarm => alarm.nodeId === nodeId && alarm.clearedAt === null && alarm.acknowledgedAt === null,
    ).length,
    eventLog: isLogCleared
      ? { entries: 0, isNearlyFull: false }
      : { entries: 7 + numberOf(nodeId), isNearlyFull: nodeId === failedParts },
  };
}

function unreachable(): CodedError {
  return new CodedError('bmc.unreachable', 'no answer', { address: '10.78.0.14', attempts: 4 });
}

function numberOf(nodeId: NodeId): number {
  return Number(nodeId.slice(-2));
}

function sensorsOf(nodeId: NodeId, now: number): SensorReadingRow[] {
  const degrees = (number: number, name: string, value: number, upperWarning: number): SensorReadingRow =>
    reading(now, {
      key: `3.${number}/0.${number} ${name}`,
      ...{ name, type: 'temperature', value, unit: 'degrees-c' },
      state: value >= upperWarning + 5 ? 'critical' : value >= upperWarning ? 'warning' : 'ok',
      states: value >= upperWarning + 5 ? ['crossed.upper-critical'] : [],
      thresholds: { ...noThresholds, upperWarning, upperCritical: upperWarning + 5 },
    });
  const fan = (number: number): SensorReadingRow => {
    const hasFailed = nodeId === failedParts && number === 2;
    return reading(now, {
      key: `29.${number}/0.${16 + number} Fan ${number}`,
      ...{ name: `Fan ${number}`, type: 'fan', value: hasFailed ? 0 : 5600 + number * 60, unit: 'rpm' },
      ...(hasFailed ? { state: 'critical', states: ['crossed.lower-critical'] } : {}),
      thresholds: { ...noThresholds, lowerWarning: 1500, lowerCritical: 800 },
    });
  };
  const supply = (number: number): SensorReadingRow => {
    const hasFailed = nodeId === failedParts && number === 2;
    return reading(now, {
      key: `10.${number}/0.${64 + number} PSU${number} Status`,
      ...{ name: `PSU${number} Status`, type: 'power-supply' },
      states: ['power-supply.presence-detected', ...(hasFailed ? ['power-supply.failure-detected'] : [])],
      ...(hasFailed ? { state: 'critical' } : {}),
    });
  };
  return [
    degrees(1, 'Inlet Temp', nodeId === hot ? 39 : 22 + (numberOf(nodeId) % 3), 38),
    degrees(3, 'CPU1 Temp', nodeId === hot ? 93 : 46 + numberOf(nodeId), 84),
    degrees(4, 'CPU2 Temp', nodeId === hot ? 85 : 45 + numberOf(nodeId), 84),
    ...[1, 2, 3, 4].map(fan),
    ...[1, 2].map(supply),
    reading(now, {
      ...{ key: '26.3/0.82 Drive 2', name: 'Drive 2', type: 'drive-slot' },
      ...{ state: 'unavailable', reason: 'absent' },
    }),
  ];
}

function reading(now: number, change: Partial<SensorReadingRow>): SensorReadingRow {
  return {
    ...{ key: '', name: '', type: 'temperature', state: 'ok', reason: null, value: null, unit: '' },
    ...{ states: [], thresholds: noThresholds, at: now - 20_000 },
    ...change,
  };
}

/** A slow wave round what the sensor says now; the hot server climbs to it in the last hour. */
function seriesOf(nodeId: NodeId, key: string, from: number, to: number, count: number) {
  const value = sensorsOf(nodeId, to).find(row => row.key === key)?.value ?? 280;
  return Array.from({ length: count }, (_, index) => {
    const at = Math.round(from + ((to - from) * index) / count);
    const climb = nodeId === hot ? Math.max(0, 1 - (to - at) / (60 * minuteMs)) : 1;
    const middle = value * (0.6 + 0.4 * climb) + Math.sin(at / (20 * minuteMs)) * value * 0.02;
    return { at, minimum: middle * 0.99, mean: middle, maximum: middle * 1.01 };
  });
}

function alarmsAt(now: number): Alarm[] {
  const alarm = (number: number, change: Partial<Alarm>): Alarm => ({
    id: uuid('d', number) as AlarmId,
    ...{ nodeId: hot, kind: 'sensor', severity: 'critical', message: 'health.sensor', details: {} },
    ...{ raisedAt: now - number * 11 * minuteMs, clearedAt: null, acknowledgedAt: null, note: '' },
    ...change,
  });
  const sensor = (name: string, reading: string, unit: string) => ({
    details: { sensor: name, state: 'critical', reading, unit },
  });
  return [
    alarm(1, sensor('CPU1 Temp', '93', 'degrees-c')),
    alarm(2, { nodeId: failedParts, ...sensor('Fan 2', '0', 'rpm') }),
    alarm(3, {
      nodeId: failedParts,
      ...sensor('PSU2 Status', 'power-supply.failure-detected', ''),
      acknowledgedAt: now - 5 * minuteMs,
      note: 'spare is on its way',
    }),
    alarm(4, {
      nodeId: silent,
      ...{ kind: 'silent', severity: 'warning', message: 'health.bmc_silent' },
      details: { code: 'bmc.unreachable', text: 'no answer', seconds: 2520 },
    }),
    alarm(5, {
      nodeId: nodeIdOf(1),
      ...{ kind: 'inventory', severity: 'warning', message: 'health.part_gone' },
      details: { part: 'dimm', name: 'A7' },
      clearedAt: now - 20 * minuteMs,
    }),
  ];
}

function eventsAt(now: number): HealthEvent[] {
  const event = (seq: number, change: Partial<HealthEvent>): HealthEvent => ({
    seq,
    ...{ nodeId: hot, entryId: seq, at: now - (40 - seq) * minuteMs, readAt: now - (39 - seq) * minuteMs },
    ...{ severity: 'critical', sensorName: 'CPU1 Temp', sensorType: 'temperature' },
    ...{ event: 'threshold.upper-critical-going-high', direction: 'asserted', generator: 'controller 20h' },
    ...{ reading: 93, threshold: 89, unit: 'degrees-c', data: '595d59' },
    ...change,
  });
  const none = { reading: null, threshold: null, unit: '' };
  return [
    event(29, {}),
    event(28, {
      nodeId: failedParts,
      sensorName: 'Fan 2',
      sensorType: 'fan',
      reading: 0,
      threshold: 800,
      unit: 'rpm',
    }),
    event(27, {
      nodeId: failedParts,
      ...{ sensorName: 'PSU2 Status', sensorType: 'power-supply', event: 'power-supply.failure-detected' },
      ...none,
    }),
    event(26, {
      severity: 'warning',
      event: 'threshold.upper-non-critical-going-high',
      reading: 85,
      threshold: 84,
    }),
    event(25, {
      nodeId: nodeIdOf(1),
      ...{
        severity: 'ok',
        sensorName: 'Intrusion',
        sensorType: 'physical-security',
        direction: 'deasserted',
      },
      ...{ event: 'physical-security.chassis-intrusion', at: null, ...none },
    }),
  ];
}
