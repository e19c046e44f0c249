import type { Alarm, HealthEvent, TimelineEvent } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { Translate } from '../../../../i18n/catalogue.ts';
import type { Tone } from '../../../../ui/tone.ts';
import { alarmText } from '../../../health/alarms/alarm-text.ts';
import { happenedText } from '../../../health/event-log/event-words.ts';
import { healthTone } from '../../../health/health-text.ts';
import { eventText } from '../../event-text.ts';
import type { TimeView } from '../time-scale.ts';

export const consoleMarkKinds = ['text', 'event-log', 'alarm', 'alarm-over'] as const;

/** A moment of the console's lane: what the machine said that has a meaning, or what its BMC noticed then. */
export interface ConsoleMark {
  /** Stays the same while the mark does. */
  readonly key: string;
  /** Epoch ms; of an entry of the event log by the BMC's clock, else when it was read. */
  readonly at: number;
  readonly kind: (typeof consoleMarkKinds)[number];
  readonly tone: Tone;
  readonly text: string;
}

export interface MarkSources {
  readonly nodeId: NodeId;
  /** Of the deployment. */
  readonly events: readonly TimelineEvent[];
  readonly logged: readonly HealthEvent[];
  /** Of all servers. */
  readonly alarms: Iterable<Alarm>;
}

/** Those within the span, oldest first. */
export function consoleMarks(
  t: Translate,
  { nodeId, events, logged, alarms }: MarkSources,
  { startMs, endMs }: TimeView,
): readonly ConsoleMark[] {
  const marks: ConsoleMark[] = [];
  for (const event of events)
    if (event.kind === 'console')
      marks.push({
        key: `text ${event.seq}`,
        at: event.at,
        kind: 'text',
        tone: 'busy',
        text: eventText(t, event),
      });
  for (const entry of logged)
    marks.push({
      key: `event-log ${entry.seq}`,
      at: entry.at ?? entry.readAt,
      kind: 'event-log',
      tone: healthTone[entry.severity],
      text: t('word.colon', { what: entry.sensorName, more: happenedText(t, entry) }),
    });
  for (const alarm of alarms) if (alarm.nodeId === nodeId) marks.push(...marksOfAlarm(t, alarm));
  return marks
    .filter(({ at }) => at >= startMs && at <= endMs)
    .sort((one, other) => one.at - other.at || one.key.localeCompare(other.key));
}

function marksOfAlarm(t: Translate, alarm: Alarm): readonly ConsoleMark[] {
  const { id, raisedAt, clearedAt, severity } = alarm;
  const text = alarmText(t, alarm);
  const raised: ConsoleMark = {
    key: `alarm ${id}`,
    at: raisedAt,
    kind: 'alarm',
    tone: healthTone[severity],
    text,
  };
  if (clearedAt === null) return [raised];
  return [raised, { key: `alarm-over ${id}`, at: clearedAt, kind: 'alarm-over', tone: 'good', text }];
}

/** The mark after (or before) the one in hand, else the nearest one on that side of the moment. */
export function nextMark(
  marks: readonly ConsoleMark[],
  key: string | null,
  atMs: number,
  step: 1 | -1,
): ConsoleMark | undefined {
  const index = marks.findIndex(mark => mark.key === key);
  if (index >= 0) return marks[index + step];
  return step === 1 ? marks.find(({ at }) => at > atMs) : marks.findLast(({ at }) => at < atMs);
}
