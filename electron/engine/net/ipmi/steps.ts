import type { Malformed } from '#shared/model/decoded.ts';
import { BmcError } from './failure.ts';
import type { IpmiPacket } from './packet.ts';

/**
 * A conversation with a BMC as a generator without socket or clock: it yields what to send and what would
 * be an answer; whoever runs it (session.ts) sends, repeats, waits, and resumes it with true when an answer
 * was accepted and false when none came.
 */
export type Step =
  | {
      readonly kind: 'exchange';
      /** Called for every attempt: inside a session each one needs its own sequence number. */
      readonly encode: () => Buffer;
      readonly accept: (packet: IpmiPacket) => boolean;
      /** Fewer attempts than the session's timing says. */
      readonly maxAttempts?: number;
      /** One attempt that waits so long, whatever the session's timing says. */
      readonly onceWithinMs?: number;
    }
  /** Sent once, nothing is expected back. */
  | { readonly kind: 'send'; readonly datagram: Buffer }
  | { readonly kind: 'wait'; readonly attempt: number };

export type Steps<T> = Generator<Step, T, boolean>;

export interface Exchange<T> {
  readonly name: string;
  readonly encode: () => Buffer;
  /** Undefined: not the answer to this. Malformed: it is, and makes no sense; we go on waiting for a good one. */
  readonly accept: (packet: IpmiPacket) => { readonly ok: true; readonly value: T } | Malformed | undefined;
  readonly maxAttempts?: number;
  readonly onceWithinMs?: number;
}

/** The accepted answer, or undefined for silence. Throws `malformed_answer` when there was nothing but nonsense. */
export function* exchange<T>(inputs: Exchange<T>): Steps<T | undefined> {
  let answer: { readonly value: T } | undefined;
  let nonsense: Malformed | undefined;
  yield {
    kind: 'exchange',
    encode: inputs.encode,
    accept: packet => {
      const result = inputs.accept(packet);
      if (result === undefined) return false;
      if (!result.ok) {
        nonsense = result;
        return false;
      }
      answer = result;
      return true;
    },
    ...(inputs.maxAttempts === undefined ? {} : { maxAttempts: inputs.maxAttempts }),
    ...(inputs.onceWithinMs === undefined ? {} : { onceWithinMs: inputs.onceWithinMs }),
  };
  if (answer !== undefined) return answer.value;
  if (nonsense !== undefined) {
    const detail = `${nonsense.reason} (byte ${nonsense.offset})`;
    throw new BmcError({ kind: 'malformed_answer', command: inputs.name, detail });
  }
  return undefined;
}

/** Lets some time pass before the `attempt`-th repetition (from 1), longer each time. */
export function* backOff(attempt: number): Steps<void> {
  yield { kind: 'wait', attempt };
}
