import type { Mac } from '#shared/model/mac.ts';
import { decodeRouterSolicitation, encodeRouterAdvertisement } from './packet.ts';

/** ICMPv6 on one interface. */
export interface Icmpv6Wire {
  /** Our own address on this wire. */
  readonly mac: Mac;
  /** To one IPv6 address on the link, or to all nodes (ff02::1). Throws when the interface cannot send. */
  send(payload: Uint8Array, to: Uint8Array | 'all_nodes'): void;
}

export interface Icmpv6Datagram {
  readonly payload: Uint8Array;
  /** 16 bytes. */
  readonly source: Uint8Array;
  readonly hopLimit: number | undefined;
}

export type RouterAdvertisementEvent =
  | { readonly kind: 'answered'; readonly mac: Mac | undefined }
  | { readonly kind: 'malformed'; readonly offset: number; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: Error };

/** RFC 4861 §6.1.1: anything less was forwarded by a router and did not come from this link. */
const onLinkHopLimit = 255;

/**
 * Answers each router solicitation with an advertisement of nothing: no prefix, lifetime 0. Nobody's routing changes,
 * and iPXE stops waiting for a router that is not there.
 */
export function createRouterAdvertisementResponder(
  wire: Icmpv6Wire,
  observe: (event: RouterAdvertisementEvent) => void,
): (datagram: Icmpv6Datagram) => void {
  const advertisement = encodeRouterAdvertisement({ routerLifetimeSeconds: 0, sourceMac: wire.mac });
  return ({ payload, source, hopLimit }) => {
    if (hopLimit !== onLinkHopLimit) return;
    const solicitation = decodeRouterSolicitation(payload);
    if (!solicitation.ok) {
      observe({ kind: 'malformed', offset: solicitation.offset, reason: solicitation.reason });
      return;
    }
    // A host that is still checking its own address asks from ::, and hears only what goes to all (RFC 4861 §6.2.6).
    const hasNoAddress = source.every(byte => byte === 0);
    try {
      wire.send(advertisement, hasNoAddress ? 'all_nodes' : source);
      observe({ kind: 'answered', mac: solicitation.value.sourceMac });
    } catch (thrown) {
      observe({ kind: 'failed', error: thrown instanceof Error ? thrown : new Error(String(thrown)) });
    }
  };
}
