import type { Alarm, SensorPoint, SensorReadingRow, ServerHealth } from '#shared/contract/index.ts';
import type { AlarmId } from '#shared/model/ids.ts';
import { nodeId } from '#test/fakes/rows.ts';

export function aServerHealth(change: Partial<ServerHealth> = {}): ServerHealth {
  return {
    nodeId,
    state: 'ok',
    readAt: 1,
    error: null,
    sensors: { ok: 20, warning: 0, critical: 0, unavailable: 0 },
    worst: [],
    powerWatts: null,
    temperature: null,
    alarms: 0,
    eventLog: null,
    ...change,
  };
}

export function aSensor(name: string, change: Partial<SensorReadingRow> = {}): SensorReadingRow {
  return {
    key: name,
    name,
    type: 'temperature',
    state: 'ok',
    reason: null,
    value: 24,
    unit: 'degrees-c',
    states: [],
    thresholds: {
      lowerNonRecoverable: null,
      lowerCritical: null,
      lowerWarning: null,
      upperWarning: null,
      upperCritical: null,
      upperNonRecoverable: null,
    },
    at: 1,
    ...change,
  };
}

export function anAlarm(id: string, change: Partial<Alarm> = {}): Alarm {
  return {
    id: id as AlarmId,
    nodeId,
    kind: 'sensor',
    severity: 'critical',
    message: 'health.sensor',
    details: {},
    raisedAt: 1,
    clearedAt: null,
    acknowledgedAt: null,
    note: '',
    ...change,
  };
}

export const aPoint = (at: number, mean: number, swing = 0): SensorPoint => ({
  at,
  minimum: mean - swing,
  mean,
  maximum: mean + swing,
});
