import type { NetworkAssignment, NetworkRequest, Port, Portgroup } from '#shared/contract/index.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { IdentityProblem } from '../problem.ts';
import { checkBondOptions, checkForImage, type RejectOption, takesMemberMac } from './bond-options.ts';
import type { BondLink, Link, LinkAddressing, NetworkModel, NicLink, Route, VlanLink } from './model.ts';
import {
  checkAcross,
  checkAddressing,
  checkRoutes,
  checkSearchDomains,
  type Reject,
} from './network-checks.ts';

/** One network with the NIC or bond that was chosen for it. */
export interface PlannedNetwork
  extends Pick<NetworkRequest, 'address' | 'routes' | 'mtu'>,
    Pick<NetworkAssignment, 'portId' | 'portgroupId' | 'vlanId'> {
  /** By DHCP that may name a router; by default each does. */
  readonly mayLeadOut?: boolean;
}

export interface NetworkPlan {
  /** In the order of the request: problems name them as `networks[0].address`. */
  readonly networks: readonly PlannedNetwork[];
  /** All that the machine has: a bond's members are found among them. */
  readonly ports: readonly Port[];
  readonly portgroups: readonly Portgroup[];
  /** The NIC through which the machine is installed: it or its bond comes first, and it first in its bond. */
  readonly provisioningMac?: Mac | undefined;
  readonly searchDomains?: readonly string[] | undefined;
  /** The system comes from an image: cloud-init makes its files, and not all that installers can be given. */
  readonly isForImage?: boolean | undefined;
}

export type PlannedModel =
  | { readonly ok: true; readonly network: NetworkModel }
  | { readonly ok: false; readonly problems: readonly IdentityProblem[] };

/** What is wrong with networks wherever they go: addresses, routes, gateways, domains. */
export function networkProblems(
  asked: readonly Pick<NetworkRequest, 'address' | 'routes'>[],
  searchDomains: readonly string[],
): readonly IdentityProblem[] {
  const problems: IdentityProblem[] = [];
  const reject = rejectInto(problems);
  const addressings = asked.map((network, index) => {
    const field = `networks[${index}]`;
    const addressing = checkAddressing(network.address, field, reject);
    checkRoutes(network.routes, addressing, field, reject);
    return addressing;
  });
  checkAcross(addressings, reject);
  checkSearchDomains(searchDomains, reject);
  return problems;
}

function rejectInto(problems: IdentityProblem[]): Reject {
  return (field, code, values, reason) => {
    problems.push({ field, code, values, reason });
  };
}

/** The model of these networks, or everything that is wrong with them, each with its field. */
export function planNetworkModel(plan: NetworkPlan): PlannedModel {
  const problems: IdentityProblem[] = [];
  const reject = rejectInto(problems);
  const networks = plan.networks.map((network, index) => checkNetwork(network, `networks[${index}]`, reject));
  checkAcross(
    networks.map(({ addressing }) => addressing),
    reject,
  );
  const searchDomains = checkSearchDomains(plan.searchDomains ?? [], reject);
  const trunks = trunksOf(plan, networks, reject);
  const links = linksOf(trunks, plan.isForImage ?? false, reject);
  if (problems.length > 0) return { ok: false, problems };
  const dns = plan.networks.flatMap(({ address }) => (address.method === 'static' ? address.dns : []));
  return {
    ok: true,
    network: {
      links,
      leadsOut: leadsOut(networks, links),
      dnsServers: [...new Set(dns)],
      searchDomains,
    },
  };
}

/** The gateway that somebody gave; without one, what the first network by DHCP says. */
function leadsOut(networks: readonly CheckedNetwork[], links: readonly Link[]): string | null {
  const way =
    networks.find(({ addressing }) => addressing.method === 'static' && addressing.gateway !== null) ??
    networks.find(({ addressing, mayLeadOut }) => addressing.method === 'dhcp' && mayLeadOut) ??
    networks.find(({ addressing }) => addressing.method === 'dhcp');
  return links.find(({ addressing }) => addressing === way?.addressing)?.name ?? null;
}

interface CheckedNetwork extends Pick<PlannedNetwork, 'portId' | 'portgroupId' | 'vlanId' | 'mtu'> {
  readonly mayLeadOut: boolean;
  readonly field: string;
  readonly addressing: LinkAddressing;
  readonly routes: readonly Route[];
}

function checkNetwork(network: PlannedNetwork, field: string, reject: Reject): CheckedNetwork {
  const { portId, portgroupId, vlanId, mtu, mayLeadOut = true } = network;
  const addressing = checkAddressing(network.address, field, reject);
  const routes = checkRoutes(network.routes, addressing, field, reject);
  return { field, portId, portgroupId, vlanId, mtu, mayLeadOut, addressing, routes };
}

/** A NIC or bond with all the networks on it. */
interface Trunk {
  readonly portgroup: Portgroup | undefined;
  /** The NIC, or the bond's members. */
  readonly ports: readonly [Port, ...Port[]];
  readonly networks: readonly [CheckedNetwork, ...CheckedNetwork[]];
}

function trunksOf(plan: NetworkPlan, networks: readonly CheckedNetwork[], reject: Reject): Trunk[] {
  const trunks: Trunk[] = [];
  for (const network of networks) {
    const place = placeOf(plan, network, reject);
    if (place === undefined) continue;
    const known = trunks.findIndex(trunk => trunk.ports[0].id === place.ports[0].id);
    const trunk = trunks[known];
    if (trunk === undefined) trunks.push({ ...place, networks: [network] });
    else trunks[known] = { ...trunk, networks: [...trunk.networks, network] };
  }
  const rank = ({ ports }: Trunk) => (ports.some(({ address }) => address === plan.provisioningMac) ? 0 : 1);
  return trunks.toSorted((a, b) => rank(a) - rank(b));
}

function placeOf(
  { ports, portgroups, provisioningMac }: NetworkPlan,
  { portId, portgroupId, field }: CheckedNetwork,
  reject: Reject,
): Pick<Trunk, 'portgroup' | 'ports'> | undefined {
  const portgroup = portgroups.find(({ id }) => id === portgroupId);
  const [first, ...others] = inBondOrder(
    ports.filter(port => (portgroupId === null ? port.id === portId : port.portgroupId === portgroupId)),
    provisioningMac,
  );
  const place = `${field}.place`;
  if (portgroupId !== null && portgroup !== undefined && first === undefined)
    reject(place, 'network.bond_without_members', {}, 'the bond has no NIC');
  else if (first === undefined || (portgroupId !== null && portgroup === undefined))
    reject(place, 'network.no_place', {}, 'there is no such NIC or bond');
  else if (portgroupId === null && first.portgroupId !== null) {
    const reason = `${first.address} is a member of a bond and carries nothing itself`;
    reject(place, 'network.member_of_bond', { found: first.address }, reason);
  } else return { portgroup, ports: [first, ...others] };
  return undefined;
}

/**
 * A bond without a MAC of its own has its first member's (bonding.rst, "MAC address"): that of the NIC through which the
 * machine was installed, so that DHCP sees one address before and after.
 */
export function inBondOrder(members: readonly Port[], provisioningMac: Mac | undefined): readonly Port[] {
  const rank = ({ address }: Port) => (address === provisioningMac ? 0 : 1);
  return members.toSorted((a, b) => rank(a) - rank(b));
}

const nothing: LinkAddressing = { method: 'none' };

function linksOf(trunks: readonly Trunk[], isForImage: boolean, reject: Reject): Link[] {
  const ports = trunks.flatMap(trunk => trunk.ports);
  const bonded = trunks.filter(({ portgroup }) => portgroup !== undefined);
  const links = trunks.flatMap((trunk): Link[] => {
    const { portgroup, networks } = trunk;
    checkTags(networks, reject);
    const mtu = trunkMtu(networks);
    const untagged = networks.find(({ vlanId }) => vlanId === null);
    const carried = { mtu, addressing: untagged?.addressing ?? nothing, routes: untagged?.routes ?? [] };
    const nics = trunk.ports.map(
      (port): NicLink => ({
        kind: 'nic',
        name: `nic${ports.indexOf(port)}`,
        mac: port.address,
        ...(portgroup === undefined ? carried : { mtu, addressing: nothing, routes: [] }),
      }),
    );
    if (portgroup === undefined)
      return nics.flatMap(nic => [nic, ...networks.flatMap(network => vlanOver(nic, network))]);
    const name = `bond${bonded.indexOf(trunk)}`;
    const rejectBond: RejectOption = (code, values, reason) =>
      reject(
        `${networks[0].field}.place`,
        code,
        { bond: portgroup.name, ...values },
        `${portgroup.name}: ${reason}`,
      );
    const made = bondOf(portgroup, trunk, nics, rejectBond);
    if (isForImage) checkForImage(made.options, rejectBond);
    const bond = { name, ...carried, ...made };
    return [...nics, bond, ...networks.flatMap(network => vlanOver(bond, network))];
  });
  const rank: Record<Link['kind'], number> = { nic: 0, bond: 1, vlan: 2 };
  return links.toSorted((a, b) => rank[a.kind] - rank[b.kind]);
}

function checkTags(networks: readonly CheckedNetwork[], reject: Reject): void {
  for (const [index, { vlanId, field }] of networks.entries()) {
    if (networks.findIndex(other => other.vlanId === vlanId) === index) continue;
    const place = `${field}.place`;
    if (vlanId === null)
      reject(place, 'network.second_untagged', {}, 'another untagged network is on the same NIC or bond');
    else reject(place, 'network.same_vlan_twice', { vlanId }, `VLAN ${vlanId} is there twice`);
  }
}

/**
 * A VLAN's frames must fit into the NIC or bond below: the kernel refuses a larger MTU on top. One of which nobody said
 * anything wants the default.
 */
function trunkMtu(networks: readonly CheckedNetwork[]): number | null {
  const untagged = networks.find(({ vlanId }) => vlanId === null)?.mtu ?? null;
  const tagged = networks.flatMap(({ vlanId, mtu }) => (vlanId === null ? [] : [mtu ?? defaultMtu]));
  const needed = Math.max(0, ...tagged);
  return needed > (untagged ?? defaultMtu) ? needed : untagged;
}

const defaultMtu = 1500;

function vlanOver(below: NicLink | BondLink, network: CheckedNetwork): VlanLink[] {
  const { vlanId, addressing, routes } = network;
  if (vlanId === null) return [];
  // A new VLAN takes over the MTU below it, so the default must be said where that is larger.
  const mtu = network.mtu ?? ((below.mtu ?? defaultMtu) > defaultMtu ? defaultMtu : null);
  const name = `${below.name}.${vlanId}`;
  return [{ kind: 'vlan', name, over: below.name, vlanId, mac: below.mac, mtu, addressing, routes }];
}

function bondOf(
  portgroup: Portgroup,
  { ports }: Trunk,
  nics: readonly NicLink[],
  reject: RejectOption,
): Pick<BondLink, 'kind' | 'mac' | 'members' | 'mode' | 'options'> {
  const members = nics.map((nic, index) => ({
    link: nic.name,
    knownAs: [nic.mac, ports[index]?.name.toLowerCase() ?? ''].filter(name => name !== ''),
  }));
  const options = checkBondOptions(portgroup.mode, portgroup.properties, members, reject);
  const { address, mode } = portgroup;
  if (address !== null && takesMemberMac(options))
    reject(
      'bond.mac_of_member',
      { option: 'fail_over_mac', found: address },
      "fail_over_mac gives the bond its member's MAC; it can have none of its own",
    );
  return {
    kind: 'bond',
    mac: address ?? ports[0].address,
    members: nics.map(({ name }) => name),
    mode,
    options,
  };
}
