import type { BondMode } from '#shared/contract/index.ts';
import type { Ipv4, Subnet } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';

/**
 * The networks of one machine as its operating system shall set them up. Every rendering (network_data.json, netplan,
 * ENI, ifcfg, NetworkManager, wicked) comes from this and from nothing else.
 */
export interface NetworkModel {
  /** Those below before those on top: NICs, then bonds, then VLANs. */
  readonly links: readonly Link[];
  /** Name of the one link that gives the machine its default route: what DHCP says on others must not compete. */
  readonly leadsOut: string | null;
  /** For the whole machine, in the order in which they are asked. */
  readonly dnsServers: readonly Ipv4[];
  readonly searchDomains: readonly string[];
}

export type Link = NicLink | BondLink | VlanLink;

interface CommonLink {
  /** Unique, an interface name that every system takes: at most 15 of `[a-z0-9.]`, begins with a letter. */
  readonly name: string;
  /** Null: the system's default, 1500. */
  readonly mtu: number | null;
  /** None on a member of a bond. */
  readonly addressing: LinkAddressing;
  readonly routes: readonly Route[];
}

/** Bound to its MAC, never to a kernel name: names differ between equal servers. */
export interface NicLink extends CommonLink {
  readonly kind: 'nic';
  readonly mac: Mac;
}

export interface BondLink extends CommonLink {
  readonly kind: 'bond';
  /** Always given: the first member's where nobody chose one, so that DHCP sees one address before and after. */
  readonly mac: Mac;
  /** Names of NICs; at least one. */
  readonly members: readonly string[];
  readonly mode: BondMode;
  /**
   * The kernel's option names and values but for `mode`, checked; `primary` is a member's name. `miimon` or
   * `arp_interval` is always among them.
   */
  readonly options: Readonly<Record<string, string>>;
}

export interface VlanLink extends CommonLink {
  readonly kind: 'vlan';
  /** Name of the NIC or bond below. */
  readonly over: string;
  readonly vlanId: number;
  readonly mac: Mac;
}

export type LinkAddressing =
  | { readonly method: 'none' }
  | { readonly method: 'dhcp' }
  | {
      readonly method: 'static';
      readonly address: Ipv4;
      readonly subnet: Subnet;
      readonly gateway: Ipv4 | null;
    };

export interface Route {
  readonly destination: Subnet;
  readonly via: Ipv4;
}
