import type { Batch } from '#shared/contract/index.ts';
import type { PortgroupId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { type Command, useCommand } from '../../../client/use-command.ts';
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
        const bond = await client.portgroups.create({ nodeId, name: bondName, portIds: [...portIds] });
        made.set(id, bond.id);
        stage({ is: 'bond-made', nodeId, id, madeId: bond.id });
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
