import type { NetworkInterface } from '#shared/contract/index.ts';
import {
  broadcastAddress,
  cidrText,
  type Ipv4,
  ipv4FromNumber,
  ipv4ToNumber,
  parseCidr,
  type Subnet,
  subnetContains,
} from '#shared/model/ip.ts';

export interface Pool {
  readonly start: Ipv4;
  readonly end: Ipv4;
}

/** The first IPv4 network of an interface; undefined while it has no address. */
export function networkOf({ addresses }: NetworkInterface): { subnet: Subnet; address: Ipv4 } | undefined {
  for (const { address, prefixLength } of addresses) {
    const subnet = parseCidr(`${address}/${prefixLength}`);
    if (subnet !== undefined && prefixLength <= 30) return { subnet, address: address as Ipv4 };
  }
  return undefined;
}

export function cidrOf(nic: NetworkInterface): string {
  const found = networkOf(nic);
  return found === undefined ? '' : cidrText(found.subnet);
}

/**
 * A pool that leaves room for fixed addresses: `.100` to `.199` of a /24, the second half of a smaller network, and
 * never our own address, the network's or the broadcast's. Null where nothing is left.
 */
export function defaultPool(subnet: Subnet, ownAddress: Ipv4 | undefined): Pool | null {
  const first = ipv4ToNumber(subnet.address) + 1;
  const last = ipv4ToNumber(broadcastAddress(subnet)) - 1;
  const hosts = last - first + 1;
  if (hosts < 2) return null;
  const isLarge = hosts >= 254;
  let start = isLarge ? first + 99 : first + Math.floor(hosts / 2);
  let end = isLarge ? first + 198 : last;
  const own = ownAddress === undefined ? -1 : ipv4ToNumber(ownAddress);
  if (own >= start && own <= end) {
    // The longer side of our own address.
    if (own - start > end - own) end = own - 1;
    else start = own + 1;
  }
  return start > end ? null : { start: ipv4FromNumber(start), end: ipv4FromNumber(end) };
}

/** Whether a pool can be used: both ends in the network, in order. */
export function isPoolGood(subnet: Subnet, start: Ipv4, end: Ipv4): boolean {
  return (
    subnetContains(subnet, start) && subnetContains(subnet, end) && ipv4ToNumber(start) <= ipv4ToNumber(end)
  );
}
