import { type Ipv4, ipv4ToNumber, type Subnet, subnetContains } from '#shared/model/ip.ts';
import type { DhcpClient } from './client.ts';

/** One subnet as the server hands it out. */
export interface DhcpNetwork {
  readonly id: string;
  readonly subnet: Subnet;
  /** First and last address given to machines without a reservation; without a pool only reservations are served. */
  readonly pool?: { readonly first: Ipv4; readonly last: Ipv4 };
  readonly leaseSeconds: number;
  readonly routers: readonly Ipv4[];
  readonly dnsServers: readonly Ipv4[];
  readonly ntpServers?: readonly Ipv4[];
  readonly domainName?: string;
  readonly mtuBytes?: number;
  /** Keeps pool addresses that are reserved for one machine from all others. */
  readonly isReserved?: (address: Ipv4) => boolean;
}

/** The subnet on the server's own wire and the ones behind relays. Subnets of one server do not overlap. */
export interface DhcpNetworks {
  readonly direct: DhcpNetwork;
  readonly relayed: readonly DhcpNetwork[];
}

/**
 * RFC 2131 §4.3.1: the network of giaddr, or the wire the message came in on. RFC 3527: a relay may name the client's
 * link itself. A machine behind a relay renews past it, straight to us (RFC 2131 §4.3.2): then its own address tells.
 * Undefined: a relay that nobody configured.
 */
export function networkOf(networks: DhcpNetworks, client: DhcpClient): DhcpNetwork | undefined {
  const all = [networks.direct, ...networks.relayed];
  const containing = (address: Ipv4) => all.find(network => subnetContains(network.subnet, address));
  if (client.relay !== undefined) return containing(client.relay.linkSelection ?? client.relay.address);
  if (client.clientAddress !== undefined) return containing(client.clientAddress) ?? networks.direct;
  return networks.direct;
}

export function isInPool(network: DhcpNetwork, address: Ipv4): boolean {
  if (network.pool === undefined) return false;
  const value = ipv4ToNumber(address);
  return ipv4ToNumber(network.pool.first) <= value && value <= ipv4ToNumber(network.pool.last);
}
