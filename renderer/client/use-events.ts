import { useEffect, useState } from 'react';
import type { TimelineEvent } from '#shared/contract/index.ts';
import type { DeploymentId, NodeId } from '#shared/model/ids.ts';
import { batch } from './batch.ts';
import { useClient } from './client-context.tsx';

/** Enough for a deployment of days; the engine keeps the rest. */
const maxEvents = 20_000;

export interface EventFilter {
  readonly nodeId?: NodeId | undefined;
  readonly deploymentId?: DeploymentId | undefined;
}

/** The events of one server or deployment, oldest first, growing as they happen. Null until the first answer. */
export function useEvents({ nodeId, deploymentId }: EventFilter): readonly TimelineEvent[] | null {
  const client = useClient();
  const [events, setEvents] = useState<readonly TimelineEvent[] | null>(null);
  useEffect(() => {
    setEvents(null);
    const waiting = batch<TimelineEvent>(
      more => setEvents(known => [...(known ?? []), ...more].slice(-maxEvents)),
      () => 50,
    );
    const close = client.timeline.events(
      { ...(nodeId && { nodeId }), ...(deploymentId && { deploymentId }) },
      {
        onSnapshot(snapshot) {
          waiting.clear();
          setEvents([...snapshot].sort((a, b) => a.seq - b.seq));
        },
        onPatch: waiting.add,
      },
    );
    return () => {
      waiting.clear();
      close();
    };
  }, [client, nodeId, deploymentId]);
  return events;
}
