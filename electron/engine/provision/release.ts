import { BmcLinesClosed } from '#engine/inventory/bmc-lines.ts';
import type { CodedError } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { applyEvent, requireNode } from './node-state.ts';
import type { ProvisionServices } from './services.ts';

/**
 * Gives a server back (`deleted`): switched off, and no longer sent to its disk by us. Its data stay: cleaning is a
 * step of its own.
 */
export async function release(
  services: ProvisionServices,
  id: NodeId,
  asCoded: (error: unknown) => CodedError,
): Promise<void> {
  const { store, clock, power } = services;
  const already = requireNode(store, id).provisionState === 'deleting';
  const node = already ? requireNode(store, id) : applyEvent(store, id, 'deleted', clock.now());
  try {
    if (node.bmc !== null) await power.control(node, 'off');
    applyEvent(store, id, 'done', clock.now(), {
      bootTarget: 'nothing',
      lastError: null,
      deploymentId: null,
      ...(node.bmc === null ? {} : { powerState: 'power off' }),
    });
  } catch (error) {
    if (error instanceof BmcLinesClosed) return; // taken up again at the next start
    if (store.nodes.find(id)?.provisionState !== 'deleting') return;
    applyEvent(store, id, 'fail', clock.now(), { lastError: asCoded(error).toData() });
  }
}

export function resumeReleases(services: ProvisionServices, asCoded: (error: unknown) => CodedError): void {
  for (const node of services.store.nodes.list()) {
    if (node.provisionState === 'deleting') void release(services, node.id, asCoded);
  }
}
