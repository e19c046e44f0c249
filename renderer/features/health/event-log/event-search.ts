import type { HealthEvent, HealthState, RacksideClient } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { eventLogCells } from './event-log-cells.ts';

export interface LogFilter {
  /** Empty: all of them. */
  readonly severities: readonly HealthState[];
  /** Looked for in what the page shows of an entry, in its language. */
  readonly text: string;
}

/** The engine gives no more at once. */
const mostAtOnce = 1000;

/** Every word must stand in what is shown of the entry. */
export function eventMatcher(t: Translate, text: string): (event: HealthEvent) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return event => {
    const [, cells = []] = eventLogCells(t, [event]);
    const shown = cells.join('\n').toLowerCase();
    return words.every(word => shown.includes(word));
  };
}

export interface FoundEvents {
  /** Newest first. */
  readonly events: readonly HealthEvent[];
  /** Where to go on; null: that was all. */
  readonly beforeSeq: number | null;
}

/** Looks through a server's log until it has a page of what the filter lets through, or `most` entries. */
export async function findEvents(
  t: Translate,
  client: RacksideClient,
  nodeId: NodeId,
  { severities, text }: LogFilter,
  { beforeSeq, most, signal }: { beforeSeq: number | null; most: number; signal?: AbortSignal },
): Promise<FoundEvents> {
  // Of those among which is searched few may match.
  const limit = text.trim() === '' ? Math.min(most, mostAtOnce) : mostAtOnce;
  const matches = eventMatcher(t, text);
  const events: HealthEvent[] = [];
  let before = beforeSeq;
  do {
    const page = await client.health.events(
      {
        nodeId,
        limit,
        ...(severities.length > 0 && { severities: [...severities] }),
        ...(before !== null && { beforeSeq: before }),
      },
      signal,
    );
    events.push(...page.filter(matches));
    before = page.length < limit ? null : (page.at(-1)?.seq ?? null);
  } while (before !== null && events.length < most);
  return { events, beforeSeq: before };
}
