import type { Store } from '#engine/store/store.ts';
import { CodedError } from '#shared/contract/index.ts';
import {
  broadcastAddress,
  type Ipv4,
  ipv4FromNumber,
  ipv4ToNumber,
  type Subnet,
  subnetContains,
} from '#shared/model/ip.ts';

/** Given, or the upper half of the network: static addresses are mostly in the lower one. */
export function poolOf(
  subnet: Subnet,
  start: Ipv4 | undefined,
  end: Ipv4 | undefined,
): { poolStart: Ipv4; poolEnd: Ipv4 } {
  const first = ipv4ToNumber(subnet.address);
  const last = ipv4ToNumber(broadcastAddress(subnet));
  if (last - first < 3) throw invalid('cidr', 'no room for machines');
  const poolStart = start ?? ipv4FromNumber(first + Math.ceil((last - first) / 2));
  const poolEnd = end ?? ipv4FromNumber(last - 1);
  for (const [field, address] of Object.entries({ poolStart, poolEnd })) {
    const value = ipv4ToNumber(address);
    if (!subnetContains(subnet, address) || value === first || value === last)
      throw invalid(field, `${address} is not in the network`);
  }
  if (ipv4ToNumber(poolStart) > ipv4ToNumber(poolEnd)) throw invalid('poolEnd', 'before the first address');
  return { poolStart, poolEnd };
}

export function overlaps(one: Subnet | undefined, other: Subnet): boolean {
  return one !== undefined && (subnetContains(one, other.address) || subnetContains(other, one.address));
}

export function invalid(path: string, message: string): CodedError<'input.invalid'> {
  return new CodedError('input.invalid', `${path}: ${message}`, { issues: [{ path, message }] });
}

/** An address of the network that is not a machine's. */
export function refuseUnfitGateway(store: Store, subnet: Subnet, gateway: Ipv4 | null): void {
  if (gateway === null) return;
  const isOutside = !subnetContains(subnet, gateway);
  if (isOutside || gateway === subnet.address || gateway === broadcastAddress(subnet))
    throw invalid('gateway', `${gateway} is not in the network`);
  if (store.fixedAddresses.has(gateway)) {
    throw new CodedError('input.conflict', `${gateway} belongs to a machine`, {
      what: 'port',
      field: 'address',
      value: gateway,
    });
  }
}
