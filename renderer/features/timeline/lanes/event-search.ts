import type { EventKind, TimelineEvent } from '#shared/contract/index.ts';
import type { LaneEvents } from './use-lane-events.ts';

export interface EventQuery {
  readonly text: string;
  readonly kind: EventKind | '';
}

/** Every word must be in the sentence. An empty query finds nothing, not everything: null. */
export function searchEvents(
  events: LaneEvents,
  { text, kind }: EventQuery,
  sentenceOf: (event: TimelineEvent) => string,
): readonly TimelineEvent[] | null {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && kind === '') return null;
  const found = [...events.values()].flat().filter(event => {
    if (kind !== '' && event.kind !== kind) return false;
    if (words.length === 0) return true;
    const sentence = sentenceOf(event).toLowerCase();
    return words.every(word => sentence.includes(word));
  });
  return found.toSorted((one, other) => one.at - other.at || one.seq - other.seq);
}

/** The one after (or before) the one in hand, round and round. */
export function nextFound(
  found: readonly TimelineEvent[],
  currentSeq: number | null,
  step: 1 | -1,
): TimelineEvent | undefined {
  const index = found.findIndex(({ seq }) => seq === currentSeq);
  if (index < 0) return step === 1 ? found[0] : found.at(-1);
  return found[(index + step + found.length) % found.length];
}
