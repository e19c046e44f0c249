import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import { type Served, serve } from '#engine/api/serve.ts';
import { createLogger } from '#engine/system/log.ts';
import type { ClientTransport } from '#shared/contract/client.ts';
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
