import type { StoredRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type Network, type NetworkRequest, type Node } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { type Ipv4, parseCidr, subnetContains } from '#shared/model/ip.ts';

/**
 * Fixed addresses of a request that another server has: in what is deployed on it or being deployed or waits for that in a
 * batch, reserved for its NIC, or its BMC's. A server that is off or not installed yet answers no probe, so only the store
 * knows. A failed deployment has no address any more, unless it is to be tried again; whatever of it still runs is found by
 * the probe.
 */
export function addressesOfOthers(
  store: Store,
  node: Node,
  { networks }: Pick<StoredRequest, 'networks'>,
): CodedError<'deploy.address_in_use'>[] {
  return networks.flatMap(request => {
    if (request.address.method !== 'static') return [];
    const { address } = request.address;
    const server =
      bmcWith(store, address) ??
      reservedFor(store, node, request, address) ??
      deployedOn(store, node, request, address) ??
      waitedForBy(store, node, request, address);
    if (server === undefined) return [];
    return [new CodedError('deploy.address_in_use', `${address} is that of ${server}`, { address, server })];
  });
}

/** Also this server's own. */
function bmcWith(store: Store, address: Ipv4): string | undefined {
  const found = store.nodes.list().find(({ bmc }) => bmc?.address === address);
  return found === undefined ? undefined : `${found.name} (BMC)`;
}

function reservedFor(store: Store, node: Node, request: NetworkRequest, address: Ipv4): string | undefined {
  const port = store.ports.findByReservation(address);
  if (port === undefined || port.nodeId === node.id) return undefined;
  const wires = store.networks.list().filter(({ cidr }) => {
    const subnet = parseCidr(cidr);
    return subnet !== undefined && subnetContains(subnet, address);
  });
  const own = wireOf(store, request);
  if (wires.length > 0 && !wires.some(wire => mayBeOne(own, wire))) return undefined;
  return store.nodes.find(port.nodeId)?.name;
}

function deployedOn(store: Store, node: Node, request: NetworkRequest, address: Ipv4): string | undefined {
  const other = store.fixedAddresses.deployedOn(address).find(({ nodeId, deploymentId }) => {
    const state = store.deployments.find(deploymentId)?.state;
    const holds = state === 'running' || state === 'succeeded' || waitsAgain(store, deploymentId);
    if (nodeId === node.id || !holds) return false;
    return isAmong(store, store.deployments.request(deploymentId).networks, request, address);
  });
  return other === undefined ? undefined : store.nodes.find(other.nodeId)?.name;
}

/** It failed, and is to be tried again when its turn in a batch comes. */
function waitsAgain(store: Store, id: DeploymentId): boolean {
  const servers = store.batches.ofDeployment(id)?.servers ?? [];
  return servers.some(({ deploymentId, state }) => deploymentId === id && state === 'waiting');
}

function waitedForBy(store: Store, node: Node, request: NetworkRequest, address: Ipv4): string | undefined {
  const other = store.fixedAddresses.waitedForBy(address).find(({ nodeId, batchId }) => {
    const networks = store.batches.plan(batchId, nodeId)?.request.networks ?? [];
    return nodeId !== node.id && isAmong(store, networks, request, address);
  });
  return other === undefined ? undefined : store.nodes.find(other.nodeId)?.name;
}

/** The address is set by hand in one of these, on what may be the same wire. */
function isAmong(
  store: Store,
  networks: readonly NetworkRequest[],
  request: NetworkRequest,
  address: Ipv4,
): boolean {
  const own = wireOf(store, request);
  return networks.some(
    each =>
      each.address.method === 'static' &&
      each.address.address === address &&
      mayBeOne(own, wireOf(store, each)),
  );
}

export type Wire = Pick<Network, 'segmentationId' | 'physicalNetwork'>;

export function wireOf(store: Store, { networkId, segmentationId, physicalNetwork }: NetworkRequest): Wire {
  const network = networkId === null ? undefined : store.networks.find(networkId);
  return {
    segmentationId: segmentationId ?? network?.segmentationId ?? null,
    physicalNetwork: physicalNetwork || (network?.physicalNetwork ?? ''),
  };
}

/** Two networks may have the same addresses only where their VLAN or their switches are known to be others. */
export function mayBeOne(one: Wire, other: Wire): boolean {
  const areOtherVlans =
    one.segmentationId !== null &&
    other.segmentationId !== null &&
    one.segmentationId !== other.segmentationId;
  const areOtherSwitches =
    one.physicalNetwork !== '' &&
    other.physicalNetwork !== '' &&
    one.physicalNetwork !== other.physicalNetwork;
  return !areOtherVlans && !areOtherSwitches;
}
