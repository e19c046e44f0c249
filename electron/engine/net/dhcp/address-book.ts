import { type Ipv4, ipv4FromNumber, ipv4ToNumber, subnetContains } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { LeaseReader } from './lease-store.ts';
import { type DhcpNetwork, isInPool } from './network.ts';

/** Who may have which address: leases on record, offers still open, addresses under probe or in quarantine. */
export interface AddressBook {
  readonly leases: LeaseReader;
  readonly serverAddress: () => Ipv4;
  readonly offers: Map<Ipv4, Hold>;
  readonly probing: Map<Ipv4, Hold>;
  readonly quarantinedUntilMs: Map<Ipv4, number>;
  /** `network mac` → address, of offers and probes alike: a machine has at most one of them in a network. */
  readonly heldBy: Map<string, Ipv4>;
}

interface Hold {
  readonly networkId: string;
  readonly mac: Mac;
  readonly expiresAtMs: number;
}

/** The machine that asks, where it asks. */
export interface Asker {
  readonly network: DhcpNetwork;
  readonly mac: Mac;
  readonly reservedAddress: Ipv4 | undefined;
  readonly nowMs: number;
}

export type Allocation =
  | { readonly kind: 'ready'; readonly address: Ipv4 }
  | { readonly kind: 'needs_probe'; readonly address: Ipv4 }
  | { readonly kind: 'no_pool' }
  | { readonly kind: 'exhausted' };

/** An offer not taken within this time is free again. */
const offerHoldMs = 60_000;
/** A probe that never reports must not keep its address for ever. */
const probeHoldMs = 5_000;
/** RFC 2131 §4.3.3 leaves it open; long enough for a technician to find the other machine. */
const quarantineMs = 600_000;
/** A pool is searched no further than this, whatever somebody configured. */
const searchLimit = 65_536;

export function createAddressBook(leases: LeaseReader, serverAddress: () => Ipv4): AddressBook {
  return {
    leases,
    serverAddress,
    offers: new Map(),
    probing: new Map(),
    quarantinedUntilMs: new Map(),
    heldBy: new Map(),
  };
}

/** RFC 2131 §4.3.1: reservation, else the address it has or had, else the one it asks for, else any free one. */
export function allocate(book: AddressBook, asker: Asker, wished: Ipv4 | undefined): Allocation {
  const reserved = usableReservation(book, asker);
  if (reserved !== undefined) return { kind: 'ready', address: reserved };

  const { network, mac, nowMs } = asker;
  const held = book.heldBy.get(holdKey(network.id, mac));
  const offerEndsMs = held === undefined ? 0 : (book.offers.get(held)?.expiresAtMs ?? 0);
  if (held !== undefined && offerEndsMs > nowMs && mayHave(book, asker, held))
    return { kind: 'ready', address: held };

  const lease = book.leases.findByMac(network.id, mac);
  if (lease !== undefined && mayHave(book, asker, lease.address))
    return { kind: lease.expiresAtMs > nowMs ? 'ready' : 'needs_probe', address: lease.address };

  if (network.pool === undefined) return { kind: 'no_pool' };
  if (wished !== undefined && mayHave(book, asker, wished)) return { kind: 'needs_probe', address: wished };
  const free = findFree(book, asker);
  return free === undefined ? { kind: 'exhausted' } : { kind: 'needs_probe', address: free };
}

/** Whether this machine may be given this address now: the same rule for an offer, a request and a renewal. */
export function mayHave(book: AddressBook, asker: Asker, address: Ipv4): boolean {
  const reserved = usableReservation(book, asker);
  if (reserved !== undefined) return address === reserved;
  const { network, nowMs } = asker;
  return (
    isInPool(network, address) &&
    isHostAddress(network, address) &&
    address !== book.serverAddress() &&
    !network.routers.includes(address) &&
    (book.quarantinedUntilMs.get(address) ?? 0) <= nowMs &&
    !isHeldByOther(book, asker, address) &&
    (isLeasedTo(book, asker, address) || !(network.isReserved?.(address) ?? false))
  );
}

/** A machine keeps the address that it has, whatever it was reserved for meanwhile. */
function isLeasedTo(book: AddressBook, { network, mac, nowMs }: Asker, address: Ipv4): boolean {
  const lease = book.leases.findByAddress(network.id, address);
  return lease?.mac === mac && lease.expiresAtMs > nowMs;
}

/** A reservation counts in its own subnet, and once nobody else holds a lease on it from before. */
function usableReservation(book: AddressBook, asker: Asker): Ipv4 | undefined {
  const { reservedAddress, network } = asker;
  if (reservedAddress === undefined || reservedAddress === book.serverAddress()) return undefined;
  if (!subnetContains(network.subnet, reservedAddress)) return undefined;
  return isHeldByOther(book, asker, reservedAddress) ? undefined : reservedAddress;
}

function isHeldByOther(book: AddressBook, asker: Asker, address: Ipv4): boolean {
  const { network, mac, nowMs } = asker;
  const lease = book.leases.findByAddress(network.id, address);
  if (lease !== undefined && lease.mac !== mac && lease.expiresAtMs > nowMs) return true;
  const hold = book.offers.get(address) ?? book.probing.get(address);
  return hold !== undefined && hold.mac !== mac && hold.expiresAtMs > nowMs;
}

/** Starts at a place that depends on the MAC, so that a machine meets the same address again after everything expired. */
function findFree(book: AddressBook, asker: Asker): Ipv4 | undefined {
  const { pool } = asker.network;
  if (pool === undefined) return undefined;
  const first = ipv4ToNumber(pool.first);
  const size = ipv4ToNumber(pool.last) - first + 1;
  const start = hashOf(asker.mac);
  for (let step = 0; step < Math.min(size, searchLimit); step += 1) {
    const address = ipv4FromNumber(first + ((start + step) % size));
    if (mayHave(book, asker, address)) return address;
  }
  return undefined;
}

/** The network's own and its broadcast address belong to no machine (/31 and /32 have neither, RFC 3021). */
function isHostAddress({ subnet }: DhcpNetwork, address: Ipv4): boolean {
  if (subnet.prefixLength > 30) return true;
  const hostPart = ipv4ToNumber(address) - ipv4ToNumber(subnet.address);
  return hostPart > 0 && hostPart < 2 ** (32 - subnet.prefixLength) - 1;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash;
}

export function holdOffer(book: AddressBook, asker: Asker, address: Ipv4): void {
  hold(book, book.offers, asker, address, offerHoldMs);
}

export function holdForProbe(book: AddressBook, asker: Asker, address: Ipv4): void {
  hold(book, book.probing, asker, address, probeHoldMs);
}

function hold(
  book: AddressBook,
  kind: Map<Ipv4, Hold>,
  { network, mac, nowMs }: Asker,
  address: Ipv4,
  durationMs: number,
): void {
  dropHold(book, network.id, mac);
  const replaced = book.offers.get(address) ?? book.probing.get(address);
  if (replaced !== undefined) dropHold(book, replaced.networkId, replaced.mac);
  kind.set(address, { networkId: network.id, mac, expiresAtMs: nowMs + durationMs });
  book.heldBy.set(holdKey(network.id, mac), address);
}

/** Forgets what was offered to or is being probed for this machine. */
export function dropHold(book: AddressBook, networkId: string, mac: Mac): void {
  const key = holdKey(networkId, mac);
  const address = book.heldBy.get(key);
  if (address === undefined) return;
  book.offers.delete(address);
  book.probing.delete(address);
  book.heldBy.delete(key);
}

/** The address being probed for this machine, if any. */
export function probedFor(book: AddressBook, networkId: string, mac: Mac, nowMs: number): Ipv4 | undefined {
  const address = book.heldBy.get(holdKey(networkId, mac));
  const probe = address === undefined ? undefined : book.probing.get(address);
  return probe !== undefined && probe.expiresAtMs > nowMs ? address : undefined;
}

export function quarantine(book: AddressBook, address: Ipv4, nowMs: number): void {
  book.quarantinedUntilMs.set(address, nowMs + quarantineMs);
}

function holdKey(networkId: string, mac: Mac): string {
  return `${networkId} ${mac}`;
}
