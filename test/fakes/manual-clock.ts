import type { Clock } from '#engine/system/clock.ts';

/** Time that passes only when a test says so. */
export function manualClock(start = 1_000_000): Clock & {
  advance(ms: number): Promise<void>;
  /** The clock is set, or the machine slept: nothing that sleeps has waited for so long. */
  jump(ms: number): void;
} {
  let at = start;
  let sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => at,
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        sleepers.push({ until: at + delayMs, wake: resolve });
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
    jump(ms) {
      at += ms;
      sleepers = sleepers.map(({ until, wake }) => ({ until: until + ms, wake }));
    },
    async advance(ms) {
      const end = at + ms;
      for (;;) {
        const next = sleepers.toSorted((a, b) => a.until - b.until)[0];
        if (next === undefined || next.until > end) break;
        sleepers = sleepers.filter(sleeper => sleeper !== next);
        at = next.until;
        next.wake();
        await new Promise(resolve => setImmediate(resolve));
      }
      at = end;
      await new Promise(resolve => setImmediate(resolve));
    },
  };
}
