import type { Ipv4 } from '#shared/model/ip.ts';
import type { DhcpClient } from './client.ts';

/** Why a message got no answer. */
export type IgnoreReason =
  /** The server only looks. */
  | 'watching'
  /** The policy said no; its reason is the detail. */
  | 'policy'
  /** The client chose another server, named in the detail. */
  | 'other_server'
  /** A relay in no network of ours. */
  | 'unknown_relay'
  /** Asks for an address of which we know nothing (RFC 2131 §4.3.2: silence). */
  | 'no_record'
  /** The network serves reservations only, and this machine has none. */
  | 'no_pool'
  /** The detail is the network's id. */
  | 'pool_exhausted'
  /** Its address is just being probed; the answer follows. */
  | 'probing'
  /** An OFFER, ACK or NAK where a client's message belongs. */
  | 'not_from_client'
  /** The message lacks what its type needs. */
  | 'incomplete';

/** What the server saw and did. Each client message gives one `seen` and, apart from a probe, one more. */
export type DhcpEvent =
  | { readonly kind: 'seen'; readonly client: DhcpClient }
  | {
      readonly kind: 'answered';
      readonly client: DhcpClient;
      readonly networkId: string;
      readonly message: 'offer' | 'ack' | 'nak';
      /** The address offered or acknowledged; the refused one of a NAK. */
      readonly address: Ipv4;
      readonly bootFile: string | undefined;
      /** The policy's reason for having no boot file. */
      readonly withheld: string | undefined;
    }
  | {
      readonly kind: 'ignored';
      readonly client: DhcpClient;
      readonly reason: IgnoreReason;
      readonly detail: string;
    }
  | {
      readonly kind: 'released';
      readonly client: DhcpClient;
      readonly networkId: string;
      readonly address: Ipv4;
    }
  /** Somebody else uses an address of ours: our probe heard it, or the client declined it. */
  | {
      readonly kind: 'address_in_use';
      readonly client: DhcpClient;
      readonly networkId: string;
      readonly address: Ipv4;
      readonly foundBy: 'probe' | 'decline';
    }
  /** Options that did not fit the size which the client takes. */
  | { readonly kind: 'options_dropped'; readonly client: DhcpClient; readonly codes: readonly number[] }
  | { readonly kind: 'malformed'; readonly source: Ipv4; readonly offset: number; readonly reason: string }
  | {
      readonly kind: 'failed';
      readonly what: 'answering' | 'saving_lease' | 'sending' | 'probing' | 'socket';
      readonly error: Error;
    };
