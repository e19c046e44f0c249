import { type Batch, CodedError } from '#shared/contract/index.ts';
import type { BatchId, NodeId } from '#shared/model/ids.ts';
import { serversIn, withServers } from './batch-state.ts';
import type { BatchParts } from './begin-server.ts';
import { createBatch, type NewBatch } from './create-batch.ts';
import { keep, requireBatch } from './keep.ts';
import { createWorker } from './worker.ts';

export type Batches = ReturnType<typeof createBatches>;

/**
 * Deploys the servers of each batch, so many at once. What is stored says whose turn it is; each deployment that ends, or is
 * tried again by itself, is a reason to look.
 */
export function createBatches(parts: BatchParts) {
  const { services, deployer } = parts;
  const { store, clock } = services;
  const worker = createWorker(parts);

  function current(id: BatchId): Batch {
    const batch = requireBatch(store, id);
    return keep(services, batch, batch);
  }
  /** Stores what a person asked for, and looks whose turn it is then. */
  function change(before: Batch, after: Batch): Batch {
    const kept = keep(services, before, after);
    worker.wake(kept.id);
    return kept;
  }
  function turnTo(id: BatchId, state: 'running' | 'stopping', message: 'batch.continued' | 'batch.stopped') {
    const batch = current(id);
    if (batch.state === 'ended') throw nothingToDo(batch);
    if ((batch.state === 'running') === (state === 'running')) return batch;
    return store.transaction(() => {
      store.timeline.append({ kind: 'state', message, details: { name: batch.name } });
      return change(batch, { ...batch, state });
    });
  }

  return {
    async create(wanted: NewBatch): Promise<Batch> {
      const batch = await createBatch(services, wanted);
      worker.wake(batch.id);
      return batch;
    },
    setConcurrency(id: BatchId, concurrency: number): Batch {
      const batch = current(id);
      return change(batch, { ...batch, concurrency });
    },
    stop: (id: BatchId): Batch => turnTo(id, 'stopping', 'batch.stopped'),
    continue: (id: BatchId): Batch => turnTo(id, 'running', 'batch.continued'),
    /** That it was asked for is stored before anything is stopped, as of a deployment. */
    cancel(id: BatchId, only?: NodeId): Batch {
      const batch = current(id);
      const waiting = serversIn(batch, ['waiting'], only);
      const running = serversIn(batch, ['running'], only).flatMap(({ deploymentId }) => deploymentId ?? []);
      if (waiting.length + running.length === 0) throw nothingToDo(batch);
      store.transaction(() => {
        change(batch, withServers(batch, waiting, { state: 'cancelled', error: null }));
        for (const deployment of running) store.deployments.requestCancel(deployment, clock.now());
      });
      for (const deployment of running) deployer.cancel(deployment);
      return current(id);
    },
    /** Those that wait or run in another batch meanwhile stay as they are. */
    retry(id: BatchId, only?: NodeId): Batch {
      const batch = current(id);
      const ended = serversIn(batch, ['failed', 'cancelled', 'refused'], only);
      const chosen = ended.filter(({ nodeId }) => store.batches.holding(nodeId) === undefined);
      if (chosen.length > 0)
        return change(batch, withServers(batch, chosen, { state: 'waiting', error: null }));
      const [held] = ended;
      if (held === undefined) throw nothingToDo(batch);
      throw new CodedError('input.in_use', `${held.nodeName} is in another batch`, {
        what: held.nodeName,
        by: store.batches.holding(held.nodeId)?.name ?? '',
      });
    },
    /** After a start of the engine, when its deployments have been taken up again. */
    resumeAll(): void {
      for (const { id } of store.batches.open()) worker.wake(id);
    },
    /** The engine stops: nothing new begins. */
    stopAll: worker.stop,
  };
}

function nothingToDo({ name }: Batch): CodedError<'batch.nothing_to_do'> {
  return new CodedError('batch.nothing_to_do', 'no server of the batch is in a state for it', { name });
}
