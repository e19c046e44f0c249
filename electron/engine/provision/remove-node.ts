import { secretsOwner } from '#engine/inventory/nodes.ts';
import type { Store } from '#engine/store/store.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { deploymentSecrets } from './deployment-secrets.ts';

/** A server with all that is kept of it. Nothing may run on it. What is sealed names its owner and does not go by itself. */
export function removeNode(store: Store, id: NodeId): void {
  store.transaction(() => {
    for (const { id: deployment } of store.deployments.ofNode(id))
      store.secrets.remove(deploymentSecrets(deployment));
    store.nodes.remove(id);
    store.secrets.remove(secretsOwner(id));
  });
}
