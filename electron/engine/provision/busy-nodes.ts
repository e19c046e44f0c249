import type { Store } from '#engine/store/store.ts';
import { CodedError, type Network, type Node } from '#shared/contract/index.ts';

/** Servers that are being deployed or inspected: they need our address, our ports and what they download. */
function busyNodes(store: Store): Node[] {
  const deploying = new Set(store.deployments.running().map(({ nodeId }) => nodeId));
  return store.nodes
    .list()
    .filter(
      ({ id, provisionState }) =>
        deploying.has(id) || provisionState === 'inspecting' || provisionState === 'inspect wait',
    );
}

/** Throws `input.in_use` while any server needs the wires as they are. */
export function refuseWhileBusy(store: Store, what: string): void {
  const [busy] = busyNodes(store);
  if (busy !== undefined) throw inUse(what, busy);
}

/** Throws `input.in_use` while a server is at work on this network, or may yet turn up on it: one without a lease. */
export function refuseWhileUsed(store: Store, network: Network): void {
  const user = busyNodes(store).find(({ id }) => {
    const leases = store.ports.ofNode(id).flatMap(({ address }) => store.leases.newestOf(address) ?? []);
    return leases.length === 0 || leases.some(({ networkId }) => networkId === network.id);
  });
  if (user !== undefined) throw inUse(network.name, user);
}

function inUse(what: string, by: Node): CodedError<'input.in_use'> {
  return new CodedError('input.in_use', `${by.name} needs it`, { what, by: by.name });
}
