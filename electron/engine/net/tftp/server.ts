import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { assertNever } from '#shared/model/assert-never.ts';
import type { ClientAddress, FileSource, ReadableFile } from '../file-source/file-source.ts';
import { maxNetasciiBytes, netasciiFile } from './netascii.ts';
import type { TftpObservation, TftpRefusal, TftpTransferFacts } from './observation.ts';
import { agreeTerms, type OptionLimits } from './options.ts';
import { decodeTftp, encodeTftp, maxBlockSizeBytes, type RequestPacket, tftpError } from './packet.ts';
import { startSending } from './sending.ts';
import type { RetryRules, TransferOutcome } from './transfer.ts';
import { partsOfShare, type TransferMemory, transferMemory } from './transfer-memory.ts';
import { type TableEntry, type TableLimits, type TransferTable, transferTable } from './transfer-table.ts';

export interface TftpLimits extends OptionLimits, RetryRules, TableLimits {
  /** For file content that waits for the wire, over all transfers; their blocks and windows are made to fit. */
  readonly memoryBytes: number;
  /** Progress of one transfer is reported at most this often. */
  readonly progressIntervalMs: number;
}

export const defaultTftpLimits: TftpLimits = {
  maxBlockSizeBytes,
  maxWindowBlocks: 64,
  maxWindowBytes: 256 * 1024,
  timeoutMs: 1000,
  maxTimeoutMs: 8000,
  maxRetries: 5,
  maxTransfers: 1024,
  // Firmware opens one or two at a time. Raise it where many machines share an address.
  maxTransfersPerClient: 16,
  memoryBytes: 32 * 1024 * 1024,
  progressIntervalMs: 250,
};

export interface TftpServerOptions {
  /** Bound socket on which requests arrive; the server closes it in the end. */
  readonly socket: Socket;
  /**
   * A new socket for one transfer, bound to the address (and interface) that `socket` serves and to any free
   * port: the answer has to leave by the way the request came. See `transferSocketsOn`.
   */
  readonly openTransferSocket: () => Promise<Socket>;
  readonly source: FileSource;
  /** Must not throw. */
  readonly observe?: (observation: TftpObservation) => void;
  readonly limits?: Partial<TftpLimits>;
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number;
}

export interface TftpServer {
  /** Requests being served now. */
  activeTransfers(): number;
  /** Stops listening, tells running clients, and resolves when all sockets and files are closed. */
  close(): Promise<void>;
}

/** Sockets for `openTransferSocket` where the operating system's routing is enough. */
export function transferSocketsOn(bindAddress: string): () => Promise<Socket> {
  return async () => {
    const socket = createSocket(isIPv6(bindAddress) ? 'udp6' : 'udp4');
    socket.bind({ address: bindAddress, port: 0, exclusive: true });
    await once(socket, 'listening');
    return socket;
  };
}

/** How late a timeout may be noticed. */
const tickMs = 50;
/** A flood of bad requests must not become a flood of observations. */
const maxRefusalsPerSecond = 50;

interface Service {
  readonly options: TftpServerOptions;
  readonly limits: TftpLimits;
  readonly observe: (observation: TftpObservation) => void;
  readonly nowMs: () => number;
  readonly table: TransferTable;
  readonly memory: TransferMemory;
  readonly refusals: { sinceMs: number; count: number };
  /** Present once `close` was called; called when the last transfer has ended. */
  idle: (() => void) | undefined;
  closed: boolean;
  timer: NodeJS.Timeout | undefined;
  lastId: number;
}

/** Read-only TFTP server (RFC 1350, 2347, 2348, 2349, 7440). Owns its sockets and its timer, knows no policy. */
export function createTftpServer(options: TftpServerOptions): TftpServer {
  const limits: TftpLimits = { ...defaultTftpLimits, ...options.limits };
  const service: Service = {
    options,
    limits,
    observe: options.observe ?? (() => undefined),
    nowMs: options.nowMs ?? (() => performance.now()),
    table: transferTable(limits),
    memory: transferMemory(limits.memoryBytes),
    refusals: { sinceMs: Number.NEGATIVE_INFINITY, count: 0 },
    idle: undefined,
    closed: false,
    timer: undefined,
    lastId: 0,
  };
  const { socket } = options;
  socket.on('message', (bytes, from) => {
    if (!service.closed) receive(service, bytes, from);
  });
  // An error on the listening socket belongs to one datagram (ICMP for an ERROR we sent), never to the service.
  socket.on('error', () => undefined);
  return {
    activeTransfers: () => service.table.size(),
    async close() {
      if (service.closed) return;
      service.closed = true;
      socket.close();
      const idle = new Promise<void>(resolve => {
        service.idle = resolve;
      });
      for (const entry of service.table.entries()) {
        entry.cancelled = true;
        entry.sending?.stop('the server is shutting down');
      }
      if (service.table.size() > 0) await idle;
    },
  };
}

function receive(service: Service, bytes: Uint8Array, from: RemoteInfo): void {
  const received = decodeTftp(bytes);
  if (!received.ok || from.port === 0) return;
  const request = received.value;
  if (request.kind !== 'read-request' && request.kind !== 'write-request') return;
  const client: ClientAddress = { address: from.address, port: from.port };
  if (request.kind === 'write-request') {
    refuse(service, client, request, 'write-request');
    return;
  }
  if (request.mode !== 'octet' && request.mode !== 'netascii') {
    refuse(service, client, request, 'unsupported-mode');
    return;
  }
  const admission = service.table.admit(request, client);
  switch (admission.kind) {
    case 'admitted':
      service.timer ??= setInterval(() => tick(service), tickMs);
      void serve(service, admission.entry, request.mode);
      return;
    case 'retransmission':
      return;
    case 'too-many-transfers':
    case 'too-many-from-client':
      refuse(service, client, request, admission.kind);
      return;
    default:
      assertNever(admission);
  }
}

/** From an admitted request to its running transfer. Never rejects. */
async function serve(service: Service, entry: TableEntry, mode: TftpTransferFacts['mode']): Promise<void> {
  const { client, request } = entry;
  let file: ReadableFile | undefined;
  try {
    const opened = await openFile(service.options.source, request.path, client, mode);
    if (typeof opened === 'string') refuse(service, client, request, opened);
    else {
      file = opened;
      const socket = await connectedSocket(service.options.openTransferSocket, client);
      if (!entry.cancelled) {
        run(service, entry, file, socket, mode);
        return;
      }
      socket.close();
    }
  } catch (error) {
    refuse(service, client, request, 'source-failed', error);
  }
  // The handle is gone even if closing it fails, and the place must not be lost over that.
  await file?.close().catch(() => undefined);
  leave(service, entry);
}

function run(
  service: Service,
  entry: TableEntry,
  file: ReadableFile,
  socket: Socket,
  mode: TftpTransferFacts['mode'],
): void {
  const { limits, memory, nowMs, observe } = service;
  const { client, request } = entry;
  const { sizeBytes } = file;
  const shareBytes = memory.take();
  const chunkBytes = Math.floor(shareBytes / partsOfShare);
  const terms = agreeTerms(request.options, sizeBytes, {
    ...limits,
    maxBlockSizeBytes: Math.min(limits.maxBlockSizeBytes, chunkBytes),
    maxWindowBytes: Math.min(limits.maxWindowBytes, chunkBytes),
  });
  const { blockSizeBytes, windowBlocks } = terms;
  service.lastId += 1;
  const id = service.lastId;
  const facts = { id, client, path: request.path, mode, sizeBytes, blockSizeBytes, windowBlocks };
  const startedMs = nowMs();
  entry.facts = facts;
  entry.reportedAtMs = startedMs;
  observe({ kind: 'started', transfer: facts });
  const ended = (outcome: TransferOutcome): void => {
    memory.give(shareBytes);
    leave(service, entry);
    const confirmedBytes = sending.confirmedBytes();
    const resentBlocks = sending.resentBlocks();
    const durationMs = nowMs() - startedMs;
    observe({ kind: 'ended', transfer: facts, outcome, confirmedBytes, resentBlocks, durationMs });
  };
  const sending = startSending({ socket, file, terms, rules: limits, chunkBytes, nowMs, ended });
  entry.sending = sending;
}

async function openFile(
  source: FileSource,
  path: string,
  client: ClientAddress,
  mode: TftpTransferFacts['mode'],
): Promise<ReadableFile | TftpRefusal> {
  const file = await source({ path, client });
  if (file === undefined) return 'not-found';
  if (mode === 'octet') return file;
  return (await netasciiFile(file)) ?? 'netascii-too-large';
}

async function connectedSocket(open: () => Promise<Socket>, client: ClientAddress): Promise<Socket> {
  const socket = await open();
  try {
    socket.connect(client.port, client.address);
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

function tick(service: Service): void {
  const now = service.nowMs();
  for (const entry of service.table.entries()) {
    const { sending, facts } = entry;
    if (sending === undefined || facts === undefined) continue;
    const bytes = sending.confirmedBytes();
    if (bytes > entry.reportedBytes && now - entry.reportedAtMs >= service.limits.progressIntervalMs) {
      entry.reportedBytes = bytes;
      entry.reportedAtMs = now;
      service.observe({ kind: 'progress', transfer: facts, confirmedBytes: bytes });
    }
    sending.tick();
  }
}

function leave(service: Service, entry: TableEntry): void {
  service.table.remove(entry);
  if (service.table.size() > 0) return;
  clearInterval(service.timer);
  service.timer = undefined;
  service.idle?.();
}

function refuse(
  service: Service,
  client: ClientAddress,
  request: RequestPacket,
  why: TftpRefusal,
  cause?: unknown,
): void {
  const reply = refusalReplies[why];
  if (reply !== undefined && !service.closed) {
    const error = encodeTftp({ kind: 'error', ...reply });
    service.options.socket.send(error, client.port, client.address, () => undefined);
  }
  const { refusals } = service;
  const now = service.nowMs();
  if (now - refusals.sinceMs >= 1000) {
    refusals.sinceMs = now;
    refusals.count = 0;
  }
  refusals.count += 1;
  if (refusals.count > maxRefusalsPerSecond) return;
  const because = cause === undefined ? {} : { cause };
  service.observe({ kind: 'refused', client, path: request.path, why, ...because });
}

/** No reply for the caps: firmware asks again by itself, while an ERROR would end its boot. */
const refusalReplies: Readonly<Record<TftpRefusal, { code: number; message: string } | undefined>> = {
  'not-found': { code: tftpError.fileNotFound, message: 'file not found' },
  'write-request': { code: tftpError.accessViolation, message: 'this server is read-only' },
  'unsupported-mode': { code: tftpError.illegalOperation, message: 'use mode octet or netascii' },
  'netascii-too-large': {
    code: tftpError.notDefined,
    message: `netascii up to ${maxNetasciiBytes} bytes only, use octet`,
  },
  'source-failed': { code: tftpError.notDefined, message: 'the server could not open this file' },
  'too-many-transfers': undefined,
  'too-many-from-client': undefined,
};
