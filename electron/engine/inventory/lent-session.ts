import type { BmcSession } from '#engine/net/ipmi/client.ts';
import { BmcError } from '#engine/net/ipmi/failure.ts';

/** A turn in a BMC's line, with its session. */
export interface Turn {
  readonly session: BmcSession;
  /** Somebody waits for the turn after this one. */
  readonly isWanted: () => boolean;
}

/**
 * A session for work of hundreds of requests, such as reading all sensors. It is given up between two requests when
 * somebody waits, so that a power command waits for one answer and not for all of them; the work goes on when that is
 * done. `takeTurn` runs its argument in a turn. Rejects as the work does; the session's death ends the work.
 */
export async function withLentSession<T>(
  takeTurn: (work: (turn: Turn) => Promise<void>) => Promise<void>,
  work: (session: BmcSession) => Promise<T>,
): Promise<T> {
  let held: HeldTurn | undefined;

  async function take(): Promise<HeldTurn> {
    const { promise, resolve, reject } = Promise.withResolvers<HeldTurn>();
    let isTaken = false;
    const over = takeTurn(async turn => {
      // Offered again, in a new session, when we ourselves closed the one of before.
      if (isTaken) return;
      isTaken = true;
      await new Promise<void>((giveBack, fail) => resolve({ turn, giveBack, fail, over: () => over }));
    });
    over.catch(reject);
    return promise;
  }

  const first = await take();
  held = first;
  const { session } = first.turn;
  try {
    return await work({
      ...session,
      async run(command) {
        if (held?.turn.isWanted() === true) {
          const before = held;
          held = undefined;
          before.giveBack();
          await before.over();
        }
        held ??= await take();
        return held.turn.session.run(command);
      },
    });
  } catch (error) {
    // Whoever has the next turn must not get a session that is dead.
    if (held !== undefined && error instanceof BmcError && error.failure.kind === 'session_lost')
      held.fail(error);
    throw error;
  } finally {
    held?.giveBack();
    await held?.over().catch(() => undefined); // told to the work already
  }
}

interface HeldTurn {
  readonly turn: Turn;
  readonly giveBack: () => void;
  readonly fail: (error: BmcError) => void;
  readonly over: () => Promise<void>;
}
