import { randomBytes } from 'node:crypto';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { type Api, apiOf } from '#engine/api/invoke.ts';
import { defaultMaxFrameBytes, serve } from '#engine/api/serve.ts';
import type { ImageUploads } from '#engine/images/image-uploads.ts';
import type { Logger } from '#engine/system/log.ts';
import { CodedError } from '#shared/contract/errors.ts';
import type { EngineFrame } from '#shared/contract/frames.ts';
import { contract, type RacksideHandlers } from '#shared/contract/index.ts';
import { webSocketTransport } from '#shared/contract/web-socket-transport.ts';
import { type Door, type Entry, openDoor } from './http/door.ts';
import { servePage } from './http/page-route.ts';
import { replyEmpty, replyMetrics, replyText } from './http/reply.ts';
import { serveRpc } from './http/rpc-route.ts';
import { type HostRules, isForeignFetch, isOurHost, isOurOrigin } from './http/same-origin.ts';
import { replyDenied, serveSession } from './http/session-route.ts';
import { serveUpload } from './http/upload-route.ts';

const heartbeatMs = 30_000;
/** Sockets that have answered since they were last asked. */
const answered = new WeakSet<WebSocket>();

export interface HeadlessOptions {
  readonly handlers: RacksideHandlers;
  readonly uploads: ImageUploads;
  /** What `GET /metrics` answers; undefined, or without it: there is no such place. */
  readonly metrics?: () => string | undefined;
  readonly log: Logger;
  /** Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** For scripts; without one a random one is made. */
  readonly token?: string;
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The built page's folder. */
  readonly pageDir: string;
  /** DNS names by which this server may be called. */
  readonly hostNames?: readonly string[];
  readonly maxFrameBytes?: number;
  /** Of the protocol; another one only in tests. */
  readonly version?: string;
}

export interface HeadlessHost {
  /** For a browser, once: its fragment has the ticket. */
  readonly url: string;
  readonly baseUrl: string;
  /** For scripts. */
  readonly token: string;
  /** For `/metrics`, and for nothing else. */
  readonly metricsToken: string;
  readonly port: number;
  /** Closes every connection. The engine is the caller's. */
  close(): Promise<void>;
}

interface Host {
  readonly options: HeadlessOptions;
  readonly log: Logger;
  readonly api: Api;
  readonly door: Door;
  readonly rules: HostRules;
  readonly maxFrameBytes: number;
}

/** Page, WebSocket, `POST /rpc` and `GET /metrics` on one port. */
export async function startHeadless(options: HeadlessOptions): Promise<HeadlessHost> {
  const token = options.token ?? randomBytes(32).toString('base64url');
  const host: Host = {
    options,
    log: options.log.child('http-host'),
    api: apiOf(contract, options.handlers),
    door: openDoor({ token }),
    rules: { names: options.hostNames ?? [], isSecure: options.tls !== undefined },
    maxFrameBytes: options.maxFrameBytes ?? defaultMaxFrameBytes,
  };
  const answer = (request: IncomingMessage, response: ServerResponse) => void route(host, request, response);
  const server =
    options.tls === undefined ? createHttpServer(answer) : createHttpsServer(options.tls, answer);
  const sockets = acceptWebSockets(host, server);
  await listen(server, options.listen);
  const { port } = server.address() as AddressInfo;
  const baseUrl = `${host.rules.isSecure ? 'https' : 'http'}://${nameInUrl(options.listen.host)}:${port}`;
  return {
    url: `${baseUrl}/#token=${host.door.ticket}`,
    baseUrl,
    token,
    metricsToken: host.door.metricsToken,
    port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets.clients) socket.close(1001);
        server.closeAllConnections();
        for (const socket of sockets.clients) socket.terminate();
      }),
  };
}

async function route(host: Host, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const urlPath = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
  try {
    if (!isOurHost(request, host.rules)) replyText(response, 403, 'This server has no such name.');
    else if (!isOurOrigin(request, host.rules) || isForeignFetch(request))
      replyText(response, 403, 'Another page may not ask here.');
    else if (urlPath === '/session')
      await serveSession(request, response, { door: host.door, isSecure: host.rules.isSecure });
    else if (urlPath.startsWith('/rpc/')) await guardedRpc(host, request, response, urlPath);
    else if (urlPath === '/metrics') guardedMetrics(host, request, response);
    else if (urlPath.startsWith('/upload/')) await guardedUpload(host, request, response, urlPath);
    else await servePage(request, response, urlPath, host.options.pageDir);
  } catch (error) {
    // The other side broke off, or a file vanished while it was sent.
    host.log.debug('a request broke off', { method: request.method, urlPath, error });
    response.destroy();
  }
}

async function guardedRpc(host: Host, request: IncomingMessage, response: ServerResponse, urlPath: string) {
  if (request.method !== 'POST') {
    replyEmpty(response, 405, { allow: 'POST' });
    return;
  }
  const entry = host.door.checkBearer(request.headers.authorization, request.socket.remoteAddress ?? '');
  if (entry !== 'welcome') {
    host.log.warn('a call without a valid token', { urlPath, from: request.socket.remoteAddress, entry });
    replyDenied(response, entry);
    return;
  }
  await serveRpc(request, response, urlPath, {
    api: host.api,
    log: host.log,
    maxBodyBytes: host.maxFrameBytes,
  });
}

function guardedMetrics(host: Host, request: IncomingMessage, response: ServerResponse): void {
  const entry = host.door.checkMetrics(request.headers.authorization, request.socket.remoteAddress ?? '');
  const text = entry === 'welcome' ? host.options.metrics?.() : undefined;
  if (request.method !== 'GET') replyEmpty(response, 405, { allow: 'GET' });
  else if (entry !== 'welcome') replyDenied(response, entry);
  else if (text === undefined) replyText(response, 404, 'Metrics are switched off in the settings.');
  else replyMetrics(response, text);
}

async function guardedUpload(
  host: Host,
  request: IncomingMessage,
  response: ServerResponse,
  urlPath: string,
) {
  const entry = entryOf(host, request);
  if (entry === 'welcome') {
    await serveUpload(request, response, urlPath, { uploads: host.options.uploads, log: host.log });
    return;
  }
  host.log.warn('an upload without a session', { urlPath, from: request.socket.remoteAddress, entry });
  response.once('finish', () => request.destroy());
  replyDenied(response, entry);
}

/** Twice the frame's limit, so that a frame somewhat too large gets an answer instead of a closed connection. */
function acceptWebSockets(host: Host, server: Server): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 2 * host.maxFrameBytes,
    perMessageDeflate: false,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const status = upgradeStatus(host, request);
    if (status === undefined) {
      sockets.handleUpgrade(request, socket, head, webSocket => onWebSocket(host, webSocket));
      return;
    }
    host.log.warn('a WebSocket was refused', { status, from: request.socket.remoteAddress });
    refuseUpgrade(socket, status);
  });
  const heartbeat = setInterval(() => {
    for (const socket of sockets.clients) dropIfSilent(socket);
  }, heartbeatMs);
  heartbeat.unref();
  server.once('close', () => clearInterval(heartbeat));
  return sockets;
}

/** Node takes its own listeners off an upgraded socket: without one here a peer's reset would end the engine. */
function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

/** Undefined: let it in. */
function upgradeStatus(host: Host, request: IncomingMessage): string | undefined {
  if ((request.url ?? '').split('?', 1)[0] !== '/ws') return '404 Not Found';
  if (!isOurHost(request, host.rules) || !isOurOrigin(request, host.rules)) return '403 Forbidden';
  if (isForeignFetch(request)) return '403 Forbidden';
  const entry = entryOf(host, request);
  if (entry === 'blocked') return '429 Too Many Requests';
  return entry === 'welcome' ? undefined : '401 Unauthorized';
}

/** A script with the token, or a cookie: that counts only for our own page, which always says its origin. */
function entryOf({ door }: Host, { headers, socket }: IncomingMessage): Entry {
  if (headers.authorization !== undefined)
    return door.checkBearer(headers.authorization, socket.remoteAddress ?? '');
  const isOurs = door.checkCookie(headers.cookie, socket.localPort ?? 0) && headers.origin !== undefined;
  return isOurs ? 'welcome' : 'denied';
}

function onWebSocket(host: Host, socket: WebSocket): void {
  // A broken frame is the peer's fault; `close` follows.
  socket.on('error', error => host.log.debug('a WebSocket failed', { error }));
  socket.on('pong', () => answered.add(socket));
  socket.on('close', () => host.log.info('a page has gone'));
  host.log.info('a page is connected');
  answered.add(socket);
  serve(contract, host.options.handlers, webSocketTransport<EngineFrame>(socket), {
    log: host.log,
    maxFrameBytes: host.maxFrameBytes,
    ...(host.options.version === undefined ? {} : { version: host.options.version }),
  });
}

/** A laptop that went to sleep does not say so; its streams must not fill the memory. */
function dropIfSilent(socket: WebSocket): void {
  if (!answered.delete(socket)) socket.terminate();
  else if (socket.readyState === WebSocket.OPEN) socket.ping();
}

function listen(server: Server, { host, port }: HeadlessOptions['listen']): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, () => resolve());
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  if (error.code === 'EADDRINUSE')
    return new CodedError('net.port_in_use', `${host}:${port} is in use`, { proto: 'tcp', port });
  if (error.code === 'EACCES')
    return new CodedError('net.permission_denied', `may not listen on port ${port}`, { what: 'page', port });
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new CodedError('input.invalid', `${host} is no address of this machine`, {
      issues: [{ path: 'listen', message: `${host} is no address of this machine` }],
    });
  return error;
}

/** All addresses are no address to go to: the first that others can reach stands for them. */
function nameInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') {
    const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? []);
    return addresses.find(one => !one.internal && one.family === 'IPv4')?.address ?? '127.0.0.1';
  }
  return host.includes(':') ? `[${host}]` : host;
}
