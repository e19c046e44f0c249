import { randomUUID } from 'node:crypto';
import type { Batch, BatchServer, RacksideHandlers } from '#shared/contract/index.ts';
import type { BatchId, NodeId } from '#shared/model/ids.ts';
import { aReview } from '#test/fakes/rows.ts';
import { find, type Play, type Script } from './play.ts';

type BatchHandlers = RacksideHandlers['batches'];

/** Batches in which nothing happens by itself: a test moves their servers with `patch`. */
export function batchHandlers(play: Play, script: Pick<Script, 'reviewBatch' | 'propose'>): BatchHandlers {
  const { world, note } = play;
  const put = (row: Batch): Batch => {
    play.patch({ op: 'put', table: 'batches', row });
    return row;
  };
  const change = (id: BatchId, made: (batch: Batch) => Partial<Batch>): Batch => {
    const batch = find(world.batches, id, 'batch');
    return put({ ...batch, ...made(batch) });
  };
  return {
    list: async () => world.batches,
    review:
      script.reviewBatch ??
      (async ({ servers }) => servers.map(({ nodeId }) => ({ nodeId, review: aReview(), conflicts: [] }))),
    propose:
      script.propose ??
      (async ({ servers, concurrency }) => ({
        concurrency: concurrency ?? Math.min(servers.length, 8),
        bytesPerServer: 1_500_000_000,
        linkBitsPerSecond: 1_000_000_000,
        estimateSeconds: 360 * Math.ceil(servers.length / (concurrency ?? 8)),
        limitedBy: servers.length > 8 ? 'link' : 'servers',
        measuredDeployments: 3,
      })),
    create: async input => {
      note('batches.create', input);
      const servers = input.servers.map(
        ({ nodeId, hostName, imageId }): BatchServer => ({
          nodeId,
          nodeName: find(world.nodes, nodeId, 'node').name,
          hostName,
          imageName: find(world.images, imageId, 'image').name,
          state: 'waiting',
          deploymentId: null,
          error: null,
        }),
      );
      const { name, concurrency } = input;
      const id = randomUUID() as BatchId;
      return put({
        id,
        name,
        concurrency,
        state: 'running',
        servers,
        createdAt: Date.now(),
        finishedAt: null,
      });
    },
    setConcurrency: async input => {
      note('batches.setConcurrency', input);
      return change(input.id, () => ({ concurrency: input.concurrency }));
    },
    stop: async input => {
      note('batches.stop', input);
      return change(input.id, () => ({ state: 'stopping' }));
    },
    continue: async input => {
      note('batches.continue', input);
      return change(input.id, () => ({ state: 'running' }));
    },
    cancel: async input => {
      note('batches.cancel', input);
      return change(input.id, ({ servers }) => ({
        servers: moved(servers, input.nodeId, ['waiting', 'running'], 'cancelled'),
      }));
    },
    retry: async input => {
      note('batches.retry', input);
      return change(input.id, ({ servers }) => ({
        servers: moved(servers, input.nodeId, ['failed', 'cancelled', 'refused'], 'waiting'),
      }));
    },
  };
}

function moved(
  servers: readonly BatchServer[],
  only: NodeId | undefined,
  from: readonly BatchServer['state'][],
  state: BatchServer['state'],
): BatchServer[] {
  return servers.map(server =>
    (only === undefined || server.nodeId === only) && from.includes(server.state)
      ? { ...server, state, error: null }
      : server,
  );
}
