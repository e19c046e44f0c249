import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { Socket } from 'node:net';
import type { ClientAddress } from '../file-source/file-source.ts';
import type { HttpHandler } from './answer.ts';
import { connectionTurns } from './connection-turns.ts';
import { chunkPool } from './download.ts';
import { clientOf, type ExchangeContext, runExchange } from './exchange.ts';
import { exchangeBook } from './exchange-book.ts';
import type { HttpObservation, HttpRefusal } from './observation.ts';
import { bodyMemory } from './request-body.ts';

export interface HttpLimits {
  readonly maxHeaderBytes: number;
  /** From the connection's or the previous answer's end to the last header line. */
  readonly headersTimeoutMs: number;
  /** The whole request with its content. */
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** A connection on which nothing moves. Generous: a machine that writes an image to a slow disk stops reading. */
  readonly stallTimeoutMs: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerClient: number;
  /** Requests that one connection may have sent ahead of their answers. Beyond, it is dropped. */
  readonly maxPipelined: number;
  /** Request content that handlers collect in memory at one time; beyond, 503. */
  readonly bodyMemoryBytes: number;
  /** Memory for file content on its way out, over all connections. */
  readonly sendMemoryBytes: number;
  /** Progress of one exchange is reported at most this often. */
  readonly progressIntervalMs: number;
}

export const defaultHttpLimits: HttpLimits = {
  maxHeaderBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 300_000,
  keepAliveTimeoutMs: 30_000,
  stallTimeoutMs: 300_000,
  maxConnections: 4096,
  maxConnectionsPerClient: 64,
  // apt sends ten; firmware and boot programs none.
  maxPipelined: 32,
  bodyMemoryBytes: 64 * 1024 * 1024,
  sendMemoryBytes: 64 * 1024 * 1024,
  progressIntervalMs: 250,
};

export interface HttpServiceOptions<Tag = unknown> {
  /** Port 0 takes a free one. `fd` adopts a bound TCP socket, such as one bound to an interface. */
  readonly listen: { readonly address: string; readonly port: number } | { readonly fd: number };
  readonly handler: HttpHandler<Tag>;
  /** Must not throw. */
  readonly observe?: (observation: HttpObservation<Tag>) => void;
  readonly limits?: Partial<HttpLimits>;
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number;
}

export interface HttpService {
  /** What it really listens on. */
  readonly address: string;
  readonly port: number;
  /** Stops listening and cuts what is under way; resolves when all sockets and files are closed. */
  close(): Promise<void>;
}

/** How often node looks for connections that are over their time. */
const timeoutCheckMs = 1000;
const largestChunkBytes = 1024 * 1024;
/** A flood of bad connections must not become a flood of observations. */
const maxRefusalsPerSecond = 50;

/** An HTTP/1.1 server for files and small API answers (RFC 9110, 9112). Rejects when it cannot listen. */
export async function createHttpService<Tag = unknown>(
  options: HttpServiceOptions<Tag>,
): Promise<HttpService> {
  const limits: HttpLimits = { ...defaultHttpLimits, ...options.limits };
  const observe = options.observe ?? (() => undefined);
  const nowMs = options.nowMs ?? (() => performance.now());
  const running = new Set<Promise<void>>();
  let closing = false;
  const context: ExchangeContext<Tag> = {
    handler: options.handler,
    observe,
    book: exchangeBook(observe, nowMs, limits.progressIntervalMs),
    pool: chunkPool(limits.sendMemoryBytes, largestChunkBytes),
    bodyMemory: bodyMemory(limits.bodyMemoryBytes),
    isClosing: () => closing,
  };
  const refused = refusalReporter(observe, nowMs);
  const turns = connectionTurns(limits.maxPipelined);
  const accept = (message: IncomingMessage, response: ServerResponse, sendContinue: () => void): void => {
    const { socket } = message;
    if (socket.destroyed) return;
    const turn = turns(socket, response);
    if (turn === undefined) {
      refused(clientOf(socket), 'too-many-ahead');
      socket.destroy();
      return;
    }
    const exchange = turn.then(async hasTurn => {
      if (hasTurn) await runExchange(context, message, response, sendContinue);
    });
    running.add(exchange);
    void exchange.finally(() => running.delete(exchange));
  };

  const server = configuredServer(limits);
  guardConnections(server, limits, refused);
  server.on('request', (message, response) => accept(message, response, () => undefined));
  server.on('checkContinue', (message, response) =>
    accept(message, response, () => response.writeContinue()),
  );
  await listening(server, options.listen);
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('not a TCP socket');
  return {
    address: bound.address,
    port: bound.port,
    async close() {
      closing = true;
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await Promise.all(running);
    },
  };
}

function configuredServer(limits: HttpLimits): Server {
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(timeoutCheckMs, limits.headersTimeoutMs),
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    noDelay: true,
  });
  server.timeout = limits.stallTimeoutMs;
  server.maxConnections = limits.maxConnections;
  return server;
}

async function listening(server: Server, listen: HttpServiceOptions['listen']): Promise<void> {
  if ('fd' in listen) server.listen({ fd: listen.fd });
  else server.listen({ host: listen.address, port: listen.port });
  await once(server, 'listening');
}

type ReportRefusal = (client: ClientAddress, why: HttpRefusal) => void;

/** Caps, and answers for what never becomes a request. */
function guardConnections(server: Server, limits: HttpLimits, refused: ReportRefusal): void {
  const perClient = new Map<string, number>();
  server.on('connection', socket => {
    const client = clientOf(socket);
    const open = perClient.get(client.address) ?? 0;
    if (open >= limits.maxConnectionsPerClient) {
      refused(client, 'too-many-from-client');
      socket.destroy();
      return;
    }
    perClient.set(client.address, open + 1);
    socket.once('close', () => {
      const left = (perClient.get(client.address) ?? 1) - 1;
      if (left > 0) perClient.set(client.address, left);
      else perClient.delete(client.address);
    });
  });
  server.on('drop', dropped => {
    if (dropped !== undefined) refused(clientOf(dropped), 'too-many-connections');
  });
  server.on('clientError', (error, socket) => {
    if (!(socket instanceof Socket)) return;
    const problem = problems.get('code' in error ? String(error.code) : '') ?? badRequest;
    // A connection that was merely cut (ECONNRESET) is not worth a word, and one that carries an answer must not
    // get a second one in its middle.
    if (!socket.writable || ('code' in error && error.code === 'ECONNRESET') || socket.bytesWritten > 0) {
      socket.destroy();
      return;
    }
    refused(clientOf(socket), problem.why);
    socket.end(
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      () => socket.destroy(),
    );
  });
}

interface Problem {
  readonly status: number;
  readonly why: HttpRefusal;
}

const badRequest: Problem = { status: 400, why: 'bad-request' };
/** By node's error codes. */
const problems: ReadonlyMap<string, Problem> = new Map([
  ['HPE_HEADER_OVERFLOW', { status: 431, why: 'header-too-large' }],
  ['ERR_HTTP_REQUEST_TIMEOUT', { status: 408, why: 'request-timeout' }],
]);

function refusalReporter<Tag>(
  observe: (observation: HttpObservation<Tag>) => void,
  nowMs: () => number,
): ReportRefusal {
  let sinceMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  return (client, why) => {
    const now = nowMs();
    if (now - sinceMs >= 1000) {
      sinceMs = now;
      count = 0;
    }
    count += 1;
    if (count <= maxRefusalsPerSecond) observe({ kind: 'refused', client, why });
  };
}
