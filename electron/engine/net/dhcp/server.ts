import { assertNever } from '#shared/model/assert-never.ts';
import { type Ipv4, parseIpv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { DhcpEvent } from './event.ts';
import type { LeaseStore } from './lease-store.ts';
import { decodePacket, encodePacketWithin, unspecifiedAddress } from './packet.ts';
import { answerNobody, type DhcpPolicy } from './policy.ts';
import type { DhcpDestination } from './reply.ts';
import { createDhcpSession, type DhcpAction, type DhcpSettings } from './session.ts';

/** What is used of a `dgram.Socket` that is bound already, to its interface where the platform can. */
export interface DhcpSocket {
  on(event: 'message', listener: (bytes: Uint8Array, from: DhcpSource) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  send(bytes: Uint8Array, port: number, address: string, done: (error: Error | null) => void): void;
  close(done?: () => void): unknown;
}

export interface DhcpSource {
  readonly address: string;
  readonly port: number;
}

export interface DhcpServerParts {
  /** Belongs to the server from now on. */
  readonly socket: DhcpSocket;
  readonly settings: DhcpSettings;
  readonly leases: LeaseStore;
  /** By default nobody is answered. */
  readonly policy?: DhcpPolicy;
  /** Must never throw. */
  readonly observe: (event: DhcpEvent) => void;
  /**
   * True when somebody other than the client uses the address. Settles within half a second; without it pool addresses
   * are not probed.
   */
  readonly probe?: (address: Ipv4, client: Mac) => Promise<boolean>;
  /** Milliseconds since the epoch: leases outlive the process. */
  readonly now: () => number;
  /**
   * `rfc2131`: RFC 2131 §4.1, a client without an address by broadcast, because unicast to it needs a hand-made frame.
   * `source`: to the address and port that the message came from, for simulated clients on loopback.
   */
  readonly replyTo: 'rfc2131' | 'source';
  /** 68; another one in tests. */
  readonly clientPort?: number;
  /** Where relays listen: 67; another one in tests. */
  readonly relayPort?: number;
}

export interface DhcpServer {
  /** From the next message on. */
  configure(settings: DhcpSettings): void;
  /** Resolves when the socket is closed. A probe still under way is forgotten. */
  close(): Promise<void>;
}

const broadcast = '255.255.255.255';

export function startDhcpServer(parts: DhcpServerParts): DhcpServer {
  const { socket, leases, observe, now } = parts;
  const clientPort = parts.clientPort ?? 68;
  const relayPort = parts.relayPort ?? 67;
  const session = createDhcpSession({
    settings: parts.settings,
    policy: parts.policy ?? answerNobody,
    leases,
    probesAddresses: parts.probe !== undefined,
  });
  let closed = false;

  socket.on('message', (bytes, from) => {
    const source = parseIpv4(from.address) ?? unspecifiedAddress;
    const packet = decodePacket(bytes);
    if (!packet.ok) {
      observe({ kind: 'malformed', source, offset: packet.offset, reason: packet.reason });
      return;
    }
    perform(() => session.handle({ kind: 'packet', packet: packet.value, source }, now()), from);
  });
  socket.on('error', error => observe({ kind: 'failed', what: 'socket', error }));

  /** One bad message, one throwing policy or one full disk ends here and never the service. */
  function perform(handle: () => readonly DhcpAction[], from: DhcpSource): void {
    let what: Extract<DhcpEvent, { kind: 'failed' }>['what'] = 'answering';
    try {
      for (const action of handle()) {
        what = action.kind === 'save_lease' || action.kind === 'remove_lease' ? 'saving_lease' : 'answering';
        carryOut(action, from);
      }
    } catch (thrown) {
      observe({ kind: 'failed', what, error: asError(thrown) });
    }
  }

  function carryOut(action: DhcpAction, from: DhcpSource): void {
    switch (action.kind) {
      case 'observe':
        observe(action.event);
        return;
      case 'save_lease':
        leases.save(action.lease);
        return;
      case 'remove_lease':
        leases.remove(action.networkId, action.address);
        return;
      case 'probe':
        void probe(action, from);
        return;
      case 'send':
        send(action, from);
        return;
      default:
        assertNever(action);
    }
  }

  function send(action: Extract<DhcpAction, { kind: 'send' }>, from: DhcpSource): void {
    const { bytes, dropped } = encodePacketWithin(action.packet, action.maxSizeBytes);
    if (dropped.length > 0) observe({ kind: 'options_dropped', client: action.client, codes: dropped });
    const { address, port } = parts.replyTo === 'source' ? from : addressOf(action.to);
    socket.send(bytes, port, address, error => {
      if (error !== null && !closed) observe({ kind: 'failed', what: 'sending', error });
    });
  }

  function addressOf(to: DhcpDestination): DhcpSource {
    switch (to.kind) {
      case 'relay':
        return { address: to.address, port: relayPort };
      case 'unicast':
        return { address: to.address, port: clientPort };
      case 'broadcast':
      case 'hardware':
        return { address: broadcast, port: clientPort };
      default:
        return assertNever(to);
    }
  }

  async function probe(
    { address, mac }: Extract<DhcpAction, { kind: 'probe' }>,
    from: DhcpSource,
  ): Promise<void> {
    let inUse = false;
    try {
      inUse = (await parts.probe?.(address, mac)) ?? false;
    } catch (thrown) {
      // An address that cannot be probed is offered all the same: a machine that boots is worth more.
      observe({ kind: 'failed', what: 'probing', error: asError(thrown) });
    }
    if (!closed) perform(() => session.handle({ kind: 'probed', address, inUse }, now()), from);
  }

  return {
    configure: settings => session.configure(settings),
    close() {
      closed = true;
      return new Promise(resolve => socket.close(resolve));
    },
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
