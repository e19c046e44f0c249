import { assertNever } from '#shared/model/assert-never.ts';
import { type Ipv4, parseIpv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { DhcpEvent } from './event.ts';
import type { LeaseStore } from './lease-store.ts';
import { decodePacket, encodePacketWithin, unspecifiedAddress } from './packet.ts';
import { answerNobody, type DhcpPolicy } from './policy.ts';
import type { DhcpDestination } from './reply.ts';
import { createDhcpSession, type DhcpAction, type DhcpSettings } from './session.ts';
import { asError, createTurnQueue } from './turn-queue.ts';

/** What is used of a `dgram.Socket` that is bound already, to its interface where the platform can. */
export interface DhcpSocket {
  on(event: 'message', listener: (bytes: Uint8Array, from: DhcpSource) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  send(bytes: Uint8Array, port: number, address: string, done: (error: Error | null) => void): void;
  close(done?: () => void): unknown;
}

interface DhcpSource {
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
  /** Runs `work` so that all its lease changes reach the disk at once: the store's transaction. Without it each alone. */
  readonly inOneCommit?: (work: () => void) => void;
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
  const session = createDhcpSession({
    settings: parts.settings,
    policy: parts.policy ?? answerNobody,
    leases,
    probesAddresses: parts.probe !== undefined,
  });
  let isClosed = false;
  const enqueue = createTurnQueue<DhcpSource>({
    changeLease(action) {
      if (action.kind === 'save_lease') leases.save(action.lease);
      else leases.remove(action.networkId, action.address);
    },
    carryOut(action, from) {
      if (action.kind === 'observe') observe(action.event);
      else if (isClosed) return;
      else if (action.kind === 'probe') void probe(action, from);
      else send(parts, action, from);
    },
    inOneCommit: parts.inOneCommit ?? (work => work()),
    observe,
  });

  socket.on('message', (bytes, from) => {
    const source = parseIpv4(from.address) ?? unspecifiedAddress;
    const packet = decodePacket(bytes);
    if (packet.ok)
      enqueue({
        decide: () => session.handle({ kind: 'packet', packet: packet.value, source }, now()),
        from,
      });
    else observe({ kind: 'malformed', source, offset: packet.offset, reason: packet.reason });
  });
  socket.on('error', error => observe({ kind: 'failed', what: 'socket', error }));

  async function probe({ address, mac }: ProbeAction, from: DhcpSource): Promise<void> {
    let inUse = false;
    try {
      inUse = (await parts.probe?.(address, mac)) ?? false;
    } catch (thrown) {
      // An address that cannot be probed is offered all the same: a machine that boots is worth more.
      observe({ kind: 'failed', what: 'probing', error: asError(thrown) });
    }
    if (!isClosed) enqueue({ decide: () => session.handle({ kind: 'probed', address, inUse }, now()), from });
  }

  return {
    configure: settings => session.configure(settings),
    close() {
      isClosed = true;
      return new Promise(resolve => socket.close(resolve));
    },
  };
}

type ProbeAction = Extract<DhcpAction, { kind: 'probe' }>;
type SendAction = Extract<DhcpAction, { kind: 'send' }>;

function send(parts: DhcpServerParts, action: SendAction, from: DhcpSource): void {
  const { bytes, dropped } = encodePacketWithin(action.packet, action.maxSizeBytes);
  if (dropped.length > 0) parts.observe({ kind: 'options_dropped', client: action.client, codes: dropped });
  const { address, port } = parts.replyTo === 'source' ? from : addressOf(action.to, parts);
  parts.socket.send(bytes, port, address, error => {
    if (error !== null) parts.observe({ kind: 'failed', what: 'sending', error });
  });
}

function addressOf(to: DhcpDestination, parts: DhcpServerParts): DhcpSource {
  const clientPort = parts.clientPort ?? 68;
  switch (to.kind) {
    case 'relay':
      return { address: to.address, port: parts.relayPort ?? 67 };
    case 'unicast':
      return { address: to.address, port: clientPort };
    case 'broadcast':
    case 'hardware':
      return { address: broadcast, port: clientPort };
    default:
      return assertNever(to);
  }
}
