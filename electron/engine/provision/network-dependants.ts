import type { Store } from '#engine/store/store.ts';
import type { Network, NetworkDependant } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { type Ipv4, parseCidr, subnetContains } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { awaitedBy, wantedBy } from './busy-nodes.ts';

/** Who would lose an address, or be on a network that is not there any more, if its addresses were others. */
export function dependantsOf(store: Store, network: Network, nowMs: number): NetworkDependant[] {
  const subnet = parseCidr(network.cidr);
  const isInside = (address: Ipv4) => subnet !== undefined && subnetContains(subnet, address);
  const nameOf = (id: NodeId) => store.nodes.find(id)?.name ?? '';
  const reserved = store.ports
    .list()
    .flatMap(({ nodeId, reservedAddress }) =>
      reservedAddress !== null && isInside(reservedAddress) ? [{ nodeId, address: reservedAddress }] : [],
    );
  const fixed = store.fixedAddresses.setByHand().filter(({ address }) => isInside(address));
  const attached = store.attachments.list().filter(({ networkId }) => networkId === network.id);
  return [
    ...liveLeases(store, network, nowMs),
    ...reserved.map(({ nodeId, address }) => ({
      kind: 'reservation' as const,
      name: nameOf(nodeId),
      address,
    })),
    ...fixed.map(({ nodeId, address }) => ({
      kind: 'fixed-address' as const,
      name: nameOf(nodeId),
      address,
    })),
    ...wantedBy(store, network).map(({ name }) => ({ kind: 'deployment' as const, name, address: '' })),
    ...awaitedBy(store, network).map(name => ({ kind: 'batch' as const, name, address: '' })),
    ...[...new Set(attached.map(({ nodeId }) => nodeId))].map(id => ({
      kind: 'installed' as const,
      name: nameOf(id),
      address: '',
    })),
  ];
}

/** Of leases that hold: who has the address. */
export function liveLeases(store: Store, { id }: Network, nowMs: number) {
  return store.leases
    .ofNetwork(id)
    .filter(({ expiresAtMs }) => expiresAtMs > nowMs)
    .map(({ address, mac, hostName }) => ({
      kind: 'lease' as const,
      name: holderName(store, mac) ?? (hostName || mac),
      address,
    }));
}

function holderName(store: Store, mac: Mac): string | undefined {
  const port = store.ports.findByAddress(mac);
  return port === undefined ? undefined : store.nodes.find(port.nodeId)?.name;
}
