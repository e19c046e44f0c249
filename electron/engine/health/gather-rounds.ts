import type { Clock } from '#engine/system/clock.ts';
import type { RoundNews } from './round.ts';

/** Rounds that end within it are one transaction: each costs the disk a sync. */
const gatherMs = 1000;
const mostGathered = 64;

/** What several rounds found is given to `keep` together. */
export function gatherRounds(clock: Clock, keep: (all: readonly RoundNews[]) => void) {
  const stopped = new AbortController();
  let waiting: { news: RoundNews; kept: () => void; failed: (error: unknown) => void }[] = [];

  function flush(): void {
    const all = waiting;
    waiting = [];
    if (all.length === 0) return;
    try {
      keep(all.map(({ news }) => news));
      for (const { kept } of all) kept();
    } catch (error) {
      for (const { failed } of all) failed(error);
    }
  }

  return {
    /** Resolves when it is stored; rejects when it cannot be. `isUrgent`: somebody waits for it. */
    add(news: RoundNews, isUrgent: boolean): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ news, kept: resolve, failed: reject });
      if (isUrgent || waiting.length >= mostGathered || stopped.signal.aborted) flush();
      else if (waiting.length === 1) clock.sleep(gatherMs, stopped.signal).then(flush, () => undefined);
      return promise;
    },
    stop(): void {
      stopped.abort();
      flush();
    },
  };
}
