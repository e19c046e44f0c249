import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';

/**
 * An address that was acknowledged to a machine. An expired lease stays until somebody else needs the address, so that
 * a machine finds its old one again.
 */
export interface Lease {
  readonly networkId: string;
  readonly address: Ipv4;
  readonly mac: Mac;
  readonly expiresAtMs: number;
  readonly hostName: string;
}

/** What the session asks while it decides. */
export interface LeaseReader {
  /** The lease that ends last, should there be several. */
  findByMac(networkId: string, mac: Mac): Lease | undefined;
  findByAddress(networkId: string, address: Ipv4): Lease | undefined;
  list(): readonly Lease[];
}

/** Synchronous: a lease is on disk before the packet that grants it leaves. May throw; then the packet does not leave. */
export interface LeaseStore extends LeaseReader {
  /** Replaces whatever is known of this address in this network. */
  save(lease: Lease): void;
  remove(networkId: string, address: Ipv4): void;
}

/** For tests and for a rack that is simulated: forgets everything with the process. */
export function createMemoryLeaseStore(initial: readonly Lease[] = []): LeaseStore {
  const byAddress = new Map<string, Lease>();
  const byMac = new Map<string, Lease>();
  const key = (networkId: string, of: string) => `${networkId} ${of}`;

  function forget(lease: Lease): void {
    byAddress.delete(key(lease.networkId, lease.address));
    const macKey = key(lease.networkId, lease.mac);
    if (byMac.get(macKey)?.address === lease.address) byMac.delete(macKey);
  }

  function save(lease: Lease): void {
    const earlier = byAddress.get(key(lease.networkId, lease.address));
    if (earlier !== undefined) forget(earlier);
    byAddress.set(key(lease.networkId, lease.address), lease);
    byMac.set(key(lease.networkId, lease.mac), lease);
  }

  for (const lease of initial) save(lease);
  return {
    findByMac: (networkId, mac) => byMac.get(key(networkId, mac)),
    findByAddress: (networkId, address) => byAddress.get(key(networkId, address)),
    list: () => [...byAddress.values()],
    save,
    remove(networkId, address) {
      const lease = byAddress.get(key(networkId, address));
      if (lease !== undefined) forget(lease);
    },
  };
}
