import type { AddressFamily, DatagramSocket, OpenDatagramSocket, Remote } from './datagram-socket.ts';

/** One conversation with one remote over a shared socket. */
export interface Channel {
  send(datagram: Buffer, failed: (error: NodeJS.ErrnoException) => void): void;
  /** Gives the place on the socket back; the last one closes it. */
  release(): void;
}

/**
 * Many BMCs over few sockets. A socket never carries two conversations with the same remote, so a datagram's
 * sender alone says whose it is; and only so many that what all of them say at once is read in one turn of the event loop.
 */
export interface SocketPool {
  acquire(family: AddressFamily, remote: Remote, received: (datagram: Buffer) => void): Promise<Channel>;
}

interface PooledSocket {
  readonly family: AddressFamily;
  readonly ready: Promise<DatagramSocket>;
  readonly receivers: Map<string, (datagram: Buffer) => void>;
}

/**
 * libuv reads 32 datagrams of a socket a turn. Each BMC has one datagram under way, of its console one more: with 64 of them on
 * a socket, consoles at full rate fell behind those on an emptier one.
 */
const maxConversations = 16;

export function createSocketPool(open: OpenDatagramSocket, localAddress?: string): SocketPool {
  const sockets = new Set<PooledSocket>();

  function socketFor(family: AddressFamily, key: string): PooledSocket {
    for (const socket of sockets) {
      if (socket.family !== family || socket.receivers.has(key)) continue;
      if (socket.receivers.size < maxConversations) return socket;
    }
    const receivers: PooledSocket['receivers'] = new Map();
    const local = { port: 0, ...(localAddress === undefined ? {} : { address: localAddress }) };
    const ready = open(family, local, (datagram, from) => receivers.get(keyOf(from))?.(datagram));
    const socket = { family, ready, receivers };
    sockets.add(socket);
    return socket;
  }

  return {
    async acquire(family, remote, received) {
      const key = keyOf(remote);
      const pooled = socketFor(family, key);
      pooled.receivers.set(key, received);
      const release = () => {
        pooled.receivers.delete(key);
        if (pooled.receivers.size > 0 || !sockets.delete(pooled)) return;
        pooled.ready.then(
          socket => socket.close(),
          () => undefined,
        );
      };
      try {
        const socket = await pooled.ready;
        return { send: (datagram, failed) => socket.send(datagram, remote, failed), release };
      } catch (cause) {
        release();
        throw cause;
      }
    },
  };
}

function keyOf(remote: Remote): string {
  return `${remote.address} ${remote.port}`;
}
