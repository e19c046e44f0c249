import { randomUUID } from 'node:crypto';
import { inBondOrder } from '#engine/identity/network/plan-network-model.ts';
import type { Attachment } from '#engine/store/attachments.ts';
import type { Store } from '#engine/store/store.ts';
import type { Network, NetworkAssignment, NetworkRequest } from '#shared/contract/index.ts';
import type { NetworkId, NodeId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { provisioningMac } from './network-plan.ts';
import { requireNode } from './node-state.ts';

/**
 * A machine leaves the provisioning network for its own: from here on DHCP answers its installed system only there
 * (`boot-policy.ts`), and the addresses that it had elsewhere are free. No switch is touched. Repeated with the same
 * requests it gives the same networks.
 */
export function moveToTenantNetworks(
  store: Store,
  nodeId: NodeId,
  requests: readonly NetworkRequest[],
  assignments: readonly NetworkAssignment[],
): Attachment[] {
  return store.transaction(() => {
    const attachments = assignments.flatMap(assignment => {
      const request = requests[assignment.request];
      const mac = macOf(store, nodeId, assignment);
      if (mac === undefined) return [];
      const { portId, portgroupId, vlanId } = assignment;
      const networkId =
        request === undefined ? null : (networkOf(store, request) ?? onlyNetwork(store, request, mac));
      return [{ id: randomUUID(), nodeId, networkId, portId, portgroupId, vlanId, mac }];
    });
    store.attachments.replaceForNode(nodeId, attachments);
    releaseLeases(store, nodeId, attachments);
    return attachments;
  });
}

/** A machine that is deployed anew, cleaned or given back has no networks of its own any more. */
export function backToProvisioning(store: Store, nodeId: NodeId): void {
  store.attachments.replaceForNode(nodeId, []);
}

/** The one that was named; else the only tenant network that has the VLAN and physical network asked for. */
export function networkOf(store: Store, request: NetworkRequest): NetworkId | null {
  const { networkId, segmentationId, physicalNetwork } = request;
  if (networkId !== null) return store.networks.find(networkId)?.id ?? null;
  if (segmentationId === null) return null;
  const fitting = store.networks
    .list()
    .filter(
      network =>
        network.segmentationId === segmentationId &&
        network.purposes.includes('tenant') &&
        (physicalNetwork === '' || network.physicalNetwork === physicalNetwork),
    );
  return fitting.length === 1 ? (fitting[0]?.id ?? null) : null;
}

/**
 * Where nothing was asked for and no network is for tenants, the one through which the machine was installed: anywhere else
 * nobody would ever answer it.
 */
function onlyNetwork(store: Store, { segmentationId }: NetworkRequest, mac: Mac): NetworkId | null {
  const known = store.networks.list();
  if (segmentationId !== null || known.some(({ purposes }) => purposes.includes('tenant'))) return null;
  const lease = store.leases.newestOf(mac);
  return known.find(({ id }) => id === lease?.networkId)?.id ?? null;
}

/** As the system is told it (`planNetworkModel`). */
function macOf(
  store: Store,
  nodeId: NodeId,
  { portId, portgroupId }: Pick<NetworkAssignment, 'portId' | 'portgroupId'>,
): Mac | undefined {
  const ports = store.ports.ofNode(nodeId);
  if (portgroupId === null) return ports.find(({ id }) => id === portId)?.address;
  const own = store.portgroups.find(portgroupId)?.address;
  const members = ports.filter(port => port.portgroupId === portgroupId);
  return own ?? inBondOrder(members, provisioningMac(store, requireNode(store, nodeId)))[0]?.address;
}

/** A lease stays where the same NIC goes on asking: the provisioning network may be among the machine's own. */
function releaseLeases(store: Store, nodeId: NodeId, attachments: readonly Attachment[]): void {
  const bonds = store.portgroups.ofNode(nodeId).flatMap(({ address }) => address ?? []);
  const macs = [...store.ports.ofNode(nodeId).map(({ address }) => address), ...bonds];
  for (const lease of macs.flatMap(mac => store.leases.ofMac(mac))) {
    const network = store.networks.find(lease.networkId as NetworkId);
    if (network !== undefined && isAmong(attachments, network)) continue;
    store.leases.remove(lease.networkId, lease.address);
  }
}

function isAmong(attachments: readonly Attachment[], { id, purposes }: Network): boolean {
  return attachments.some(
    ({ networkId }) => networkId === id || (networkId === null && purposes.includes('tenant')),
  );
}
