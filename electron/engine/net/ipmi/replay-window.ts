/**
 * Session sequence numbers of received packets (IPMI 2.0 §6.12.13): a number is good once, when it lies
 * at most `behind` below or `ahead` above the highest one seen. RMCP+ has a window of 32 numbers
 * (−16…+15), IPMI 1.5 one of 16 (−8…+8). Zero is never a sequence number inside a session.
 */
export interface ReplayWindow {
  readonly behind: number;
  readonly ahead: number;
}

export const v20Window: ReplayWindow = { behind: 16, ahead: 15 };
export const v15Window: ReplayWindow = { behind: 8, ahead: 8 };

export interface ReceivedSequence {
  /** Highest number accepted; undefined before the first packet, which sets it. */
  readonly highest: number | undefined;
  /** Bit n set: `highest − n` was received. */
  readonly seen: number;
}

export const nothingReceived: ReceivedSequence = { highest: undefined, seen: 0 };

/** Where a session begins when the peer has been told its first number: `first` itself is still to come. */
export function expectFrom(first: number): ReceivedSequence {
  return { highest: (first - 1) >>> 0, seen: 1 };
}

/** The state after `sequence`, or undefined when the packet is a replay or outside the window. */
export function acceptSequence(
  received: ReceivedSequence,
  sequence: number,
  window: ReplayWindow,
): ReceivedSequence | undefined {
  if (sequence === 0) return undefined;
  if (received.highest === undefined) return { highest: sequence, seen: 1 };
  const difference = (sequence - received.highest) | 0;
  if (difference > 0) {
    if (difference > window.ahead) return undefined;
    return { highest: sequence, seen: ((received.seen << difference) | 1) >>> 0 };
  }
  const age = -difference;
  if (age > window.behind || ((received.seen >>> age) & 1) === 1) return undefined;
  return { highest: received.highest, seen: (received.seen | (1 << age)) >>> 0 };
}

/** Sequence numbers count up from 1 and skip 0 when they wrap (§6.12.12). */
export function nextSequence(sequence: number): number {
  const next = (sequence + 1) >>> 0;
  return next === 0 ? 1 : next;
}
