import { type Alarm, healthStates, type Node } from '#shared/contract/index.ts';
import type { AlarmId, NodeId } from '#shared/model/ids.ts';
import { type AlarmStage, alarmStages, stageOf } from '../../../client/alarms.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { sameList } from '../same-list.ts';
import { alarmText } from './alarm-text.ts';

/** An alarm with its server and its sentence. */
export interface AlarmRow {
  readonly id: AlarmId;
  readonly alarm: Alarm;
  readonly serverName: string;
  readonly text: string;
}

/** The same objects, and the same list, as those that are `known` while nothing of them changes; they are of this language. */
export function alarmRows(
  t: Translate,
  alarms: ReadonlyMap<AlarmId, Alarm>,
  nodes: ReadonlyMap<string, Node>,
  known: readonly AlarmRow[],
): readonly AlarmRow[] {
  const before = new Map(known.map(row => [row.id, row]));
  const rows = [...alarms.values()].map(alarm => {
    const row = before.get(alarm.id);
    const serverName = nodes.get(alarm.nodeId)?.name ?? '';
    if (row?.alarm === alarm && row.serverName === serverName) return row;
    return { id: alarm.id, alarm, serverName, text: alarmText(t, alarm) };
  });
  return sameList(known, rows);
}

/** Greater comes first: the worse one, of equally bad ones the newer one. */
export function urgency({ severity, raisedAt }: Alarm): number {
  return healthStates.indexOf(severity) * 1e14 + raisedAt;
}

/** Of each server the most urgent one that waits for a person. */
export function worstOpen(alarms: Iterable<Alarm>): ReadonlyMap<NodeId, Alarm> {
  const worst = new Map<NodeId, Alarm>();
  for (const alarm of alarms) {
    const known = worst.get(alarm.nodeId);
    if (stageOf(alarm) !== 'open' || (known !== undefined && urgency(known) >= urgency(alarm))) continue;
    worst.set(alarm.nodeId, alarm);
  }
  return worst;
}

export function stageCounts(rows: readonly AlarmRow[]): Readonly<Record<AlarmStage, number>> {
  const counts = { open: 0, acknowledged: 0, over: 0 };
  for (const { alarm } of rows) counts[stageOf(alarm)] += 1;
  return counts;
}

/** Every word must be in the server's name, the sentence or the note. */
export function matchingAlarms(
  rows: readonly AlarmRow[],
  stage: AlarmStage,
  text: string,
): readonly AlarmRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(row => {
    if (stageOf(row.alarm) !== stage) return false;
    const told = [row.serverName, row.text, row.alarm.note].join(' ').toLowerCase();
    return words.every(word => told.includes(word));
  });
}

/** Where an alarm is found in the list. */
export function stageShown(chosen: AlarmStage | undefined, open: Alarm | undefined): AlarmStage {
  return chosen ?? (open === undefined ? alarmStages[0] : stageOf(open));
}
