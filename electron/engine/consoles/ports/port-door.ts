import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '#engine/system/clock.ts';
import type { FailureLimit } from '#engine/system/failure-limit.ts';
import { readFirstWords } from './first-words.ts';
import type { ClientWire, PortClient } from './port-client.ts';

/** A program says nothing before it is asked; who speaks HTTP has spoken by then. */
const promptAfterMs = 400;
const mostSilenceMs = 30_000;
/** So that guessing is slow even below the limit of failures. */
const refusalMs = 1000;
const mostStrangers = 16;
const mostClients = 16;
const mostMessageBytes = 64 * 1024;
/** Of a WebSocket: `binary` is what terminals in browsers ask for; a token stands beside it, never in an address. */
const tokenProtocol = 'rackside.token.';

export interface DoorParts {
  readonly clock: Clock;
  readonly address: string;
  readonly port: number;
  readonly failures: FailureLimit;
  readonly serverName: () => string;
  readonly isToken: (token: string) => boolean;
  /** Throws a CodedError where the server has no console any more. */
  readonly attach: (name: string, wire: ClientWire) => PortClient;
  readonly onRefused: (from: string) => void;
  readonly onCount: (clients: number) => void;
}

export interface PortDoor {
  /** Sends all away; who comes next needs a token of then. */
  readonly clear: () => void;
  readonly close: () => Promise<void>;
}

/** Listens at a console's port. Rejects with the system's error (`EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`). */
export async function openPortDoor(parts: DoorParts): Promise<PortDoor> {
  const sockets = new Set<Duplex>();
  const clients = new Set<PortClient>();
  const door: Door = { ...parts, sockets, clients };
  const web = webDoor(door);
  const server = createTcpServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 });
  server.on('connection', socket => {
    socket.on('error', () => socket.destroy());
    if (sockets.size - clients.size >= mostStrangers || clients.size >= mostClients) socket.destroy();
    else void receive(door, socket, web);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: parts.address, port: parts.port, exclusive: true }, resolve);
  });
  // A failed accept (no more descriptors) must not end the engine.
  server.on('error', () => undefined);
  const clear = () => {
    // At once: a socket tells of its end when its turn comes.
    for (const client of clients) leave(door, client);
    for (const socket of sockets) socket.destroy();
  };
  return {
    clear,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        clear();
      }),
  };
}

interface Door extends DoorParts {
  readonly sockets: Set<Duplex>;
  readonly clients: Set<PortClient>;
}

async function receive(door: Door, socket: Socket, web: Server): Promise<void> {
  door.sockets.add(socket);
  socket.once('close', () => door.sockets.delete(socket));
  const words = await firstWordsOf(door, socket);
  switch (words?.is) {
    case undefined:
    case 'nonsense':
      socket.destroy();
      return;
    case 'http':
      web.emit('connection', socket);
      socket.resume();
      return;
    case 'proxy':
    case 'terminal': {
      const isWelcome = await mayEnter(door, words.token, fromOf(socket));
      const answer =
        words.is === 'proxy'
          ? `HTTP/1.1 ${isWelcome ? '200 OK' : '403 Forbidden'}\r\n\r\n`
          : isWelcome
            ? '\r\n'
            : '\r\nWrong token.\r\n';
      if (!isWelcome) socket.end(answer);
      else {
        socket.write(answer);
        attachSocket(door, socket, words.rest);
      }
    }
  }
}

type Told = Exclude<ReturnType<typeof readFirstWords>, { readonly is: 'incomplete' }>;

/** Asks who waits to be asked. Undefined: it went, or said nothing for too long. What was read of HTTP is put back. */
async function firstWordsOf({ clock, serverName }: Door, socket: Socket): Promise<Told | undefined> {
  const over = new AbortController();
  socket.once('close', () => over.abort());
  const after = (delayMs: number, act: () => void) => {
    clock.sleep(delayMs, over.signal).then(act, () => undefined);
  };
  let heard = Buffer.alloc(0);
  after(promptAfterMs, () => {
    if (heard.length === 0) socket.write(`Rackside: console of ${serverName()}\r\nToken: `);
  });
  after(mostSilenceMs, () => socket.destroy());
  const words = await new Promise<Told | undefined>(resolve => {
    socket.on('data', bytes => {
      heard = Buffer.concat([heard, bytes]);
      const read = readFirstWords(heard);
      if (read.is !== 'incomplete') resolve(read);
    });
    socket.once('close', () => resolve(undefined));
  });
  over.abort();
  socket.pause();
  socket.removeAllListeners('data');
  if (words?.is === 'http') socket.unshift(heard);
  return words;
}

const fromOf = ({ remoteAddress }: Socket) => remoteAddress ?? '';

async function mayEnter(door: Door, token: string, from: string): Promise<boolean> {
  const isBlocked = door.failures.isBlocked(from);
  if (!isBlocked && door.isToken(token)) return true;
  if (!isBlocked) door.onRefused(from);
  door.failures.count(from);
  await door.clock.sleep(refusalMs);
  return false;
}

function attachSocket(door: Door, socket: Socket, rest: Buffer): void {
  const wire: ClientWire = {
    send: (bytes, onSent) => void socket.write(bytes, error => (error ? undefined : onSent())),
  };
  const client = enter(door, `TCP ${fromOf(socket)}:${socket.remotePort ?? 0}`, wire);
  if (client === undefined || socket.destroyed) {
    leave(door, client);
    socket.end();
    return;
  }
  socket.once('close', () => leave(door, client));
  const type = async (bytes: Buffer) => {
    socket.pause();
    await client.typed(bytes);
    socket.resume();
  };
  void type(rest);
  socket.on('data', bytes => void type(bytes));
}

/** Undefined, and said so: the server has no console any more. */
function enter(door: Door, name: string, wire: ClientWire): PortClient | undefined {
  try {
    const client = door.attach(name, wire);
    door.clients.add(client);
    door.onCount(door.clients.size);
    return client;
  } catch {
    return undefined;
  }
}

function leave(door: Door, client: PortClient | undefined): void {
  if (client === undefined || !door.clients.delete(client)) return;
  client.end();
  door.onCount(door.clients.size);
}

/** Nothing but WebSockets is behind it. */
function webDoor(door: Door): Server {
  const web = createServer({ headersTimeout: mostSilenceMs }, (_request, response) => {
    response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end();
  });
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: mostMessageBytes,
    perMessageDeflate: false,
    handleProtocols: protocols => (protocols.has('binary') ? 'binary' : false),
  });
  web.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    // Node takes its own listeners off an upgraded socket.
    socket.on('error', () => socket.destroy());
    void mayEnter(door, tokenOf(request), fromOf(socket)).then(isWelcome => {
      if (isWelcome && !socket.destroyed)
        webSockets.handleUpgrade(request, socket, head, webSocket => attachWeb(door, socket, webSocket));
      else socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
  });
  return web;
}

function tokenOf({ headers }: IncomingMessage): string {
  const [, bearer] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? [];
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map(protocol => protocol.trim());
  const named = protocols.find(protocol => protocol.startsWith(tokenProtocol));
  return bearer ?? named?.slice(tokenProtocol.length) ?? '';
}

function attachWeb(door: Door, socket: Socket, webSocket: WebSocket): void {
  webSocket.on('error', () => webSocket.terminate());
  const wire: ClientWire = {
    send: (bytes, onSent) => webSocket.send(bytes, { binary: true }, error => (error ? undefined : onSent())),
  };
  const client = enter(door, `WebSocket ${fromOf(socket)}:${socket.remotePort ?? 0}`, wire);
  if (client === undefined) {
    webSocket.close(1011);
    return;
  }
  webSocket.once('close', () => leave(door, client));
  webSocket.on('message', data => {
    webSocket.pause();
    void client.typed(bytesOf(data)).then(() => webSocket.resume());
  });
}

function bytesOf(
  data: Parameters<typeof Buffer.concat>[0][number] | ArrayBuffer | readonly Uint8Array[],
): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return data instanceof Uint8Array ? data : Buffer.concat(data);
}
