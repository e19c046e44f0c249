import type { IpmiClock } from '#engine/net/ipmi/clock.ts';
import type { OpenDatagramSocket, Remote } from '#engine/net/ipmi/datagram-socket.ts';
import { seededRandom } from './hostile.ts';

export interface FakeClock extends IpmiClock {
  /** Lets `ms` pass, running what falls due in order, with promises settling in between. */
  advance(ms: number): Promise<void>;
  /** Lets time pass until the promise settles; fails after `limitMs` of it. */
  until<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
}

interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

export function createFakeClock(): FakeClock {
  let nowMs = 0;
  const due = new Set<Due>();

  function next(): Due | undefined {
    let first: Due | undefined;
    for (const entry of due) if (first === undefined || entry.atMs < first.atMs) first = entry;
    return first;
  }

  function run(entry: Due): void {
    due.delete(entry);
    nowMs = Math.max(nowMs, entry.atMs);
    entry.run();
  }

  return {
    nowMs: () => nowMs,
    after(delayMs, callback) {
      const entry = { atMs: nowMs + delayMs, run: callback };
      due.add(entry);
      return () => due.delete(entry);
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      await settled();
      for (let entry = next(); entry !== undefined && entry.atMs <= endMs; entry = next()) {
        run(entry);
        await settled();
      }
      nowMs = endMs;
    },
    async until(promise, limitMs = 300_000) {
      let isDone = false;
      const markSettled = () => {
        isDone = true;
      };
      promise.then(markSettled, markSettled);
      const endMs = nowMs + limitMs;
      await settled();
      // Some promises take a few turns of the event loop, and another `until` may hold the next timer.
      for (let idleTurns = 0; !isDone && idleTurns < 20; ) {
        const entry = next();
        if (entry !== undefined && entry.atMs <= endMs) {
          idleTurns = 0;
          run(entry);
        } else {
          idleTurns += 1;
        }
        await settled();
      }
      if (!isDone) throw new Error(`not settled after ${limitMs} ms of fake time`);
      return promise;
    },
  };
}

/** All promise reactions that are due have run. */
function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

export interface NetworkConditions {
  /** 0…1 of all datagrams. */
  loss: number;
  /** 0…1 arrive twice. */
  duplication: number;
  latencyMs: number;
  /** Up to so much more, which reorders. */
  jitterMs: number;
  /** Looks at every datagram; false loses it. */
  pass: (datagram: Buffer, from: Remote, to: Remote) => boolean;
}

export interface SimulatedNetwork {
  readonly openSocket: OpenDatagramSocket;
  readonly conditions: NetworkConditions;
  /** Datagrams sent, lost ones included. */
  readonly sent: { readonly datagram: Buffer; readonly from: Remote; readonly to: Remote }[];
  readonly openSockets: number;
  /** Delivers what nobody sent. */
  inject(datagram: Buffer, from: Remote, to: Remote): void;
}

export function createSimulatedNetwork(clock: IpmiClock, seed = 1): SimulatedNetwork {
  const random = seededRandom(seed);
  const receivers = new Map<string, (datagram: Buffer, from: Remote) => void>();
  const conditions: NetworkConditions = {
    loss: 0,
    duplication: 0,
    latencyMs: 1,
    jitterMs: 0,
    pass: () => true,
  };
  const sent: SimulatedNetwork['sent'][number][] = [];
  let nextPort = 40_000;

  function deliver(datagram: Buffer, from: Remote, to: Remote): void {
    const delayMs = conditions.latencyMs + random() * conditions.jitterMs;
    clock.after(delayMs, () => receivers.get(key(to))?.(Buffer.from(datagram), from));
  }

  return {
    conditions,
    sent,
    inject: (datagram, from, to) => receivers.get(key(to))?.(Buffer.from(datagram), from),
    get openSockets() {
      return receivers.size;
    },
    openSocket: (family, local, received) => {
      nextPort += 1;
      const own = {
        address: local.address ?? (family === 'ipv4' ? '127.0.0.1' : '::1'),
        port: local.port === 0 ? nextPort : local.port,
      };
      receivers.set(key(own), received);
      return Promise.resolve({
        port: own.port,
        send(datagram, to) {
          sent.push({ datagram, from: own, to });
          if (random() < conditions.loss || !conditions.pass(datagram, own, to)) return;
          deliver(datagram, own, to);
          if (random() < conditions.duplication) deliver(datagram, own, to);
        },
        close: () => receivers.delete(key(own)),
      });
    },
  };
}

function key(remote: Remote): string {
  return `${remote.address} ${remote.port}`;
}
