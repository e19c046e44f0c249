import type { DhcpEvent } from './event.ts';
import type { DhcpAction } from './session.ts';

/** One thing to decide: a message that came in, or the end of a probe. */
export interface Turn<From> {
  readonly decide: () => readonly DhcpAction[];
  readonly from: From;
}

type LeaseAction = Extract<DhcpAction, { kind: 'save_lease' | 'remove_lease' }>;
type OtherAction = Exclude<DhcpAction, LeaseAction>;

export interface TurnQueueParts<From> {
  readonly changeLease: (action: LeaseAction) => void;
  readonly carryOut: (action: OtherAction, from: From) => void;
  /** Runs `work` so that all lease changes in it reach the disk at once. Throws when they did not. */
  readonly inOneCommit: (work: () => void) => void;
  readonly observe: (event: DhcpEvent) => void;
}

/**
 * Decides in one go on all messages that waited in the socket together: forty machines switched on at the same moment
 * cost one flush to the disk instead of forty, and each answer still leaves after its lease is safe. One bad message,
 * one throwing policy or a full disk ends here and never the service.
 */
export function createTurnQueue<From>(parts: TurnQueueParts<From>): (turn: Turn<From>) => void {
  let waiting: Turn<From>[] = [];

  function workOff(): void {
    const turns = waiting;
    waiting = [];
    const afterwards: { readonly action: OtherAction; readonly from: From }[] = [];
    try {
      parts.inOneCommit(() => {
        for (const turn of turns)
          for (const action of decided(turn, parts.changeLease)) afterwards.push({ action, from: turn.from });
      });
    } catch (thrown) {
      parts.observe({ kind: 'failed', what: 'saving_lease', error: asError(thrown) });
      return;
    }
    for (const { action, from } of afterwards) {
      try {
        parts.carryOut(action, from);
      } catch (thrown) {
        parts.observe({ kind: 'failed', what: 'answering', error: asError(thrown) });
      }
    }
  }

  return turn => {
    waiting.push(turn);
    // libuv hands over what is in the socket before it comes to the immediates.
    if (waiting.length === 1) setImmediate(workOff);
  };
}

/** What is left to do for one turn once its leases are changed; nothing after the point where something failed. */
function decided<From>(turn: Turn<From>, changeLease: (action: LeaseAction) => void): OtherAction[] {
  const left: OtherAction[] = [];
  let what: 'answering' | 'saving_lease' = 'answering';
  try {
    for (const action of turn.decide()) {
      if (action.kind === 'save_lease' || action.kind === 'remove_lease') {
        what = 'saving_lease';
        changeLease(action);
        what = 'answering';
      } else left.push(action);
    }
  } catch (thrown) {
    left.push({ kind: 'observe', event: { kind: 'failed', what, error: asError(thrown) } });
  }
  return left;
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
