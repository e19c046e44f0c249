import type { Lease, LeasePatch, Network } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { type Ipv4, ipv4ToNumber } from '#shared/model/ip.ts';

/** By network. */
export type LeaseBook = ReadonlyMap<NetworkId, readonly Lease[]>;

/** The leases of one network after these changes, by address. */
export function patchedLeases(known: readonly Lease[], patches: readonly LeasePatch[]): readonly Lease[] {
  const byAddress = new Map(known.map(lease => [lease.address, lease]));
  for (const patch of patches) {
    if (patch.op === 'put') byAddress.set(patch.lease.address, patch.lease);
    else byAddress.delete(patch.address);
  }
  return sortedLeases([...byAddress.values()]);
}

export function sortedLeases(leases: readonly Lease[]): readonly Lease[] {
  return leases.toSorted((a, b) => numberOf(a.address) - numberOf(b.address));
}

export interface PoolUse {
  readonly total: number;
  readonly leased: number;
  /** Kept for one machine, which has no lease on it now. */
  readonly kept: number;
  readonly free: number;
  readonly isScarce: boolean;
}

/** How much of the pool is left. `fixed`: reserved for a NIC, or a machine's own. */
export function poolUse(
  { poolStart, poolEnd }: Pick<Network, 'poolStart' | 'poolEnd'>,
  leases: readonly Lease[],
  fixed: Iterable<string>,
  now: number,
): PoolUse {
  const [first, last] = [numberOf(poolStart), numberOf(poolEnd)];
  const isInside = (address: string) => numberOf(address) >= first && numberOf(address) <= last;
  const live = leases.filter(({ expiresAt }) => expiresAt > now).map(({ address }) => address);
  const leased = new Set(live.filter(isInside));
  const kept = new Set([...fixed].filter(address => isInside(address) && !leased.has(address)));
  const total = last - first + 1;
  const free = Math.max(0, total - leased.size - kept.size);
  // A tenth, but two machines at least: a boot takes an address for firmware, ramdisk and system one after the other.
  return { total, leased: leased.size, kept: kept.size, free, isScarce: free <= Math.max(2, total / 10) };
}

function numberOf(address: string): number {
  return ipv4ToNumber(address as Ipv4);
}
