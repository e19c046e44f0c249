import { create } from 'zustand';
import type { RacksideClient, TimelineEvent } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { batch } from './batch.ts';

/** No eye reads faster, and the inventory is drawn once for all of them. */
const gatherMs = 100;

interface LatestEvents {
  /** The newest event of each server. */
  readonly byNode: ReadonlyMap<NodeId, TimelineEvent>;
}

export const useLatestEvents = create<LatestEvents>(() => ({ byNode: new Map() }));

export function withEvents(state: LatestEvents, events: readonly TimelineEvent[]): LatestEvents {
  const byNode = new Map(state.byNode);
  for (const event of events) {
    if (event.nodeId === null) continue;
    const known = byNode.get(event.nodeId);
    if (known === undefined || event.seq > known.seq) byNode.set(event.nodeId, event);
  }
  return { byNode };
}

/** Follows the whole timeline for the inventory's *last event* column. */
export function followLatestEvents(client: RacksideClient): () => void {
  const waiting = batch<TimelineEvent>(
    events => {
      useLatestEvents.setState(state => withEvents(state, events));
    },
    () => gatherMs,
  );
  const close = client.timeline.events(
    {},
    {
      onSnapshot(events) {
        waiting.clear();
        useLatestEvents.setState(withEvents({ byNode: new Map() }, events));
      },
      onPatch: waiting.add,
    },
  );
  return () => {
    waiting.clear();
    close();
  };
}
