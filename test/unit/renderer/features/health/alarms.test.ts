import { beforeEach, describe, expect, it } from 'vitest';
import { openCount, patchedAlarms, stageOf } from '#renderer/client/alarms.ts';
import {
  type AlarmRow,
  alarmRows,
  matchingAlarms,
  stageCounts,
  urgency,
  worstOpen,
} from '#renderer/features/health/alarms/alarm-rows.ts';
import { alarmText } from '#renderer/features/health/alarms/alarm-text.ts';
import { startI18n, translate } from '#renderer/i18n/i18n.ts';
import type { Alarm } from '#shared/contract/index.ts';
import { aNode, nodeId } from '#test/fakes/rows.ts';
import { anAlarm } from './health-rows.ts';

beforeEach(() => startI18n('en'));

const open = anAlarm('open', { details: { sensor: 'Fan4', state: 'critical', reading: '0', unit: 'rpm' } });
const acknowledged = anAlarm('acknowledged', { acknowledgedAt: 5, note: 'Fan ordered' });
const over = anAlarm('over', { clearedAt: 9 });
const all = [open, acknowledged, over];

const nodes = new Map([[nodeId, aNode({ name: 'r4u02' })]]);
const rowsOf = (alarms: readonly Alarm[], known: readonly AlarmRow[]) =>
  alarmRows(translate, new Map(alarms.map(alarm => [alarm.id, alarm])), nodes, known);

describe('alarms', () => {
  it('wait for a person only while they hold and nobody has acknowledged them', () => {
    expect(all.map(stageOf)).toEqual(['open', 'acknowledged', 'over']);
    expect(stageOf({ ...over, acknowledgedAt: 5 })).toBe('over');
    expect(openCount({ isLoaded: true, byId: new Map(all.map(alarm => [alarm.id, alarm])) })).toBe(1);
  });

  it('follow the patches of the engine', () => {
    const known = patchedAlarms(new Map(), [
      { op: 'put', row: open },
      { op: 'put', row: over },
      { op: 'put', row: { ...open, note: 'seen' } },
      { op: 'remove', ids: [over.id] },
    ]);
    expect([...known.values()]).toEqual([{ ...open, note: 'seen' }]);
    expect(patchedAlarms(known, [{ op: 'remove-of', nodeIds: [nodeId] }]).size).toBe(0);
  });

  it('are found by stage, and by words of server, sentence and note', () => {
    const rows = rowsOf(all, []);
    const ids = (stage: 'open' | 'acknowledged' | 'over', text: string) =>
      matchingAlarms(rows, stage, text).map(({ id }) => id);
    expect(stageCounts(rows)).toEqual({ open: 1, acknowledged: 1, over: 1 });
    expect(ids('open', 'fan4 r4u02')).toEqual(['open']);
    expect(ids('open', 'ordered')).toEqual([]);
    expect(ids('acknowledged', 'ordered')).toEqual(['acknowledged']);
  });

  it('are sentences in the words of the page', () => {
    const lost = 'power-supply.presence-detected, power-supply.ac-lost';
    const psu = anAlarm('psu', { details: { sensor: 'PSU2', state: 'critical', reading: lost, unit: '' } });
    expect([open, psu].map(alarm => alarmText(translate, alarm).trim())).toEqual([
      'Fan4 is Critical: 0 RPM',
      'PSU2 is Critical: present, input lost (AC or DC)',
    ]);
    const entry = { sensor: 'DIMM A1', event: 'memory.correctable-error', data: 'a00001' };
    expect(alarmText(translate, anAlarm('dimm', { message: 'health.log_entry', details: entry }))).toBe(
      'Event log of the BMC: DIMM A1, correctable ECC error (a00001)',
    );
  });

  it('keep their row while nothing of them changes, and their list while no row does', () => {
    const first = rowsOf(all, []);
    expect(rowsOf(all, first)).toBe(first);
    const second = rowsOf([open, { ...acknowledged, note: 'Fan is here' }, over], first);
    expect(second.map((row, index) => row === first[index])).toEqual([true, false, true]);
  });

  it('are urgent by severity, then by how new they are', () => {
    const [old, fresh] = [anAlarm('old', { raisedAt: 1 }), anAlarm('fresh', { raisedAt: 2 })];
    const mild = anAlarm('mild', { severity: 'warning', raisedAt: 1e13 });
    expect(urgency(fresh)).toBeGreaterThan(urgency(old));
    expect(urgency(old)).toBeGreaterThan(urgency(mild));
    expect(worstOpen([mild, old, over, fresh]).get(nodeId)).toBe(fresh);
  });
});
