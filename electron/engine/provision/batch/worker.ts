import type { BatchId, DeploymentId } from '#shared/model/ids.ts';
import { nextOf } from './batch-state.ts';
import { type BatchParts, beginServer } from './begin-server.ts';
import { keep } from './keep.ts';
import { nextTurn } from './next-turn.ts';

/** What happened could not be stored (a full disk): it is looked at again after this. */
const storeAgainMs = 5000;

/**
 * Looks at each batch that there is a reason to look at, one server a turn of the event loop: a review and the start of a
 * deployment take a while, and packets wait meanwhile.
 */
export function createWorker(parts: BatchParts) {
  const { store, clock } = parts.services;
  const stopped = new AbortController();
  const { signal } = stopped;
  const due = new Set<BatchId>();
  const changed = new Set<DeploymentId>();
  const knownToRun = new Set<DeploymentId>();
  let isAtWork = false;

  function look(): void {
    for (const id of changed) {
      const batch = store.batches.ofDeployment(id);
      changed.delete(id);
      if (batch !== undefined) due.add(batch.id);
    }
    const [id] = due;
    if (id === undefined) return;
    // To the end of the queue, so that two batches go on side by side, and one with a fault holds up no other.
    due.delete(id);
    due.add(id);
    if (!advance(parts, id)) due.delete(id);
  }

  /** Never within the change that was the reason: that may be in the middle of a step. Never rejects. */
  async function work(): Promise<void> {
    await nextTurn();
    while (!signal.aborted && due.size + changed.size > 0) {
      try {
        look();
      } catch (error) {
        parts.asCoded(error); // which logs what nobody expected
        await clock.sleep(storeAgainMs, signal).catch(() => undefined); // stopped: the loop ends
      }
      await nextTurn();
    }
    isAtWork = false;
  }

  function start(): void {
    if (isAtWork) return;
    isAtWork = true;
    void work();
  }

  // Of the many changes of a deployment only those of its state are a reason.
  const unsubscribe = store.changes.subscribe(patch => {
    if (patch.op !== 'put' || patch.table !== 'deployments') return;
    const { id, state } = patch.row;
    if (state === 'running' && knownToRun.has(id)) return;
    if (state === 'running') knownToRun.add(id);
    else knownToRun.delete(id);
    changed.add(id);
    start();
  });
  return {
    wake(id: BatchId): void {
      due.add(id);
      start();
    },
    stop(): void {
      unsubscribe();
      stopped.abort();
    },
  };
}

/** False when there is nothing more to begin. */
function advance(parts: BatchParts, id: BatchId): boolean {
  const found = parts.services.store.batches.find(id);
  if (found === undefined) return false;
  const batch = keep(parts.services, found, found);
  const next = nextOf(batch);
  if (next === undefined) return false;
  beginServer(parts, batch, next);
  return true;
}
