import { stringify } from 'yaml';
import { assertNever } from '#shared/model/assert-never.ts';
import { cidrText } from '#shared/model/ip.ts';
import type { BondLink, Link, NetworkModel, Route } from './model.ts';
import { isAside, resolverLink } from './model-relations.ts';
import type { RenderedNetwork } from './rendered-network.ts';

/** netplan's YAML (netplan.io, version 2) in the words of its first releases, which all later ones still take. */
export function renderNetplan(model: NetworkModel): RenderedNetwork {
  // netplan since 0.106.1 complains about a file that others can read.
  return {
    files: [{ path: 'etc/netplan/50-rackside.yaml', text: yaml({ network: network(model) }), mode: 0o600 }],
    settings: [],
  };
}

/**
 * The same without the outer key: NoCloud's network-config in version 2. Where cloud-init renders something else than
 * netplan from it, the keys become interface names, and only `set-name` gives the NICs these names.
 * There it stops at bond parameters that it does not know (`NET_CONFIG_TO_V2`: ARP targets, IGMP, packets per member …).
 */
export function networkConfig(model: NetworkModel): string {
  const { ethernets, ...others } = network(model);
  const named = Object.entries(ethernets).map(([name, nic]) => [name, { ...nic, 'set-name': name }]);
  return yaml({ ...others, ethernets: Object.fromEntries(named) });
}

/** Readers speak YAML 1.1, in which a plain 52:54:00:12:34:56 is a number in base 60. */
function yaml(value: object): string {
  return stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

interface NetplanNetwork {
  readonly version: 2;
  /** By name. There is no model without a NIC. */
  readonly ethernets: Readonly<Record<string, object>>;
  readonly bonds?: Readonly<Record<string, object>>;
  readonly vlans?: Readonly<Record<string, object>>;
}

function network(model: NetworkModel): NetplanNetwork {
  const resolver = resolverLink(model);
  const section = (kind: Link['kind']): Readonly<Record<string, object>> =>
    Object.fromEntries(
      model.links
        .filter(link => link.kind === kind)
        .map(link => [
          link.name,
          { ...device(link), ...carried(model, link), ...(link === resolver ? nameservers(model) : {}) },
        ]),
    );
  const [bonds, vlans] = [section('bond'), section('vlan')];
  return {
    version: 2,
    ethernets: section('nic'),
    ...(Object.keys(bonds).length === 0 ? {} : { bonds }),
    ...(Object.keys(vlans).length === 0 ? {} : { vlans }),
  };
}

function device(link: Link): object {
  switch (link.kind) {
    case 'nic':
      return { match: { macaddress: link.mac } };
    case 'bond':
      return { interfaces: link.members, macaddress: link.mac, parameters: parameters(link) };
    case 'vlan':
      return { id: link.vlanId, link: link.over };
    default:
      return assertNever(link);
  }
}

/** The kernel's names in netplan's words. `slave` is `member` since 0.106, and the old word still works. */
const parameterNames: Readonly<Record<string, string>> = {
  miimon: 'mii-monitor-interval',
  updelay: 'up-delay',
  downdelay: 'down-delay',
  arp_interval: 'arp-interval',
  arp_ip_target: 'arp-ip-targets',
  arp_validate: 'arp-validate',
  arp_all_targets: 'arp-all-targets',
  primary: 'primary',
  primary_reselect: 'primary-reselect-policy',
  fail_over_mac: 'fail-over-mac-policy',
  num_grat_arp: 'gratuitous-arp',
  xmit_hash_policy: 'transmit-hash-policy',
  lacp_rate: 'lacp-rate',
  ad_select: 'ad-select',
  min_links: 'min-links',
  all_slaves_active: 'all-slaves-active',
  resend_igmp: 'resend-igmp',
  packets_per_slave: 'packets-per-slave',
  lp_interval: 'learn-packet-interval',
};

function parameters({ mode, options }: BondLink): object {
  const known = Object.entries(options).flatMap(([name, value]) => {
    const word = parameterNames[name];
    return word === undefined ? [] : [[word, parameterValue(name, value)]];
  });
  return { mode, ...Object.fromEntries(known) };
}

function parameterValue(name: string, value: string): unknown {
  if (name === 'arp_ip_target') return value.split(',');
  if (name === 'all_slaves_active') return value === '1';
  return /^\d+$/.test(value) ? Number(value) : value;
}

function carried(model: NetworkModel, link: Link): object {
  const { mtu, addressing, routes } = link;
  const ways = [
    ...(addressing.method === 'static' && addressing.gateway !== null
      ? [{ to: '0.0.0.0/0', via: addressing.gateway }] // `default` only since 0.103
      : []),
    ...routes.map(({ destination, via }: Route) => ({ to: cidrText(destination), via })),
  ];
  return {
    ...(mtu === null ? {} : { mtu }),
    ...(addressing.method === 'dhcp' ? { dhcp4: true } : {}),
    // Behind networkd's own 100. Its other routes stay, unlike with `use-routes: false`.
    ...(isAside(model, link) ? { 'dhcp4-overrides': { 'route-metric': 200 } } : {}),
    ...(addressing.method === 'static'
      ? { addresses: [`${addressing.address}/${addressing.subnet.prefixLength}`] }
      : {}),
    ...(ways.length === 0 ? {} : { routes: ways }),
  };
}

function nameservers({ dnsServers, searchDomains }: NetworkModel): object {
  if (dnsServers.length === 0 && searchDomains.length === 0) return {};
  return {
    nameservers: {
      ...(searchDomains.length === 0 ? {} : { search: searchDomains }),
      ...(dnsServers.length === 0 ? {} : { addresses: dnsServers }),
    },
  };
}
