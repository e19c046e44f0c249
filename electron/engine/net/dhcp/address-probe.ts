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
   * True as soon as somebody other than `client` says that the address is his, false after `timeoutMs` of silence.
   * Rejects when it cannot ask, or when it is closed first.
   */
  readonly probe: (address: Ipv4, client: Mac) => Promise<boolean>;
  /** To be called with every ARP payload from the wire. */
  readonly onFrame: (payload: Uint8Array) => void;
  /** Asks nothing any more: to be called before its wire is closed. */
  readonly close: () => void;
}

interface Waiting {
  readonly client: Mac;
  readonly settle: (inUse: boolean) => void;
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
    probe: (address, client) =>
      new Promise((resolve, reject) => {
        ask(address);
        const again = setTimeout(() => {
          try {
            ask(address);
          } catch (thrown) {
            fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
          }
        }, timeoutMs / 2);
        const end = setTimeout(() => settle(false), timeoutMs);
        waiting.get(address)?.settle(false);
        waiting.set(address, { client, settle, fail });

        function settle(inUse: boolean): void {
          finish();
          resolve(inUse);
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
      if (asked !== undefined && senderMac !== wire.mac && senderMac !== asked.client) asked.settle(true);
    },
    close() {
      for (const { fail } of waiting.values()) fail(new Error('the wire was closed'));
    },
  };
}
