import { useEffect, useState } from 'react';
import type { TimelineEvent } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { batch } from '../../../client/batch.ts';
import { useClient } from '../../../client/client-context.tsx';

/** Of each deployment, oldest first. A list stays the same object until an event of its own deployment comes. */
export type LaneEvents = ReadonlyMap<DeploymentId, readonly TimelineEvent[]>;

export const noEvents: readonly TimelineEvent[] = [];
/** Of all lanes together, shared by them; the engine keeps the rest. */
const mostEvents = 60_000;
/** More than a picture can show. */
const mostPerLane = 5000;
const gatherMs = 100;

/** The events of all these deployments by one stream. What is known stays until that of a new choice has come. */
export function useLaneEvents(ids: readonly DeploymentId[]): LaneEvents {
  const client = useClient();
  const [events, setEvents] = useState<LaneEvents>(new Map());
  // Lanes change places when a deployment ends: that asks for nothing.
  const key = ids.toSorted().join(',');
  useEffect(() => {
    const deploymentIds = key.split(',').filter(Boolean) as DeploymentId[];
    if (deploymentIds.length === 0) {
      setEvents(new Map());
      return;
    }
    const most = Math.min(mostPerLane, Math.floor(mostEvents / deploymentIds.length));
    const waiting = batch<TimelineEvent>(
      more => setEvents(known => withEvents(known, more, most)),
      () => gatherMs,
    );
    const close = client.timeline.events(
      { deploymentIds },
      {
        onSnapshot(snapshot) {
          waiting.clear();
          setEvents(withEvents(new Map(), snapshot, most));
        },
        onPatch: waiting.add,
      },
    );
    return () => {
      waiting.clear();
      close();
    };
  }, [client, key]);
  return events;
}

export function withEvents(known: LaneEvents, more: readonly TimelineEvent[], most: number): LaneEvents {
  const next = new Map(known);
  for (const [id, events] of Map.groupBy(more, ({ deploymentId }) => deploymentId))
    if (id !== null) next.set(id, inTime([...(next.get(id) ?? []), ...events]).slice(-most));
  return next;
}

/** Nearly always they are; a clock that was set back puts later ones before earlier ones. */
function inTime(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  const isInTime = events.every((event, index) => event.at >= (events[index - 1]?.at ?? 0));
  return isInTime ? events : events.toSorted((one, other) => one.at - other.at || one.seq - other.seq);
}
