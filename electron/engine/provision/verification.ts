import { BmcLinesClosed } from '#engine/inventory/bmc-lines.ts';
import type { CodedError } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { applyEvent, changeNode, requireNode } from './node-state.ts';
import type { ProvisionServices } from './services.ts';

/**
 * `enroll` → `available`: with a BMC when its credentials work, without one at once (a person's hand needs no proof).
 * Failure leads back to `enroll` with the reason on the node.
 */
export async function verify(
  services: ProvisionServices,
  id: NodeId,
  asCoded: (error: unknown) => CodedError,
): Promise<void> {
  const { store, clock, power } = services;
  const node = requireNode(store, id);
  if (node.provisionState !== 'verifying') applyEvent(store, id, 'manage', clock.now());
  try {
    if (node.bmc !== null) {
      const found = await power.verify(node);
      const now = store.nodes.find(id);
      if (now === undefined) return;
      changeNode(
        store,
        id,
        { powerState: found.powerState, bmc: now.bmc === null ? null : { ...now.bmc, ...found.bmc } },
        clock.now(),
      );
    }
    store.transaction(() => {
      applyEvent(store, id, 'done', clock.now(), { lastError: null });
      applyEvent(store, id, 'provide', clock.now());
    });
  } catch (error) {
    if (error instanceof BmcLinesClosed) return; // taken up again at the next start
    if (store.nodes.find(id)?.provisionState !== 'verifying') return;
    applyEvent(store, id, 'fail', clock.now(), { lastError: asCoded(error).toData() });
  }
}

/** Verifications that a killed engine left unfinished. */
export function resumeVerifications(
  services: ProvisionServices,
  asCoded: (error: unknown) => CodedError,
): void {
  for (const node of services.store.nodes.list()) {
    if (node.provisionState === 'verifying') void verify(services, node.id, asCoded);
  }
}
