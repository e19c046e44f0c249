import { beforeEach, describe, expect, it } from 'vitest';
import { consoleMarks, nextMark } from '#renderer/features/timeline/lanes/console/console-marks.ts';
import { startI18n, translate } from '#renderer/i18n/i18n.ts';
import type { HealthEvent } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { deploymentId, nodeId } from '#test/fakes/rows.ts';
import { anEvent } from '../../rows.ts';
import { anAlarm } from '../health/health-rows.ts';

beforeEach(() => startI18n('en'));

const entry: HealthEvent = {
  seq: 9,
  nodeId,
  entryId: 412,
  at: 3000,
  readAt: 9000,
  severity: 'critical',
  sensorName: 'CPU1 Temp',
  sensorType: 'temperature',
  event: 'threshold.upper-critical-going-high',
  direction: 'asserted',
  generator: 'controller 20h',
  reading: 96,
  threshold: 95,
  unit: 'degrees-c',
  data: '59605f',
};
const said = anEvent({
  seq: 7,
  at: 2000,
  kind: 'console',
  message: 'console.said',
  details: { meaning: 'kernel_panic', line: 'Kernel panic - not syncing' },
  deploymentId,
});
const span = { startMs: 1000, endMs: 10_000 };
const none = { nodeId, events: [], logged: [], alarms: [] };

describe('marks on the lane of a console', () => {
  it('are texts, entries of the event log and alarms from their raising to their end, by their time', () => {
    const marks = consoleMarks(
      translate,
      {
        nodeId,
        events: [anEvent({ seq: 6, at: 1500, kind: 'step', message: 'step.started' }), said],
        logged: [entry],
        alarms: [anAlarm('a', { raisedAt: 3500, clearedAt: 8000 })],
      },
      span,
    );
    expect(marks.map(({ at, kind, tone }) => [at, kind, tone])).toEqual([
      [2000, 'text', 'busy'],
      [3000, 'event-log', 'failed'],
      [3500, 'alarm', 'failed'],
      [8000, 'alarm-over', 'good'],
    ]);
    expect(marks[1]?.text).toBe('CPU1 Temp: rose above the upper critical limit: 96 °C, limit 95 °C');
  });

  it('stand where the entry was read if the BMC knew no time, and not outside of the deployment', () => {
    const logged = [
      { ...entry, at: null },
      { ...entry, seq: 8, at: 900 },
    ];
    expect(consoleMarks(translate, { ...none, logged }, span).map(({ at }) => at)).toEqual([9000]);
    const alarms = [anAlarm('a', { raisedAt: 500, clearedAt: 4000 })];
    expect(consoleMarks(translate, { ...none, alarms }, span)).toMatchObject([
      { at: 4000, kind: 'alarm-over' },
    ]);
  });

  it('are of this server alone', () => {
    const other = '11111111-1111-4111-8111-111111111112' as NodeId;
    const alarms = [anAlarm('a', { nodeId: other, raisedAt: 3000 })];
    expect(consoleMarks(translate, { ...none, alarms }, span)).toEqual([]);
  });

  it('are gone through one by one, also where several share a moment', () => {
    const logged = [entry, { ...entry, seq: 10 }, { ...entry, seq: 11, at: 5000 }];
    const marks = consoleMarks(translate, { ...none, logged }, span);
    const [first, second, third] = marks;
    expect(nextMark(marks, null, 2500, 1)).toBe(first);
    expect(nextMark(marks, first?.key ?? null, 3000, 1)).toBe(second);
    expect(nextMark(marks, second?.key ?? null, 3000, 1)).toBe(third);
    expect(nextMark(marks, third?.key ?? null, 5000, 1)).toBeUndefined();
    expect(nextMark(marks, null, 4000, -1)).toBe(second);
    expect(nextMark(marks, null, 1000, -1)).toBeUndefined();
  });
});
