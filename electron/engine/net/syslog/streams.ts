import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createDeframer, type StreamFrame } from './framing.ts';
import { maxMessageBytes } from './packet.ts';
import { withoutMapping } from './source-address.ts';

/** Port 0 takes a free one. `fd` adopts a bound TCP socket, such as one bound to an interface. */
export type StreamListen = { readonly address: string; readonly port: number } | { readonly fd: number };

export interface StreamLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerClient: number;
  /** A connection on which nothing comes. */
  readonly idleTimeoutMs: number;
}

export interface StreamEvents {
  readonly accepts: (sourceAddress: string) => boolean;
  readonly receive: (sourceAddress: string, frame: StreamFrame) => void;
  /** How long nothing is read from this address: TCP then makes the sender wait, and no line is lost. */
  readonly restMs: (sourceAddress: string) => number;
  readonly refused: (sourceAddress: string) => void;
  readonly failed: (cause: unknown) => void;
}

export interface StreamListener {
  readonly port: number;
  close(): Promise<void>;
}

/** A machine that lost its power ends no connection: the kernel asks after this silence, and again until it gives up. */
const keepAliveMs = 60_000;

export async function listenForStreams(
  listen: StreamListen,
  limits: StreamLimits,
  events: StreamEvents,
): Promise<StreamListener> {
  const server = createServer({ keepAlive: true, keepAliveInitialDelay: keepAliveMs });
  server.maxConnections = limits.maxConnections;
  server.on('drop', dropped => events.refused(withoutMapping(dropped?.remoteAddress ?? '')));
  const open = new Map<string, Set<Socket>>();
  let isClosing = false;
  server.on('connection', socket => {
    const address = withoutMapping(socket.remoteAddress ?? '');
    if (!events.accepts(address)) {
      socket.destroy();
      return;
    }
    enter(open, address, socket, limits.maxConnectionsPerClient);
    read(socket, limits.idleTimeoutMs, {
      receive: frame => {
        if (!isClosing) events.receive(address, frame);
      },
      restMs: () => events.restMs(address),
    });
  });
  await listening(server, listen);
  server.on('error', events.failed);
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('not a TCP socket');
  return {
    port: bound.port,
    async close() {
      isClosing = true;
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      for (const sockets of open.values()) for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function listening(server: Server, listen: StreamListen): Promise<void> {
  if ('fd' in listen) server.listen({ fd: listen.fd });
  else server.listen({ host: listen.address, port: listen.port });
  await once(server, 'listening');
}

/** Beyond its number an address loses its oldest connection, most likely one from before a reset. */
function enter(open: Map<string, Set<Socket>>, address: string, socket: Socket, maxOfAddress: number): void {
  const sockets = open.get(address) ?? new Set();
  open.set(address, sockets);
  const [oldest] = sockets;
  if (sockets.size >= maxOfAddress && oldest !== undefined) {
    sockets.delete(oldest);
    oldest.destroy();
  }
  sockets.add(socket);
  socket.once('close', () => {
    sockets.delete(socket);
    if (sockets.size === 0 && open.get(address) === sockets) open.delete(address);
  });
}

interface Reader {
  readonly receive: (frame: StreamFrame) => void;
  readonly restMs: () => number;
}

/** A chunk of 64 KiB may be tens of thousands of lines: whatever else this process serves has its turn in between. */
const linesInARow = 200;

function read(socket: Socket, idleTimeoutMs: number, reader: Reader): void {
  const deframer = createDeframer(maxMessageBytes);
  const waiting: StreamFrame[] = [];
  let next: NodeJS.Timeout | undefined;
  const handOn = (): void => {
    next = undefined;
    const many = reader.restMs() === 0 ? linesInARow : 0;
    for (const frame of waiting.splice(0, many)) reader.receive(frame);
    const restMs = reader.restMs();
    if (waiting.length === 0 && restMs === 0) {
      socket.resume();
      return;
    }
    socket.pause();
    next = setTimeout(handOn, restMs);
    next.unref();
  };
  const take = (frames: readonly StreamFrame[]): void => {
    for (const frame of frames) waiting.push(frame);
    if (next === undefined) handOn();
  };
  socket.setTimeout(idleTimeoutMs, () => socket.destroy());
  socket.on('data', chunk => take(deframer.push(chunk)));
  // A sender that is reset in the middle of a line is no fault of ours; what it had sent counts.
  socket.on('error', () => undefined);
  socket.once('close', () => take(deframer.end()));
}
