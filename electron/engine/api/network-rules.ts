import { dependantsOf, liveLeases } from '#engine/provision/network-dependants.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type Network, type NetworkDependant } from '#shared/contract/index.ts';
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

function overlaps(one: Subnet | undefined, other: Subnet): boolean {
  return one !== undefined && (subnetContains(one, other.address) || subnetContains(other, one.address));
}

export function refuseOverlap(networks: readonly Network[], subnet: Subnet): void {
  const overlapping = networks.find(other => overlaps(parseCidr(other.cidr), subnet));
  if (overlapping === undefined) return;
  throw new CodedError('input.conflict', `overlaps ${overlapping.name}`, {
    what: 'network',
    field: 'cidr',
    value: overlapping.cidr,
  });
}

interface WantedAddresses {
  readonly cidr?: string | undefined;
  readonly poolStart?: Ipv4 | undefined;
  readonly poolEnd?: Ipv4 | undefined;
}

/** Network and pool after a change: refused while anybody would lose an address by it. */
export function addressesFor(
  store: Store,
  before: Network,
  { cidr, poolStart, poolEnd }: WantedAddresses,
  nowMs: number,
): Pick<Network, 'cidr' | 'poolStart' | 'poolEnd'> {
  if (cidr === undefined && poolStart === undefined && poolEnd === undefined)
    return { cidr: before.cidr, poolStart: before.poolStart, poolEnd: before.poolEnd };
  const subnet = parseCidr(cidr ?? before.cidr);
  if (subnet === undefined) throw invalid('cidr', 'not a network');
  if (cidrText(subnet) !== before.cidr) {
    refuseDependants(before, dependantsOf(store, before, nowMs));
    refuseOverlap(
      store.networks.list().filter(({ id }) => id !== before.id),
      subnet,
    );
    return { cidr: cidrText(subnet), ...poolOf(subnet, poolStart, poolEnd) };
  }
  const pool = poolOf(subnet, poolStart ?? before.poolStart, poolEnd ?? before.poolEnd);
  // A reserved address may lie outside of any pool.
  const outside = liveLeases(store, before, nowMs).filter(
    ({ address }) => isInPool(before, address) && !isInPool(pool, address),
  );
  refuseDependants(before, outside);
  return { cidr: before.cidr, ...pool };
}

function isInPool({ poolStart, poolEnd }: Pick<Network, 'poolStart' | 'poolEnd'>, address: Ipv4): boolean {
  const value = ipv4ToNumber(address);
  return value >= ipv4ToNumber(poolStart) && value <= ipv4ToNumber(poolEnd);
}

const namedMost = 5;

function refuseDependants({ name: what }: Network, dependants: readonly NetworkDependant[]): void {
  if (dependants.length === 0) return;
  const names = [...new Set(dependants.map(({ name }) => name))];
  const by = names.slice(0, namedMost).join(', ') + (names.length > namedMost ? ' …' : '');
  throw new CodedError('input.in_use', `${by} depends on it`, { what, by });
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
