/** A timeline for a person who reads the output of a lab run. */
import type { TimelineEvent } from '#shared/contract/index.ts';

const maxDetails = 140;

export function timelineText(events: readonly TimelineEvent[]): readonly string[] {
  const start = events[0]?.at ?? 0;
  return events.map(({ at, kind, message, details }) => {
    const shown = Object.entries(details)
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(' ');
    const seconds = ((at - start) / 1000).toFixed(1).padStart(7);
    return `${seconds} s  ${kind.padEnd(8)} ${message}  ${shown.slice(0, maxDetails)}`.trimEnd();
  });
}
