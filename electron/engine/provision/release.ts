import { BmcLinesClosed } from '#engine/inventory/bmc-lines.ts';
import type { Store } from '#engine/store/store.ts';
import type { CodedError, Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { backToProvisioning } from './attachments.ts';
import { deploymentSecrets } from './deployment-secrets.ts';
import { applyEvent } from './node-state.ts';
import type { WantedCleaning } from './reviewed-disks.ts';
import type { ProvisionServices } from './services.ts';

/** What a release erases where that is wanted of this server or of all. */
export function erasureOnRelease(store: Store, { id, cleanOnRelease }: Node): WantedCleaning | undefined {
  const { cleanOnRelease: usually, cleanMethod: method } = store.settings.get();
  return (cleanOnRelease ?? usually) ? { nodeId: id, method, disks: null, diskRules: [] } : undefined;
}

export interface ReleaseParts {
  readonly asCoded: (error: unknown) => CodedError;
  readonly clean: (request: WantedCleaning) => void;
}

/**
 * Gives a server back (`deleted`): switched off, and no longer sent to its disk by us; its disks are erased where that
 * is wanted of this server or of all, but for what the profile of its system left alone. Throws `state.not_allowed` at once where it has no place; the promise never rejects.
 */
export function release(services: ProvisionServices, id: NodeId, parts: ReleaseParts): Promise<void> {
  return giveBack(services, applyEvent(services.store, id, 'deleted', services.clock.now()), parts);
}

async function giveBack(
  { store, clock, power }: ProvisionServices,
  node: Node,
  { asCoded, clean }: ReleaseParts,
): Promise<void> {
  const { id } = node;
  try {
    if (node.bmc !== null) await power.control(node, 'off');
    backToProvisioning(store, id);
    if (node.deploymentId !== null) store.secrets.remove(deploymentSecrets(node.deploymentId));
    const erasure = erasureOnRelease(store, node);
    if (erasure !== undefined) {
      clean(erasure);
      return;
    }
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

export function resumeReleases(services: ProvisionServices, parts: ReleaseParts): void {
  for (const node of services.store.nodes.list()) {
    if (node.provisionState === 'deleting') void giveBack(services, node, parts);
  }
}
