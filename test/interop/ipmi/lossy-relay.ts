import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A UDP relay on loopback that treats datagrams badly. */
export interface LossyRelay {
  readonly port: number;
  readonly lost: number;
  readonly doubled: number;
  /** True: nothing passes any more. */
  cut: boolean;
  close(): void;
}

export interface RelayTreatment {
  /** Every n-th datagram of each direction is lost; 0: none. */
  readonly dropEvery: number;
  /** Every n-th datagram is sent twice; 0: none. */
  readonly doubleEvery: number;
  /** Which datagrams may be sent twice; all unless given. */
  readonly mayDouble?: (datagram: Buffer) => boolean;
}

export async function startLossyRelay(targetPort: number, treatment: RelayTreatment): Promise<LossyRelay> {
  const front = createSocket('udp4');
  const backs = new Map<number, Socket>();
  const counts = { seen: 0, lost: 0, doubled: 0 };
  const relay = { cut: false };

  function forward(datagram: Buffer, send: () => void): void {
    counts.seen += 1;
    if (relay.cut) return;
    if (treatment.dropEvery > 0 && counts.seen % treatment.dropEvery === 0) {
      counts.lost += 1;
      return;
    }
    send();
    const mayDouble = treatment.mayDouble?.(datagram) ?? true;
    if (mayDouble && treatment.doubleEvery > 0 && counts.seen % treatment.doubleEvery === 0) {
      counts.doubled += 1;
      send();
    }
  }

  function backFor(consolePort: number): Socket {
    const known = backs.get(consolePort);
    if (known !== undefined) return known;
    const back = createSocket('udp4');
    back.on('message', datagram => forward(datagram, () => front.send(datagram, consolePort, '127.0.0.1')));
    backs.set(consolePort, back);
    return back;
  }

  front.on('message', (datagram, from) => {
    const back = backFor(from.port);
    forward(datagram, () => back.send(datagram, targetPort, '127.0.0.1'));
  });
  front.bind(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    port: front.address().port,
    get lost() {
      return counts.lost;
    },
    get doubled() {
      return counts.doubled;
    },
    get cut() {
      return relay.cut;
    },
    set cut(value) {
      relay.cut = value;
    },
    close() {
      front.close();
      for (const back of backs.values()) back.close();
    },
  };
}
