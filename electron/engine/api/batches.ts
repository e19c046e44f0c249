import type { Batches } from '#engine/provision/batch/batches.ts';
import { conflictsAmong } from '#engine/provision/batch/conflicts.ts';
import { nextTurn } from '#engine/provision/batch/next-turn.ts';
import { propose } from '#engine/provision/batch/proposal.ts';
import { proposalFigures } from '#engine/provision/batch/proposal-figures.ts';
import { contractReview, review } from '#engine/provision/review.ts';
import type { BootServer } from '#engine/provision/services.ts';
import type { Store } from '#engine/store/store.ts';
import { linkBitsPerSecond } from '#engine/system/link-speed.ts';
import { CodedError, type DeployRequest, type RacksideHandlers } from '#shared/contract/index.ts';

export function batchHandlers(
  store: Store,
  batches: Batches,
  bootServer: BootServer,
): RacksideHandlers['batches'] {
  return {
    list: async () => store.batches.list(),
    async review({ servers }) {
      const conflicts = conflictsAmong(store, servers);
      const reviews = [];
      for (const [index, request] of servers.entries()) {
        const { nodeId } = request;
        const found = reviewOrRefusal(store, bootServer, request);
        reviews.push({ nodeId, review: found, conflicts: conflicts[index] ?? [] });
        await nextTurn(); // packets wait meanwhile
      }
      return reviews;
    },
    propose: async ({ servers, concurrency }) =>
      propose(await proposalFigures(store, servers, linkBitsPerSecond), concurrency),
    create: batches.create,
    setConcurrency: async ({ id, concurrency }) => batches.setConcurrency(id, concurrency),
    stop: async ({ id }) => batches.stop(id),
    continue: async ({ id }) => batches.continue(id),
    cancel: async ({ id, nodeId }) => batches.cancel(id, nodeId),
    retry: async ({ id, nodeId }) => batches.retry(id, nodeId),
  };
}

/** One that cannot even be reviewed, because its server or profile is gone, must not hide the others. */
function reviewOrRefusal(store: Store, bootServer: BootServer, request: DeployRequest) {
  try {
    return contractReview(review(store, bootServer, request));
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { code, details } = error;
    return {
      disk: null,
      mustConfirm: true,
      filtered: [],
      networks: [],
      warnings: [],
      blockers: [{ code, details }],
    };
  }
}
