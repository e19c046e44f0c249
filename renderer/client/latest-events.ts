import { create } from 'zustand';
import type { RacksideClient, TimelineEvent } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { batch } from './batch.ts';
import { manyRows } from './world-store.ts';

interface LatestEvents {
  /** The newest event of each server. */
  readonly byNode: ReadonlyMap<NodeId, TimelineEvent>;
  /** Of the newest DHCP event; 0 before the first: a change of it means that leases may have changed. */
  readonly newestDhcpSeq: number;
}

export const useLatestEvents = create<LatestEvents>(() => ({ byNode: new Map(), newestDhcpSeq: 0 }));

export function withEvents(state: LatestEvents, events: readonly TimelineEvent[]): LatestEvents {
  const byNode = new Map(state.byNode);
  let { newestDhcpSeq } = state;
  for (const event of events) {
    if (event.kind === 'dhcp') newestDhcpSeq = Math.max(newestDhcpSeq, event.seq);
    if (event.nodeId === null) continue;
    const known = byNode.get(event.nodeId);
    if (known === undefined || event.seq > known.seq) byNode.set(event.nodeId, event);
  }
  return { byNode, newestDhcpSeq };
}

/** Follows the whole timeline for the inventory's *last event* column. */
export function followLatestEvents(client: RacksideClient): () => void {
  const waiting = batch<TimelineEvent>(
    events => {
      useLatestEvents.setState(state => withEvents(state, events));
    },
    () => (useLatestEvents.getState().byNode.size > manyRows ? 500 : 100),
  );
  const close = client.timeline.events(
    {},
    {
      onSnapshot(events) {
        waiting.clear();
        useLatestEvents.setState(withEvents({ byNode: new Map(), newestDhcpSeq: 0 }, events));
      },
      onPatch: waiting.add,
    },
  );
  return () => {
    waiting.clear();
    close();
  };
}
