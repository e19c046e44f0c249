import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface RelayFaults {
  /** Probabilities for each datagram, both directions. */
  readonly loss: number;
  readonly duplicate: number;
  /** Held back by a few milliseconds, so that later ones overtake it. */
  readonly reorder: number;
}

export interface LossyRelay {
  readonly port: number;
  readonly dropped: () => number;
  close(): void;
}

const host = '127.0.0.1';

/**
 * A bad network between a TFTP client and a server. Knows TFTP only so far as a transfer has a port of its own on
 * each side: each client port gets a socket towards the server and one towards the client.
 */
export async function lossyRelay(serverPort: number, faults: RelayFaults, seed = 1): Promise<LossyRelay> {
  const random = randomFrom(seed);
  const sockets: Socket[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let dropped = 0;

  const open = async (): Promise<Socket> => {
    const socket = createSocket('udp4');
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.bind(0, host);
    await once(socket, 'listening');
    return socket;
  };
  const pass = (socket: Socket, bytes: Uint8Array, port: number): void => {
    if (random() < faults.loss) {
      dropped += 1;
      return;
    }
    const copies = random() < faults.duplicate ? 2 : 1;
    const delayMs = random() < faults.reorder ? 2 + random() * 6 : 0;
    for (let copy = 0; copy < copies; copy += 1) {
      if (delayMs === 0) {
        socket.send(bytes, port, host);
        continue;
      }
      const timer = setTimeout(() => {
        timers.delete(timer);
        socket.send(bytes, port, host);
      }, delayMs);
      timers.add(timer);
    }
  };

  const entry = await open();
  const towardsServer = new Map<number, Promise<Socket>>();
  const connectClient = async (clientPort: number): Promise<Socket> => {
    const [upstream, downstream] = await Promise.all([open(), open()]);
    let transferPort: number | undefined;
    upstream.on('message', (bytes, from) => {
      transferPort = from.port;
      pass(downstream, bytes, clientPort);
    });
    downstream.on('message', bytes => {
      if (transferPort !== undefined) pass(upstream, bytes, transferPort);
    });
    return upstream;
  };
  entry.on('message', (bytes, from) => {
    const upstream = towardsServer.get(from.port) ?? connectClient(from.port);
    towardsServer.set(from.port, upstream);
    void upstream.then(socket => pass(socket, bytes, serverPort));
  });

  return {
    port: entry.address().port,
    dropped: () => dropped,
    close() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.close();
    },
  };
}

function randomFrom(start: number): () => number {
  let seed = start;
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}
