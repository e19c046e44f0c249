import type { Ipv4 } from '#shared/model/ip.ts';
import type { IpmiClock } from './clock.ts';
import type { DatagramSocket, OpenDatagramSocket } from './datagram-socket.ts';
import type { Pacer } from './pacer.ts';
import { encodePresenceQuestion, type PresenceQuestion, readPresence } from './presence.ts';
import type { RandomBytes } from './seal.ts';

/** The last one twice: a lost packet hides no BMC. */
const questions: readonly PresenceQuestion[] = ['ping', 'capabilities', 'capabilities'];
/** Between two questions to one address, and after the last one. */
const answerWithinMs = 1500;

interface SweepInputs {
  /** All that is ever sent to, each as often as there are questions at most. */
  readonly addresses: Iterable<Ipv4>;
  readonly port: number;
  readonly openSocket: OpenDatagramSocket;
  readonly clock: IpmiClock;
  readonly random: RandomBytes;
  readonly pacer: Pacer;
  /** Ends it: nothing more is sent or reported. */
  readonly signal: AbortSignal;
  readonly onFound: (address: Ipv4, speaksIpmi: boolean) => void;
  /** Once for each address, after `onFound` if it is found. */
  readonly onSettled: (address: Ipv4) => void;
  /** The operating system would not send; that address is settled. */
  readonly onUnsent: (address: Ipv4, error: NodeJS.ErrnoException) => void;
}

interface Target {
  readonly address: Ipv4;
  asked: number;
  nextAtMs: number;
  /** It answered the ping, and denies that it has IPMI: some firmware does though it has, so it is asked on. */
  hasPonged: boolean;
  isSettled: boolean;
}

/**
 * Asks each address whether a BMC is there. One packet at a time over one socket: a question to an address that was asked
 * before, when it is due, else the first question to the next address. Rejects when no socket can be had.
 */
export async function sweepForBmcs(inputs: SweepInputs): Promise<void> {
  const { port, clock, signal } = inputs;
  const bytes = inputs.random(2);
  const marks = { tag: bytes.readUInt8(0) % 0xff, sequence: bytes.readUInt8(1) & 0x3f };
  const targets = new Map<string, Target>();

  function settle(target: Target): void {
    if (target.isSettled || signal.aborted) return;
    target.isSettled = true;
    targets.delete(target.address);
    inputs.onSettled(target.address);
  }

  const socket = await inputs.openSocket('ipv4', { port: 0 }, (datagram, from) => {
    const target = from.port === port ? targets.get(from.address) : undefined;
    const presence = target === undefined ? undefined : readPresence(datagram, marks);
    if (target === undefined || presence === undefined || signal.aborted) return;
    target.hasPonged = true;
    if (presence === 'no-ipmi') return;
    inputs.onFound(target.address, true);
    settle(target);
  });
  try {
    for await (const target of inOrder(inputs)) {
      if (target.asked === 0) targets.set(target.address, target);
      const question = questions[target.asked];
      if (question === undefined) {
        if (target.hasPonged) inputs.onFound(target.address, false);
        settle(target);
        continue;
      }
      target.asked += 1;
      await ask(inputs, socket, target, encodePresenceQuestion(question, marks), error => {
        if (target.isSettled || signal.aborted) return;
        inputs.onUnsent(target.address, error);
        settle(target);
      });
      target.nextAtMs = clock.nowMs() + answerWithinMs;
    }
  } finally {
    socket.close();
  }
}

/** Each target when it is its turn, until it is settled. Those that were asked wait equally long, so they stay in order. */
async function* inOrder({ addresses, clock, signal }: SweepInputs): AsyncGenerator<Target> {
  const fresh = addresses[Symbol.iterator]();
  const asked: Target[] = [];
  while (!signal.aborted) {
    const first = asked[0];
    let target: Target | undefined;
    if (first === undefined || first.nextAtMs > clock.nowMs()) {
      const next = fresh.next();
      if (next.done !== true) target = newTarget(next.value);
      else if (first === undefined) return;
      else await passed(clock, first.nextAtMs - clock.nowMs(), signal);
    }
    target ??= asked.shift();
    if (target === undefined || target.isSettled || signal.aborted) continue;
    yield target;
    if (!target.isSettled) asked.push(target);
  }
}

function newTarget(address: Ipv4): Target {
  return { address, asked: 0, nextAtMs: 0, hasPonged: false, isSettled: false };
}

/** Resolves when it is sent, or when there is no more need. */
function ask(
  { port, pacer, signal }: SweepInputs,
  socket: DatagramSocket,
  target: Target,
  datagram: Buffer,
  failed: (error: NodeJS.ErrnoException) => void,
): Promise<void> {
  return new Promise(resolve => {
    pacer.turn(() => {
      if (!signal.aborted && !target.isSettled)
        socket.send(datagram, { address: target.address, port }, failed);
      resolve();
    });
  });
}

/** Resolves after `delayMs`, or when the signal says that nobody waits any more. */
function passed(clock: IpmiClock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal.addEventListener('abort', done);
  });
}
