import { useEffect, useState } from 'react';
import type { TimelineEvent } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { batch } from '../../../client/batch.ts';
import { useClient } from '../../../client/client-context.tsx';

/** Of each deployment, oldest first. A list stays the same object until an event of its own deployment comes. */
export type LaneEvents = ReadonlyMap<DeploymentId, readonly TimelineEvent[]>;

export const noEvents: readonly TimelineEvent[] = [];
/** More than a picture can show; the engine keeps the rest. */
const mostPerLane = 5000;
const gatherMs = 100;

/** The events of all these deployments by one stream. */
export function useLaneEvents(ids: readonly DeploymentId[]): LaneEvents {
  const client = useClient();
  const [events, setEvents] = useState<LaneEvents>(new Map());
  const key = ids.join(',');
  useEffect(() => {
    const deploymentIds = key.split(',').filter(Boolean) as DeploymentId[];
    setEvents(new Map());
    if (deploymentIds.length === 0) return;
    const waiting = batch<TimelineEvent>(
      more => setEvents(known => withEvents(known, more)),
      () => gatherMs,
    );
    const close = client.timeline.events(
      { deploymentIds },
      {
        onSnapshot(snapshot) {
          waiting.clear();
          setEvents(
            withEvents(
              new Map(),
              snapshot.toSorted((one, other) => one.seq - other.seq),
            ),
          );
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

export function withEvents(known: LaneEvents, more: readonly TimelineEvent[]): LaneEvents {
  const next = new Map(known);
  for (const [id, events] of Map.groupBy(more, ({ deploymentId }) => deploymentId))
    if (id !== null) next.set(id, [...(next.get(id) ?? []), ...events].slice(-mostPerLane));
  return next;
}
