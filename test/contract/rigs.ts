import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import { apiOf } from '#engine/api/invoke.ts';
import { type Served, serve } from '#engine/api/serve.ts';
import { serveRpc } from '#engine/hosts/http/rpc-route.ts';
import { type PortMain, portMainTransport } from '#engine/hosts/port-main-transport.ts';
import { createLogger } from '#engine/system/log.ts';
import type { ClientTransport } from '#shared/contract/client.ts';
import { errorData } from '#shared/contract/errors.ts';
import type { ClientFrame, EngineFrame, Transport } from '#shared/contract/frames.ts';
import { memoryPair } from '#shared/contract/memory-transport.ts';
import { messagePortTransport } from '#shared/contract/message-port-transport.ts';
import { webSocketTransport } from '#shared/contract/web-socket-transport.ts';
import { sampleContract, sampleShop } from './sample-contract.ts';

/** A served sample contract, and a way to open connections to it. */
export interface Rig {
  readonly shop: ReturnType<typeof sampleShop>;
  readonly logLines: string[];
  connect(): Promise<ClientTransport>;
  /** As when the engine ends: every connection is closed from its side. */
  closeAll(): void;
  dispose(): Promise<void>;
}

export const maxFrameBytes = 10_000;

export interface RigKind {
  readonly name: string;
  /** A value that this transport cannot carry. */
  readonly uncarriable: unknown;
  /** No streams, and no connection that could be lost or abused. */
  readonly callsOnly?: boolean;
  readonly open: () => Promise<Rig>;
}

function served(uncarriable: unknown) {
  const shop = sampleShop(uncarriable);
  const logLines: string[] = [];
  const log = createLogger({ sink: { write: line => void logLines.push(line), close: () => undefined } });
  const all: Served[] = [];
  const accept = (transport: Transport<EngineFrame>) =>
    void all.push(serve(sampleContract, shop.handlers, transport, { log, maxFrameBytes, maxOpen: 8 }));
  const closeAll = () => {
    for (const one of all.splice(0)) one.close();
  };
  return { shop, logLines, accept, closeAll };
}

const notCloneable = { run: () => undefined };

export const inMemory: RigKind = {
  name: 'in memory',
  uncarriable: notCloneable,
  open: async () => {
    const { accept, ...rest } = served(notCloneable);
    const connect = async () => {
      const pair = memoryPair();
      accept(pair.engine);
      return pair.client;
    };
    return { ...rest, connect, dispose: async () => rest.closeAll() };
  },
};

export const messageChannel: RigKind = {
  name: 'MessageChannel',
  uncarriable: notCloneable,
  open: async () => {
    const { accept, ...rest } = served(notCloneable);
    const connect = async () => {
      const { port1, port2 } = new MessageChannel();
      accept(messagePortTransport<EngineFrame>(port1));
      return messagePortTransport<ClientFrame>(port2);
    };
    return { ...rest, connect, dispose: async () => rest.closeAll() };
  },
};

/** The engine's end as Electron's utility process has it, the page's as Chromium has it. */
export const portMain: RigKind = {
  name: "Electron's MessagePortMain",
  uncarriable: notCloneable,
  open: async () => {
    const { accept, ...rest } = served(notCloneable);
    const connect = async () => {
      const { port1, port2 } = new MessageChannel();
      accept(portMainTransport<EngineFrame>(asPortMain(port1)));
      return messagePortTransport<ClientFrame>(port2);
    };
    return { ...rest, connect, dispose: async () => rest.closeAll() };
  },
};

export function asPortMain(port: MessagePort): PortMain {
  return {
    on: (event: 'message' | 'close', listener: (event: { readonly data: unknown }) => void) =>
      port.on(event, (data: unknown) => listener({ data })),
    start: () => port.start(),
    postMessage: message => port.postMessage(message),
    close: () => port.close(),
  };
}

/** `POST /rpc/…` of the headless host: each call is a request of its own, and there are no streams. */
export const rpc: RigKind = {
  name: '/rpc',
  uncarriable: 12n,
  callsOnly: true,
  open: async () => {
    const shop = sampleShop(12n);
    const logLines: string[] = [];
    const log = createLogger({ sink: { write: line => void logLines.push(line), close: () => undefined } });
    const api = apiOf(sampleContract, shop.handlers);
    const server = createServer((request, response) => {
      void serveRpc(request, response, request.url ?? '', { api, log, maxBodyBytes: maxFrameBytes });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const closeAll = () => server.closeAllConnections();
    return {
      shop,
      logLines,
      connect: async () => rpcTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      closeAll,
      async dispose() {
        closeAll();
        await new Promise(resolve => server.close(resolve));
      },
    };
  },
};

/** What a script does, in the form of a transport: a frame that calls becomes a request, its answer a frame. */
function rpcTransport(origin: string): ClientTransport {
  const listeners: ((frame: unknown) => void)[] = [];
  const answer = (frame: EngineFrame) => {
    for (const listener of listeners) listener(frame);
  };
  const underWay = new Map<number, AbortController>();
  const call = async ({ id, path, input }: Extract<ClientFrame, { t: 'call' }>) => {
    const abort = new AbortController();
    underWay.set(id, abort);
    const body = input === undefined ? null : JSON.stringify(input);
    const url = `${origin}/rpc/${path.replace('.', '/')}`;
    const response = await fetch(url, { method: 'POST', body, signal: abort.signal });
    const output: unknown = await response.json();
    answer(response.ok ? { t: 'ok', id, output } : { t: 'err', id, error: errorData.parse(output) });
  };
  return {
    send(frame) {
      if (frame.t === 'hello') queueMicrotask(() => answer({ t: 'welcome', version: frame.version }));
      if (frame.t === 'call') call(frame).catch(() => undefined); // cut: the caller knows
      if (frame.t === 'cancel') underWay.get(frame.id)?.abort();
    },
    onFrame: callback => void listeners.push(callback),
    onClose: () => undefined,
    close() {
      for (const abort of underWay.values()) abort.abort();
    },
  };
}

export const webSocket: RigKind = {
  name: 'WebSocket',
  uncarriable: 12n,
  open: async () => {
    const { accept, ...rest } = served(12n);
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 2 * maxFrameBytes });
    server.on('connection', socket => {
      socket.on('error', () => undefined);
      accept(webSocketTransport<EngineFrame>(socket));
    });
    await once(server, 'listening');
    const connect = async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
      await once(socket, 'open');
      return webSocketTransport<ClientFrame>(socket);
    };
    const dispose = async () => {
      rest.closeAll();
      for (const client of server.clients) client.terminate();
      await new Promise(resolve => server.close(resolve));
    };
    return { ...rest, connect, dispose };
  },
};
