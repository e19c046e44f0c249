import { BmcLinesClosed } from '#engine/inventory/bmc-lines.ts';
import type { CodedError, Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { applyEvent, changeNode } from './node-state.ts';
import type { ProvisionServices } from './services.ts';

/**
 * `enroll` → `available`: with a BMC when its credentials work, without one at once (a person's hand needs no proof).
 * Failure leads back to `enroll` with the reason on the node. Throws `state.not_allowed` at once where it has no place;
 * the promise never rejects.
 */
export function verify(
  services: ProvisionServices,
  id: NodeId,
  asCoded: (error: unknown) => CodedError,
): Promise<void> {
  return verifyOrFail(services, applyEvent(services.store, id, 'manage', services.clock.now()), asCoded);
}

async function verifyOrFail(
  { store, clock, power }: ProvisionServices,
  node: Node,
  asCoded: (error: unknown) => CodedError,
): Promise<void> {
  const { id } = node;
  try {
    if (node.bmc !== null) {
      const { powerState, bmc } = await power.verify(node);
      const now = store.nodes.find(id);
      if (now === undefined) return;
      const found = now.bmc === null ? null : { ...now.bmc, ...bmc };
      changeNode(store, id, { powerState, bmc: found }, clock.now());
      if (found !== null) {
        const { manufacturer, firmware, cipherSuite } = found;
        const details = { manufacturer, firmware, cipherSuite };
        store.timeline.append({ kind: 'bmc', nodeId: id, message: 'bmc.verified', details });
      }
    }
    store.transaction(() => {
      applyEvent(store, id, 'done', clock.now(), { lastError: null });
      applyEvent(store, id, 'provide', clock.now());
    });
  } catch (error) {
    if (error instanceof BmcLinesClosed) return; // taken up again at the next start
    if (store.nodes.find(id)?.provisionState !== 'verifying') return;
    const coded = asCoded(error);
    const details = { code: coded.code, text: coded.message };
    store.timeline.append({ kind: 'bmc', nodeId: id, message: 'bmc.failed', details });
    applyEvent(store, id, 'fail', clock.now(), { lastError: coded.toData() });
  }
}

/** Verifications that a killed engine left unfinished. */
export function resumeVerifications(
  services: ProvisionServices,
  asCoded: (error: unknown) => CodedError,
): void {
  for (const node of services.store.nodes.list()) {
    if (node.provisionState === 'verifying') void verifyOrFail(services, node, asCoded);
  }
}
