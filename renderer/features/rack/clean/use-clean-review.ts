import type { EraseMethod, Node, RacksideClient } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { type QueryState, useQuery } from '../../../client/use-query.ts';
import { useWorld } from '../../../client/world-store.ts';

export type CleanReview = Awaited<ReturnType<RacksideClient['nodes']['reviewClean']>>;

/** The engine's word on which disks may be erased; asked again when something changes that it looks at. */
export function useCleanReview(node: Node, method: EraseMethod): QueryState<CleanReview> {
  const client = useClient();
  const networks = useWorld(world => world.networks);
  const profiles = useWorld(world => world.profiles);
  const { id, provisionState, inventory } = node;
  const facts = [...networks.values()].map(({ dhcpMode, purposes }) => [dhcpMode, purposes]);
  const rules = [...profiles.values()].map(profile => [profile.id, profile.updatedAt]);
  const key = JSON.stringify([id, method, provisionState, inventory?.takenAt, facts, rules]);
  return useQuery(key, signal => client.nodes.reviewClean({ nodeId: id, method, disks: null }, signal));
}
