import type { RemoteInfo, Socket as UdpSocket } from 'node:dgram';
import type { SyslogMessage } from './message.ts';
import type { SyslogObservation, SyslogRefusal, SyslogTransport } from './observation.ts';
import { decodeSyslog } from './packet.ts';
import { type RateLimit, type RateRules, rateLimit } from './rate-limit.ts';
import { withoutMapping } from './source-address.ts';
import { listenForStreams, type StreamLimits, type StreamListen, type StreamListener } from './streams.ts';

export interface SyslogLimits extends RateRules, StreamLimits {}

export const defaultSyslogLimits: SyslogLimits = {
  // A kernel's whole boot log comes at once, some two thousand lines.
  burstMessages: 5000,
  messagesPerSecond: 1000,
  maxConnections: 1024,
  // An installer opens one. A machine that is reset leaves its old one behind.
  maxConnectionsPerClient: 8,
  // Long: writing a large package or an image is silent, and a sender whose connection went loses its next line.
  idleTimeoutMs: 3_600_000,
};

export interface ReceivedMessage {
  /** Textual IPv4 or IPv6. */
  readonly sourceAddress: string;
  readonly message: SyslogMessage;
  readonly receivedAtMs: number;
  readonly transport: SyslogTransport;
}

export interface SyslogServerOptions {
  /** Bound sockets on which datagrams arrive; the server closes them in the end. */
  readonly udpSockets?: readonly UdpSocket[];
  readonly tcp?: StreamListen;
  /** Whose messages are taken. By default everybody's; nothing of the others is decoded. */
  readonly accepts?: (sourceAddress: string) => boolean;
  /** Must not throw. */
  readonly onMessage: (received: ReceivedMessage) => void;
  /** Must not throw. */
  readonly observe?: (observation: SyslogObservation) => void;
  readonly limits?: Partial<SyslogLimits>;
  /** Milliseconds, for `receivedAtMs` and rates. */
  readonly nowMs?: () => number;
}

export interface SyslogServer {
  /** On which TCP is taken; undefined without TCP. */
  readonly tcpPort: number | undefined;
  close(): Promise<void>;
}

/** A flood of bad messages must not become a flood of observations. */
const refusalIntervalMs = 10_000;
const maxRefusalsKept = 256;

interface Reception {
  readonly options: SyslogServerOptions;
  readonly rates: RateLimit;
  readonly nowMs: () => number;
  readonly accepts: (sourceAddress: string) => boolean;
  readonly refuse: (sourceAddress: string, transport: SyslogTransport, why: SyslogRefusal) => void;
}

/** A syslog server for UDP (RFC 5426) and TCP (RFC 6587). Rejects when it cannot listen. Answers nothing, keeps nothing. */
export async function createSyslogServer(options: SyslogServerOptions): Promise<SyslogServer> {
  const limits: SyslogLimits = { ...defaultSyslogLimits, ...options.limits };
  const nowMs = options.nowMs ?? Date.now;
  const observe = options.observe ?? (() => undefined);
  const reception: Reception = {
    options,
    rates: rateLimit(limits),
    nowMs,
    accepts: options.accepts ?? (() => true),
    refuse: refusalReporter(observe, nowMs),
  };
  const streams =
    options.tcp === undefined ? undefined : await listen(options.tcp, reception, limits, observe);
  const { udpSockets = [] } = options;
  for (const socket of udpSockets) {
    socket.on('message', (bytes, from) => receiveDatagram(reception, bytes, from));
    socket.on('error', cause => observe({ kind: 'failed', transport: 'udp', cause }));
  }
  return {
    tcpPort: streams?.port,
    async close() {
      const closed = udpSockets.map(socket => new Promise<void>(resolve => socket.close(() => resolve())));
      await Promise.all([...closed, streams?.close()]);
    },
  };
}

function listen(
  listenOn: StreamListen,
  reception: Reception,
  limits: StreamLimits,
  observe: (observation: SyslogObservation) => void,
): Promise<StreamListener> {
  const { rates, nowMs, accepts, refuse } = reception;
  return listenForStreams(listenOn, limits, {
    accepts,
    receive(sourceAddress, { bytes, isCut }) {
      rates.spend(sourceAddress, nowMs());
      receive(reception, bytes, isCut, sourceAddress, 'tcp');
    },
    restMs: sourceAddress => rates.restMs(sourceAddress, nowMs()),
    refused: sourceAddress => refuse(sourceAddress, 'tcp', 'too-many-connections'),
    failed: cause => observe({ kind: 'failed', transport: 'tcp', cause }),
  });
}

function receiveDatagram(reception: Reception, bytes: Uint8Array, { address }: RemoteInfo): void {
  const sourceAddress = withoutMapping(address);
  if (!reception.accepts(sourceAddress)) return;
  const { rates, nowMs } = reception;
  if (rates.restMs(sourceAddress, nowMs()) > 0) {
    reception.refuse(sourceAddress, 'udp', 'too-fast');
    return;
  }
  rates.spend(sourceAddress, nowMs());
  receive(reception, bytes, false, sourceAddress, 'udp');
}

function receive(
  { options, nowMs, refuse }: Reception,
  bytes: Uint8Array,
  isCut: boolean,
  sourceAddress: string,
  transport: SyslogTransport,
): void {
  const message = decodeSyslog(bytes, isCut);
  if (message.ok)
    options.onMessage({ sourceAddress, message: message.value, receivedAtMs: nowMs(), transport });
  else refuse(sourceAddress, transport, 'malformed');
}

function refusalReporter(
  observe: (observation: SyslogObservation) => void,
  nowMs: () => number,
): Reception['refuse'] {
  const kept = new Map<string, { toldAtMs: number; count: number }>();
  return (sourceAddress, transport, why) => {
    const key = `${transport} ${why} ${sourceAddress}`;
    const refusals = kept.get(key) ?? { toldAtMs: Number.NEGATIVE_INFINITY, count: 0 };
    refusals.count += 1;
    if (kept.size >= maxRefusalsKept && !kept.has(key)) kept.clear();
    kept.set(key, refusals);
    if (Math.abs(nowMs() - refusals.toldAtMs) < refusalIntervalMs) return;
    observe({ kind: 'refused', sourceAddress, transport, why, count: refusals.count });
    refusals.toldAtMs = nowMs();
    refusals.count = 0;
  };
}
