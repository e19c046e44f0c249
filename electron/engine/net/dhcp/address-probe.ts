import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { decodeArp, encodeArp } from './arp-packet.ts';
import { unspecifiedAddress } from './packet.ts';

/** ARP payloads on the interface that is served: `send` broadcasts. */
export interface ArpWire {
  readonly mac: Mac;
  send(payload: Uint8Array): void;
}

export interface AddressProbe {
  /**
   * Who says that the address is his, and is none of `clients`; undefined after `timeoutMs` of silence.
   * Rejects when it cannot ask, or when it is closed first.
   */
  readonly holderOf: (address: Ipv4, clients: readonly Mac[]) => Promise<Mac | undefined>;
  /** To be called with every ARP payload from the wire. */
  readonly onFrame: (payload: Uint8Array) => void;
  /** Asks nothing any more: to be called before its wire is closed. */
  readonly close: () => void;
}

interface Waiting {
  readonly clients: readonly Mac[];
  readonly settle: (holder: Mac | undefined) => void;
  readonly fail: (error: Error) => void;
}

const nobody = '00:00:00:00:00:00' as Mac;

/**
 * Whether an address is in use, asked twice as in RFC 5227 §2.1.1: by ARP, because hosts that drop pings (Windows by
 * default) still answer it, and from 0.0.0.0, so that nobody's ARP cache changes.
 */
export function createAddressProbe(wire: ArpWire, timeoutMs: number): AddressProbe {
  const waiting = new Map<Ipv4, Waiting>();

  function ask(targetAddress: Ipv4): void {
    const senderAddress = unspecifiedAddress;
    wire.send(
      encodeArp({ op: 'request', senderMac: wire.mac, senderAddress, targetMac: nobody, targetAddress }),
    );
  }

  return {
    holderOf: (address, clients) =>
      new Promise((resolve, reject) => {
        ask(address);
        const again = setTimeout(() => {
          try {
            ask(address);
          } catch (thrown) {
            fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
          }
        }, timeoutMs / 2);
        const end = setTimeout(() => settle(undefined), timeoutMs);
        waiting.get(address)?.settle(undefined);
        waiting.set(address, { clients, settle, fail });

        function settle(holder: Mac | undefined): void {
          finish();
          resolve(holder);
        }
        function fail(error: Error): void {
          finish();
          reject(error);
        }
        function finish(): void {
          clearTimeout(again);
          clearTimeout(end);
          if (waiting.get(address)?.settle === settle) waiting.delete(address);
        }
      }),
    onFrame(payload) {
      const arp = decodeArp(payload);
      if (!arp.ok) return;
      // Whatever a sender says about its own address counts: its answer to us, or its question to somebody else.
      const { senderMac, senderAddress } = arp.value;
      const asked = waiting.get(senderAddress);
      if (asked !== undefined && senderMac !== wire.mac && !asked.clients.includes(senderMac))
        asked.settle(senderMac);
    },
    close() {
      for (const { fail } of waiting.values()) fail(new Error('the wire was closed'));
    },
  };
}
