import { randomUUID } from 'node:crypto';
import type { StoredAlarm } from '#engine/store/alarms.ts';
import type { Store } from '#engine/store/store.ts';
import type { ToldEvent } from '#shared/contract/event-messages.ts';
import { type Alarm, type AlarmKind, alarmSeverities } from '#shared/contract/index.ts';
import type { AlarmId, NodeId } from '#shared/model/ids.ts';

/** What an alarm is about; one holds for each subject of a kind. */
export interface AlarmAbout {
  readonly nodeId: NodeId;
  readonly kind: AlarmKind;
  readonly subject: string;
}

/** What is wrong, and how it is told. */
interface Trouble extends AlarmAbout {
  readonly severity: Alarm['severity'];
  readonly told: ToldEvent;
}

/**
 * An alarm that holds already stays as it is, unless it got worse: then it is told again and wants to be acknowledged
 * anew. To be called in a transaction.
 */
export function raiseAlarm(store: Store, now: number, { severity, told, ...about }: Trouble): void {
  const { nodeId, kind, subject } = about;
  const before = store.alarms.holding(nodeId, kind, subject);
  const details = told.details ?? {};
  const what = { severity, message: told.message, details };
  if (before !== undefined && rank(severity) <= rank(before.severity)) {
    // Less bad than it was, and bad still: shown as it is, told when it is over.
    if (severity !== before.severity) store.alarms.save({ ...before, ...what });
    return;
  }
  const fresh = { acknowledgedAt: null, note: '' };
  store.alarms.save(
    before === undefined
      ? { ...about, ...what, ...fresh, id: randomUUID() as AlarmId, raisedAt: now, clearedAt: null }
      : { ...before, ...what, ...fresh },
  );
  store.timeline.append({ kind: 'health', nodeId, ...told });
}

/** Nothing happens when none holds. */
export function clearAlarm(store: Store, now: number, { nodeId, kind, subject }: AlarmAbout): void {
  const alarm = store.alarms.holding(nodeId, kind, subject);
  if (alarm === undefined) return;
  store.alarms.save({ ...alarm, clearedAt: now });
  tellOver(store, alarm);
}

/** Of these nobody can see the end. */
const endsWithAcknowledgement: ReadonlySet<AlarmKind> = new Set(['event', 'inventory']);

export function acknowledgeAlarms(store: Store, now: number, ids: readonly AlarmId[], note: string): void {
  store.transaction(() => {
    for (const id of new Set(ids)) {
      const alarm = store.alarms.find(id);
      if (alarm === undefined) continue;
      const isOver = alarm.clearedAt === null && endsWithAcknowledgement.has(alarm.kind);
      store.alarms.save({
        ...alarm,
        acknowledgedAt: now,
        note,
        clearedAt: isOver ? now : alarm.clearedAt,
      });
      store.timeline.append({
        kind: 'health',
        nodeId: alarm.nodeId,
        message: 'health.acknowledged',
        details: { alarm: alarm.kind, subject: nameOf(alarm), note },
      });
    }
  });
}

function tellOver(store: Store, alarm: StoredAlarm): void {
  store.timeline.append({
    kind: 'health',
    nodeId: alarm.nodeId,
    message: 'health.over',
    details: { alarm: alarm.kind, subject: nameOf(alarm) },
  });
}

/** As its own sentence calls it. */
function nameOf({ details, subject }: StoredAlarm): string {
  const name = details['sensor'] ?? details['name'];
  return typeof name === 'string' ? name : subject;
}

function rank(severity: Alarm['severity']): number {
  return alarmSeverities.indexOf(severity);
}
