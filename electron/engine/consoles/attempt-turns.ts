import type { Clock } from '#engine/system/clock.ts';

/** BMCs share a management network with little room, and many of one make answer slowly together. */
const atOnce = 8;
const restMs = 250;

/** Who may connect now. */
export interface AttemptTurns {
  /**
   * Resolves when the turn comes, at once when a person waits (`isUrgent`, or `hurry` aborts meanwhile); the result gives
   * the turn back. Rejects with the reason of `signal`.
   */
  take(isUrgent: boolean, hurry: AbortSignal, signal: AbortSignal): Promise<() => void>;
}

/** Spreads connecting out: a few at a time, a rest between the starts of two. */
export function createAttemptTurns(clock: Clock): AttemptTurns {
  const waiting = new Set<() => void>();
  let running = 0;
  let isResting = false;

  function startNext(): void {
    if (isResting || running >= atOnce) return;
    const [start] = waiting;
    if (start === undefined) return;
    isResting = true;
    waiting.delete(start);
    start();
    void clock.sleep(restMs).then(() => {
      isResting = false;
      startNext();
    });
  }

  function begun(): () => void {
    running += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      running -= 1;
      startNext();
    };
  }

  return {
    async take(isUrgent, hurry, signal) {
      signal.throwIfAborted();
      if (isUrgent || hurry.aborted) return begun();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const onAbort = () => reject(signal.reason);
      const onHurry = () => resolve();
      waiting.add(resolve);
      signal.addEventListener('abort', onAbort, { once: true });
      hurry.addEventListener('abort', onHurry, { once: true });
      // A rest may be what it waits for: whoever rests looks again.
      startNext();
      try {
        await promise;
      } finally {
        waiting.delete(resolve);
        signal.removeEventListener('abort', onAbort);
        hurry.removeEventListener('abort', onHurry);
      }
      return begun();
    },
  };
}
