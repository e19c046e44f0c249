import type { NetworkModel } from '#engine/identity/network/model.ts';
import { type NetworkPlan, planNetworkModel } from '#engine/identity/network/plan-network-model.ts';
import type { Port, Portgroup } from '#shared/contract/index.ts';
import type { PortgroupId, PortId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aPort } from '#test/fakes/rows.ts';

export const portId = (number: number) => `eeeeeeee-0000-4000-8000-00000000000${number}` as PortId;
export const bondId = (number: number) => `dddddddd-0000-4000-8000-00000000000${number}` as PortgroupId;
/** Made only of decimal digits below 60: YAML 1.1 takes that for a number unless it is quoted. */
export const macOf = (number: number) => `52:54:00:12:34:0${number}` as Mac;

export function port(number: number, portgroupId: PortgroupId | null = null, more: Partial<Port> = {}): Port {
  return aPort({ id: portId(number), address: macOf(number), portgroupId, name: `p${number}`, ...more });
}

export function portgroup(
  number: number,
  mode: Portgroup['mode'],
  properties: Record<string, string> = {},
): Portgroup {
  return {
    id: bondId(number),
    nodeId: aPort().nodeId,
    name: `bond-${number}`,
    address: null,
    mode,
    properties,
  };
}

export type Planned = NetworkPlan['networks'][number];
export type Fixed = Extract<Planned['address'], { method: 'static' }>;

export const onPort = (number: number, more: Partial<Planned> = {}): Planned => ({
  portId: portId(number),
  portgroupId: null,
  vlanId: null,
  address: { method: 'dhcp' },
  routes: [],
  mtu: null,
  ...more,
});

export const onBond = (number: number, more: Partial<Planned> = {}): Planned =>
  onPort(0, { portId: null, portgroupId: bondId(number), ...more });

export const fixed = (address: string, gateway: string | null = null, ...dns: string[]): Fixed => ({
  method: 'static',
  address: address as Ipv4,
  prefixLength: 24,
  gateway: gateway as Ipv4 | null,
  dns: dns as Ipv4[],
});

export function modelOf(plan: Partial<NetworkPlan>): NetworkModel {
  const planned = planNetworkModel({ networks: [], ports: [], portgroups: [], ...plan });
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  return planned.network;
}

const bonded = [port(1, bondId(1)), port(2, bondId(1))];
const route = { destination: '10.128.0.0/9', via: '10.77.1.254' as Ipv4 };

/** One of each kind that technicians build, for every rendering and every peer. */
export const models = {
  'DHCP on one NIC': modelOf({ networks: [onPort(1)], ports: [port(1)] }),
  'a fixed address with gateway, DNS and MTU': modelOf({
    networks: [onPort(1, { address: fixed('10.77.0.20', '10.77.0.1', '10.77.0.1', '9.9.9.9'), mtu: 9000 })],
    ports: [port(1)],
    searchDomains: ['rack7.example.com'],
  }),
  'two NICs, one with a route': modelOf({
    networks: [onPort(1), onPort(2, { address: fixed('10.77.1.20'), routes: [route] })],
    ports: [port(1), port(2)],
  }),
  'a bond by DHCP in active-backup with a primary': modelOf({
    networks: [onBond(1)],
    ports: bonded,
    portgroups: [
      portgroup(1, 'active-backup', { primary: macOf(2), fail_over_mac: 'none', num_grat_arp: '3' }),
    ],
  }),
  'a bond with 802.3ad options and a fixed address': modelOf({
    networks: [onBond(1, { address: fixed('10.77.0.20', '10.77.0.1', '9.9.9.9') })],
    ports: bonded,
    portgroups: [
      portgroup(1, '802.3ad', {
        miimon: '80',
        updelay: '160',
        downdelay: '80',
        lacp_rate: 'fast',
        xmit_hash_policy: 'layer3+4',
        min_links: '1',
        ad_select: 'bandwidth',
      }),
    ],
  }),
  'a bond watched by ARP': modelOf({
    networks: [onBond(1, { address: fixed('10.77.0.20') })],
    ports: bonded,
    portgroups: [portgroup(1, 'balance-xor', { arp_interval: '500', arp_ip_target: '10.77.0.1,10.77.0.2' })],
  }),
  'several VLANs on a bond beside an untagged network': modelOf({
    networks: [
      onBond(1),
      onBond(1, { vlanId: 100, address: fixed('10.77.1.20', '10.77.1.1', '9.9.9.9'), mtu: 9000 }),
      onBond(1, {
        vlanId: 200,
        address: fixed('10.77.2.20'),
        routes: [{ ...route, via: '10.77.2.1' as Ipv4 }],
      }),
    ],
    ports: bonded,
    portgroups: [portgroup(1, '802.3ad')],
  }),
  'a VLAN on a NIC without an address of its own': modelOf({
    networks: [onPort(1, { vlanId: 300, address: fixed('10.77.3.20', '10.77.3.1') })],
    ports: [port(1)],
  }),
} as const satisfies Record<string, NetworkModel>;

/** As `models`, but nobody has recorded what wicked reads in its files. */
export const unrecordedModels = {
  'two NICs by DHCP, the second with a route': modelOf({
    networks: [onPort(1), onPort(2, { routes: [route] })],
    ports: [port(1), port(2)],
  }),
} as const satisfies Record<string, NetworkModel>;

const mii = { miimon: '50', updelay: '100', downdelay: '150', all_slaves_active: '1' };
const arp = { arp_interval: '500', arp_ip_target: '10.77.0.1,10.77.0.2' };
const primary = { primary: macOf(2) };
const everyOption: readonly (readonly [Portgroup['mode'], Record<string, string>])[] = [
  ['balance-rr', { ...mii, resend_igmp: '2', packets_per_slave: '3' }],
  [
    'active-backup',
    {
      ...mii,
      ...primary,
      primary_reselect: 'better',
      fail_over_mac: 'follow',
      num_grat_arp: '3',
      resend_igmp: '2',
    },
  ],
  ['active-backup', { ...arp, arp_validate: 'all', arp_all_targets: 'all' }],
  ['balance-xor', { ...mii, xmit_hash_policy: 'encap3+4' }],
  ['broadcast', arp],
  [
    '802.3ad',
    { ...mii, lacp_rate: 'fast', ad_select: 'count', min_links: '2', xmit_hash_policy: 'layer2+3' },
  ],
  ['balance-tlb', { ...mii, ...primary, lp_interval: '5', resend_igmp: '3' }],
  ['balance-alb', { ...mii, ...primary, lp_interval: '5', resend_igmp: '2' }],
];

function bondsWith(options: typeof everyOption, isForImage: boolean): Readonly<Record<string, NetworkModel>> {
  const models = options.map(([mode, properties]) => {
    const portgroups = [portgroup(1, mode, properties)];
    const model = modelOf({ networks: [onBond(1)], ports: bonded, portgroups, isForImage });
    return [`${mode} with ${Object.keys(properties).join(', ')}`, model] as const;
  });
  return Object.fromEntries(models);
}

/** Every mode of a bond with every option that it may have, none at its default. */
export const bonds = bondsWith(everyOption, false);

const notOnImages = /^arp_|^(all_slaves_active|resend_igmp|packets_per_slave|lp_interval)$/;

/** The same with all that an image may be given. */
export const bondsOfImages = bondsWith(
  everyOption.flatMap(([mode, properties]) => {
    const left = Object.entries(properties).filter(([name]) => !notOnImages.test(name));
    return left.length === 0 ? [] : [[mode, Object.fromEntries(left)] as const];
  }),
  true,
);
