import {
  networkProblems,
  type PlannedModel,
  type PlannedNetwork,
  planNetworkModel,
} from '#engine/identity/network/plan-network-model.ts';
import type { StoredRequest } from '#engine/store/deployments.ts';
import type { BootSubject } from '#engine/store/nodes.ts';
import type { Store } from '#engine/store/store.ts';
import {
  CodedError,
  type Network,
  type NetworkAssignment,
  type NetworkRequest,
  type Node,
  networkRequest,
} from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { type Ipv4, parseCidr, parseIpv4, subnetContains } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { matchNetworks, type NetworkMatch } from '#shared/placement/network-matching.ts';

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
  request: Pick<StoredRequest, 'networks' | 'imageId'>,
  assignments: readonly NetworkAssignment[],
): PlannedModel | undefined {
  const asked = networksOf(store, node, request);
  const known = store.networks.list();
  const filled = filledNetworks(asked, known);
  const domains = searchDomains(asked, known);
  if (assignments.length === 0) {
    // Where they go is another's refusal, or known in the ramdisk only; what is wrong with them is known already.
    const problems = networkProblems(filled, domains);
    return problems.length === 0 ? undefined : { ok: false, problems };
  }
  return planNetworkModel({
    networks: assignments.flatMap((assignment): PlannedNetwork[] => {
      const network = filled[assignment.request];
      const { portId, portgroupId, vlanId } = assignment;
      return network === undefined ? [] : [{ ...network, portId, portgroupId, vlanId }];
    }),
    ports: store.ports.ofNode(node.id),
    portgroups: store.portgroups.ofNode(node.id),
    provisioningMac: provisioningMac(store, node),
    searchDomains: domains,
    isForImage: store.images.find(request.imageId)?.kind !== 'installer',
  });
}

/**
 * An installed system whose default route is not on this network: a gateway that somebody gave, or the router of another
 * network by DHCP. What DHCP says here must not compete, and only we can keep it from that: cloud-init has no word for it in
 * what RHEL and Debian read.
 */
export function leadsElsewhere(
  store: Store,
  { deploymentId, attachedTo }: Pick<BootSubject, 'deploymentId' | 'attachedTo'>,
  here: NetworkId,
): boolean {
  if (attachedTo === undefined || deploymentId === null) return false;
  const { networks } = store.deployments.request(deploymentId);
  const filled = filledNetworks(networks, store.networks.list());
  if (filled.some(({ address }) => address.method === 'static' && address.gateway !== null)) return true;
  const byDhcp = networks.find((_, index) => filled[index]?.mayLeadOut);
  const out = byDhcp?.networkId ?? null;
  return out !== null && out !== here;
}

type FilledNetwork = Pick<PlannedNetwork, 'address' | 'routes' | 'mtu' | 'mayLeadOut'>;

/**
 * What the requests leave open comes from their networks. A gateway at most once, because a machine has one default route
 * and the others' are a matter of routes: where nobody typed one, that of the first network that has one, unless DHCP
 * before it says the way.
 */
function filledNetworks(asked: readonly NetworkRequest[], known: readonly Network[]): FilledNetwork[] {
  const networkOf = ({ networkId }: NetworkRequest) => known.find(({ id }) => id === networkId);
  const isTyped = asked.some(({ address }) => address.method === 'static' && address.gateway !== null);
  const leading = asked.find(request => {
    const network = networkOf(request);
    return saysWayOut(request, network) || knownGateway(request, network) !== null;
  });
  return asked.map(request => {
    const { address, routes } = request;
    const network = networkOf(request);
    const mtu = request.mtu ?? network?.mtu ?? null;
    if (address.method !== 'static')
      return { address, routes, mtu, mayLeadOut: saysWayOut(request, network) };
    const gateway = !isTyped && request === leading ? knownGateway(request, network) : address.gateway;
    const dns = address.dns.length > 0 ? address.dns : (network?.dns ?? []);
    return { address: { ...address, gateway, dns }, routes, mtu, mayLeadOut: false };
  });
}

/** By DHCP; where that is ours it has a router to tell. */
function saysWayOut({ address }: NetworkRequest, network: Network | undefined): boolean {
  const isMute = network?.dhcpMode === 'full' && network.gateway === null;
  return address.method === 'dhcp' && !isMute;
}

/** Of a fixed address that is one of the network's. */
function knownGateway({ address }: NetworkRequest, network: Network | undefined): Ipv4 | null {
  const subnet = parseCidr(network?.cidr ?? '');
  if (network === undefined || subnet === undefined || address.method !== 'static') return null;
  return subnetContains(subnet, address.address) ? network.gateway : null;
}

function searchDomains(requests: readonly NetworkRequest[], known: readonly Network[]): string[] {
  const domains = requests.flatMap(({ networkId }) => known.find(({ id }) => id === networkId)?.domain ?? []);
  return [...new Set(domains.filter(domain => domain !== ''))];
}

/**
 * The NIC through which the machine speaks to us: its ramdisk's session is bound to the address that we leased to it.
 * Before there is one, and after it is over, the NIC with the newest lease, else the first that may PXE-boot.
 */
export function provisioningMac(store: Store, node: Node): Mac | undefined {
  const ports = store.ports.ofNode(node.id).filter(port => port.pxeEnabled);
  const session = store.agentSessions.find(node.id);
  const spokeFrom =
    session === undefined || session.retired ? undefined : parseIpv4(session.clientAddress ?? '');
  const speaker = spokeFrom === undefined ? undefined : store.leases.holderOf(spokeFrom);
  if (ports.some(({ address }) => address === speaker?.mac)) return speaker?.mac;
  const newest = ports
    .map(port => ({ port, lease: store.leases.newestOf(port.address) }))
    .sort((a, b) => (b.lease?.expiresAtMs ?? 0) - (a.lease?.expiresAtMs ?? 0))[0];
  return newest?.port.address;
}
