/** How many imports run at once: each keeps a core busy. First come, first served. */
export type ImportTurns = <T>(signal: AbortSignal, onWait: () => void, work: () => Promise<T>) => Promise<T>;

export function importTurns(atOnce: number): ImportTurns {
  let running = 0;
  let waiting: (() => void)[] = [];
  const next = (signal: AbortSignal): Promise<void> =>
    new Promise(resolve => {
      waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  return async (signal, onWait, work) => {
    while (running >= atOnce) {
      onWait();
      await next(signal);
      signal.throwIfAborted();
    }
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      // All of them look again, in their order: one that was cancelled meanwhile takes no place.
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    }
  };
}
