import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { RacksideClient } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useConnectionState } from '../../../client/connection-store.ts';
import { type QueryState, useQuery } from '../../../client/use-query.ts';
import { useWorld } from '../../../client/world-store.ts';
import { factsOfReview, factsOfWorld } from '../../deploy/use-review.ts';
import { forReview, type PlannedServer } from './batch-requests.ts';

export type ServerReview = Awaited<ReturnType<RacksideClient['batches']['review']>>[number];

const waitAfterTypingMs = 300;

/** The engine's word on all servers whose request is complete; asked again when something changes that it looks at. */
export function useBatchReview(planned: readonly PlannedServer[]): QueryState<ServerReview[]> {
  const client = useClient();
  const world = useWorld(
    useShallow(({ ports, portgroups, networks, services, images, profiles, batches }) => ({
      ports,
      portgroups,
      networks,
      services,
      images,
      profiles,
      batches,
    })),
  );
  const isConnected = useConnectionState(({ state }) => state.is === 'open');
  const requests = useMemo(() => {
    const networks = [...world.networks.values()];
    return planned.flatMap(server => forReview(server, networks) ?? []);
  }, [planned, world.networks]);
  const key = useMemo(() => {
    const facts = planned.map(({ server }) => factsOfReview(server.node, world));
    const waiting = [...world.batches.values()].map(({ id, servers }) => [
      id,
      servers.map(({ state }) => state),
    ]);
    return JSON.stringify([requests, facts, waiting, factsOfWorld(world), isConnected]);
  }, [planned, requests, world, isConnected]);
  return useQuery(
    requests.length === 0 ? null : key,
    signal => client.batches.review({ servers: requests }, signal),
    waitAfterTypingMs,
  );
}
