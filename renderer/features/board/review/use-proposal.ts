import type { BatchProposal } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { type QueryState, useQuery } from '../../../client/use-query.ts';
import type { PlannedServer } from './batch-requests.ts';

/** How many at once make sense and how long it takes; with a number of a person's own, how long with that one. */
export function useProposal(
  planned: readonly PlannedServer[],
  concurrency: number | null,
): QueryState<BatchProposal> {
  const client = useClient();
  const servers = planned.flatMap(({ request }) =>
    request === null ? [] : [{ nodeId: request.nodeId, imageId: request.imageId }],
  );
  return useQuery(
    servers.length === 0 ? null : JSON.stringify([servers, concurrency]),
    signal => client.batches.propose({ servers, concurrency }, signal),
    200,
  );
}
