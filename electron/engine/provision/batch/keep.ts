import type { Store } from '#engine/store/store.ts';
import { type Batch, CodedError } from '#shared/contract/index.ts';
import type { BatchId } from '#shared/model/ids.ts';
import type { ProvisionServices } from '../services.ts';
import { serversIn, settled } from './batch-state.ts';

export function requireBatch(store: Store, id: BatchId): Batch {
  const batch = store.batches.find(id);
  if (batch !== undefined) return batch;
  throw new CodedError('input.not_found', `no batch ${id}`, { what: 'batch', id });
}

/** Stores a batch that somebody changed, or whose deployments changed meanwhile, and tells when it has ended. */
export function keep(
  { store, clock }: Pick<ProvisionServices, 'store' | 'clock'>,
  before: Batch,
  wanted: Batch,
): Batch {
  const after = settled(wanted, store.batches.deployments(wanted.id), clock.now());
  if (after === before) return before;
  store.transaction(() => {
    store.batches.save(after);
    if (after.state !== 'ended' || before.state === 'ended') return;
    const count = (...states: Parameters<typeof serversIn>[1]) => serversIn(after, states, undefined).length;
    store.timeline.append({
      kind: 'state',
      message: 'batch.ended',
      details: {
        name: after.name,
        succeeded: count('succeeded'),
        failed: count('failed', 'refused'),
        cancelled: count('cancelled'),
      },
    });
  });
  return after;
}
