import type { IpmiClock } from './clock.ts';
import type { OpenDatagramSocket } from './datagram-socket.ts';

/** Lets one packet pass at a time, never faster than agreed, in the order in which they came. */
export interface Pacer {
  /** Calls `send` when its turn comes, which may be now. */
  turn(send: () => void): void;
}

export function createPacer(clock: IpmiClock, packetsPerSecond: number): Pacer {
  const gapMs = 1000 / packetsPerSecond;
  const waiting: (() => void)[] = [];
  let freeAtMs = Number.NEGATIVE_INFINITY;
  let isTimed = false;

  function go(): void {
    isTimed = false;
    while (waiting.length > 0) {
      const waitMs = freeAtMs - clock.nowMs();
      if (waitMs > 0) {
        isTimed = true;
        clock.after(waitMs, go);
        return;
      }
      freeAtMs = clock.nowMs() + gapMs;
      waiting.shift()?.();
    }
  }

  return {
    turn(send) {
      waiting.push(send);
      if (!isTimed) go();
    },
  };
}

/** Sockets whose packets wait for their turn. What waits when its socket is closed is not sent. */
export function pacedSockets(open: OpenDatagramSocket, pacer: Pacer): OpenDatagramSocket {
  return async (family, local, received) => {
    const socket = await open(family, local, received);
    let isClosed = false;
    return {
      port: socket.port,
      send(datagram, remote, failed) {
        pacer.turn(() => {
          if (!isClosed) socket.send(datagram, remote, failed);
        });
      },
      close() {
        isClosed = true;
        socket.close();
      },
    };
  };
}
