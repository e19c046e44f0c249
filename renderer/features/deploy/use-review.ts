import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Node, RacksideClient } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { useConnectionState } from '../../client/connection-store.ts';
import { type QueryState, useQuery } from '../../client/use-query.ts';
import type { World } from '../../client/world.ts';
import { useWorld } from '../../client/world-store.ts';
import type { DeployInput } from './deploy-form.ts';

export type Review = Awaited<ReturnType<RacksideClient['deployments']['review']>>;

const waitAfterTypingMs = 250;

/**
 * The engine's word on a request: asked again when the request changes, and when something changes that the engine looks
 * at, so that a blocker which was mended elsewhere goes away by itself.
 */
export function useReview(node: Node, request: DeployInput | null): QueryState<Review> {
  const client = useClient();
  const world = useWorld(
    useShallow(({ ports, portgroups, networks, services, images, profiles }) => ({
      ports,
      portgroups,
      networks,
      services,
      images,
      profiles,
    })),
  );
  const isConnected = useConnectionState(({ state }) => state.is === 'open');
  const facts = useMemo(() => [factsOfReview(node, world), factsOfWorld(world)], [node, world]);
  return useQuery(
    request === null ? null : JSON.stringify({ ...request, rootPassword: null, facts, isConnected }),
    signal => {
      if (request === null) throw new Error('a null key asks nothing');
      return client.deployments.review(request, signal);
    },
    waitAfterTypingMs,
  );
}

type Tables = Pick<World, 'ports' | 'portgroups' | 'networks' | 'services' | 'images' | 'profiles'>;

/** What the answer depends on besides the request: of the server itself. */
export function factsOfReview(node: Node, world: Pick<Tables, 'ports' | 'portgroups'>): unknown {
  const { provisionState, inventory, bmc, bootMode, deploymentId } = node;
  return [
    { provisionState, takenAt: inventory?.takenAt, hasBmc: bmc !== null, bootMode, deploymentId },
    [...world.ports.values()].filter(port => port.nodeId === node.id),
    [...world.portgroups.values()].filter(portgroup => portgroup.nodeId === node.id),
    inventory?.disks.map(disk => disk.contents),
  ];
}

/** What all servers have in common. Not the age of the last packet: that changes every second. */
export function factsOfWorld(world: Omit<Tables, 'ports' | 'portgroups'>): unknown {
  return [
    [...world.networks.values()].map(({ id, dhcpMode, cidr, segmentationId, physicalNetwork, purposes }) => ({
      id,
      dhcpMode,
      cidr,
      segmentationId,
      physicalNetwork,
      purposes,
    })),
    [...world.profiles.values()].map(({ id, updatedAt }) => ({ id, updatedAt })),
    [...world.services.values()].map(({ name, state }) => ({ name, state })),
    [...world.images.values()].map(({ id, state }) => ({ id, state })),
  ];
}
