import type { Store } from '#engine/store/store.ts';
import { CodedError, type Network, type Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { networkOf } from './attachments.ts';

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

/** Throws `input.in_use` while this server is at work: its ramdisk is known by its NICs, and its system is made for them. */
export function refuseWhileAtWork(store: Store, id: NodeId, what: string): void {
  const busy = busyNodes(store).find(node => node.id === id);
  if (busy !== undefined) throw inUse(what, busy);
}

/**
 * Throws `input.in_use` while a server is at work on this network or is to be on it, or may yet turn up on it: one without
 * a lease that holds.
 */
export function refuseWhileUsed(store: Store, network: Network, nowMs: number): void {
  refuseWhileWanted(store, network);
  const user = busyNodes(store).find(({ id }) => {
    const leases = store.ports
      .ofNode(id)
      .flatMap(({ address }) => store.leases.ofMac(address))
      .filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    return leases.length === 0 || leases.some(({ networkId }) => networkId === network.id);
  });
  if (user !== undefined) throw inUse(network.name, user);
}

/** Throws `input.in_use` while a system is made for this network: what it is told of it must stay the same to the end. */
export function refuseWhileWanted(store: Store, network: Network): void {
  const [user] = wantedBy(store, network);
  if (user !== undefined) throw inUse(network.name, user);
}

/** Servers whose running deployment names this network. */
export function wantedBy(store: Store, network: Network): Node[] {
  return store.deployments
    .running()
    .filter(({ kind }) => kind !== 'cleaning' && kind !== 'rescue')
    .filter(({ id }) =>
      store.deployments.request(id).networks.some(request => networkOf(store, request) === network.id),
    )
    .flatMap(({ nodeId }) => store.nodes.find(nodeId) ?? []);
}

/** Throws `input.in_use` while a batch waits to install servers for this network, as it was when a person reviewed it. */
export function refuseWhileAwaited(store: Store, network: Network): void {
  const [batch] = awaitedBy(store, network);
  if (batch !== undefined) throw inUse(network.name, { name: batch });
}

/** Batches in which a server waits whose request names this network. */
export function awaitedBy(store: Store, network: Network): string[] {
  const names = store.batches
    .waiting()
    .filter(({ request }) => request.networks.some(one => networkOf(store, one) === network.id))
    .map(({ batch }) => batch.name);
  return [...new Set(names)];
}

function inUse(what: string, by: Pick<Node, 'name'>): CodedError<'input.in_use'> {
  return new CodedError('input.in_use', `${by.name} needs it`, { what, by: by.name });
}
