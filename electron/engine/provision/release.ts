import { BmcLinesClosed } from '#engine/inventory/bmc-lines.ts';
import type { CodedError, Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { deploymentSecrets } from './deployment-run.ts';
import { applyEvent } from './node-state.ts';
import type { ProvisionServices } from './services.ts';

/**
 * Gives a server back (`deleted`): switched off, and no longer sent to its disk by us. Its data stay: cleaning is a
 * step of its own. Throws `state.not_allowed` at once where it has no place; the promise never rejects.
 */
export function release(
  services: ProvisionServices,
  id: NodeId,
  asCoded: (error: unknown) => CodedError,
): Promise<void> {
  return giveBack(services, applyEvent(services.store, id, 'deleted', services.clock.now()), asCoded);
}

async function giveBack(
  { store, clock, power }: ProvisionServices,
  node: Node,
  asCoded: (error: unknown) => CodedError,
): Promise<void> {
  const { id } = node;
  try {
    if (node.bmc !== null) await power.control(node, 'off');
    if (node.deploymentId !== null) store.secrets.remove(deploymentSecrets(node.deploymentId));
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
    if (node.provisionState === 'deleting') void giveBack(services, node, asCoded);
  }
}
