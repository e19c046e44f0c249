import {
  type PlannedModel,
  type PlannedNetwork,
  planNetworkModel,
} from '#engine/identity/network/plan-network-model.ts';
import { matchNetworks, type NetworkMatch } from '#engine/inventory/network-matching.ts';
import type { StoredRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import {
  type AddressChoice,
  CodedError,
  type Network,
  type NetworkAssignment,
  type NetworkRequest,
  type Node,
  networkRequest,
} from '#shared/contract/index.ts';
import { parseCidr, parseIpv4, subnetContains } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';

/**
 * The networks that were asked for. Without any: DHCP on the NIC through which the machine is installed, or nothing
 * where not even that is known. Throws `input.not_found` where one was named that is gone: without its VLAN and gateway
 * the machine would be on another one.
 */
export function networksOf(
  store: Store,
  node: Node,
  request: Pick<StoredRequest, 'networks'>,
): readonly NetworkRequest[] {
  for (const { networkId: id } of request.networks) {
    if (id !== null && store.networks.find(id) === undefined)
      throw new CodedError('input.not_found', 'the network is gone', { what: 'network', id });
  }
  if (request.networks.length > 0) return request.networks;
  const isKnown = provisioningMac(store, node) !== undefined;
  return isKnown ? [networkRequest.parse({ place: { by: 'provisioning' } })] : [];
}

/** Which of them goes to which NIC, by what is known of the machine now. */
export function matchRequest(
  store: Store,
  node: Node,
  request: Pick<StoredRequest, 'networks'>,
): NetworkMatch {
  return matchNetworks(
    networksOf(store, node, request),
    {
      ports: store.ports.ofNode(node.id),
      portgroups: store.portgroups.ofNode(node.id),
      nics: node.inventory?.nics ?? null,
      provisioningMac: provisioningMac(store, node) ?? null,
    },
    store.networks.list(),
  );
}

/** The first thing that is wrong with a match, with all candidates and what speaks for and against each. */
export function matchError(match: Extract<NetworkMatch, { ok: false }>): CodedError<'deploy.no_nic'> {
  const [problem] = match.problems;
  const code = problem?.code ?? 'none';
  return new CodedError('deploy.no_nic', `network ${(problem?.request ?? 0) + 1}: ${code}`, {
    request: problem?.request ?? 0,
    why: code,
    candidates: (problem?.candidates ?? []).map(candidate => ({
      ...candidate,
      reasons: [...candidate.reasons],
    })),
  });
}

/** The machine's networks as its system shall set them up. Undefined: as the system does by itself. */
export function networkModelOf(
  store: Store,
  node: Node,
  request: Pick<StoredRequest, 'networks'>,
  assignments: readonly NetworkAssignment[],
): PlannedModel | undefined {
  const requests = networksOf(store, node, request);
  const known = store.networks.list();
  const planned = assignments.flatMap((assignment): PlannedNetwork[] => {
    const wanted = requests[assignment.request];
    const { portId, portgroupId } = assignment;
    if (wanted === undefined) return [];
    const network = known.find(({ id }) => id === wanted.networkId);
    const filled = {
      address: filledAddress(wanted.address, network, assignment.request === 0),
      routes: wanted.routes,
      mtu: wanted.mtu ?? network?.mtu ?? null,
      vlanId: assignment.vlanId,
    };
    return [{ ...filled, portId, portgroupId }];
  });
  if (planned.length === 0) return undefined;
  return planNetworkModel({
    networks: planned,
    ports: store.ports.ofNode(node.id),
    portgroups: store.portgroups.ofNode(node.id),
    provisioningMac: provisioningMac(store, node),
    searchDomains: searchDomains(requests, known),
  });
}

/**
 * What an address leaves open comes from its network. A gateway only for the first network: a machine has one default
 * route, and the others' are a matter of routes.
 */
function filledAddress(
  address: AddressChoice,
  network: Network | undefined,
  isFirst: boolean,
): AddressChoice {
  if (address.method !== 'static' || network === undefined) return address;
  const subnet = parseCidr(network.cidr);
  const isInside = subnet !== undefined && subnetContains(subnet, address.address);
  const gateway = isFirst && isInside ? network.gateway : null;
  return {
    ...address,
    gateway: address.gateway ?? gateway,
    dns: address.dns.length > 0 ? address.dns : network.dns,
  };
}

function searchDomains(requests: readonly NetworkRequest[], known: readonly Network[]): string[] {
  const domains = requests.flatMap(({ networkId }) => known.find(({ id }) => id === networkId)?.domain ?? []);
  return [...new Set(domains.filter(domain => domain !== ''))];
}

/**
 * The NIC through which the machine speaks to us: its ramdisk's session is bound to the address that we leased to it.
 * Before there is one, the NIC with the newest lease, else the first that may PXE-boot.
 */
export function provisioningMac(store: Store, node: Node): Mac | undefined {
  const ports = store.ports.ofNode(node.id).filter(port => port.pxeEnabled);
  const spokeFrom = parseIpv4(store.agentSessions.find(node.id)?.clientAddress ?? '');
  const speaker = spokeFrom === undefined ? undefined : store.leases.holderOf(spokeFrom);
  if (ports.some(({ address }) => address === speaker?.mac)) return speaker?.mac;
  const newest = ports
    .map(port => ({ port, lease: store.leases.newestOf(port.address) }))
    .sort((a, b) => (b.lease?.expiresAtMs ?? 0) - (a.lease?.expiresAtMs ?? 0))[0];
  return newest?.port.address;
}
