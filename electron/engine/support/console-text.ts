import type { TimelineEvent } from '#shared/contract/index.ts';

/** The same event without what the machine said: whoever logs in on a console may type a password where a line is shown. */
export function withoutConsoleText(event: TimelineEvent): TimelineEvent {
  return event.kind === 'console' ? { ...event, details: { ...event.details, line: '' } } : event;
}
