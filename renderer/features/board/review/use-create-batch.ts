import type { Batch } from '#shared/contract/index.ts';
import type { PortgroupId, PortId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { type Command, useCommand } from '../../../client/use-command.ts';
import type { World } from '../../../client/world.ts';
import { useWorld } from '../../../client/world-store.ts';
import { forgetStaged, stage } from '../plan-store.ts';
import { type PlannedServer, withMadeBonds } from './batch-requests.ts';
import type { ServerReview } from './use-batch-review.ts';
import { confirmedRequest, overwrittenOf } from './verdicts.ts';

interface BatchWanted {
  readonly name: string;
  readonly concurrency: number;
  readonly planned: readonly PlannedServer[];
  readonly reviews: ReadonlyMap<string, ServerReview>;
}

/**
 * First the bonds, then the batch: all of it, or none. A bond that is made stays made when the batch is refused, and goes by
 * its real id from then on.
 */
export function useCreateBatch(): Command<[BatchWanted], Batch> {
  const client = useClient();
  return useCommand(async ({ name, concurrency, planned, reviews }: BatchWanted) => {
    const made = new Map<PortgroupId, PortgroupId>();
    for (const { server } of planned) {
      const nodeId = server.node.id;
      for (const { id, name: bondName, portIds } of server.staged.bonds) {
        const madeId =
          bondOf(useWorld.getState(), portIds) ??
          (await client.portgroups.create({ nodeId, name: bondName, portIds: [...portIds] })).id;
        made.set(id, madeId);
        stage({ is: 'bond-made', nodeId, id, madeId });
      }
    }
    const servers = planned.flatMap(server => {
      if (server.request === null) return [];
      const overwritten = overwrittenOf(server, reviews.get(server.server.node.id));
      return confirmedRequest(withMadeBonds(server.request, made), overwritten);
    });
    const batch = await client.batches.create({ name, concurrency, servers });
    forgetStaged(planned.map(({ server }) => server.node.id));
    return batch;
  });
}

/** That of just these NICs: it was made and the answer got lost, or another window made it. */
export function bondOf({ ports }: Pick<World, 'ports'>, portIds: readonly PortId[]): PortgroupId | null {
  const [first] = portIds;
  const portgroupId = first === undefined ? null : (ports.get(first)?.portgroupId ?? null);
  if (portgroupId === null) return null;
  const members = [...ports.values()].filter(port => port.portgroupId === portgroupId);
  const isSame = members.length === portIds.length && members.every(({ id }) => portIds.includes(id));
  return isSame ? portgroupId : null;
}
