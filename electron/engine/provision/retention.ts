import { keptMs } from '#engine/health/history.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import { forgetEndedBatches } from './batch/plans.ts';

const dayMs = 86_400_000;
const roundMs = 3_600_000;
/** One commit each: a deletion of millions at once would hold up every packet meanwhile. */
const eventsAtOnce = 500;
/** Of the health of servers: pieces of history of some kilobytes, entries of event logs, alarms. */
const rowsAtOnce = 200;
/** Of up to 200 servers each. */
const batchesAtOnce = 20;
const restMs = 100;

/**
 * Forgets old events, and batches, entries of event logs and alarms that are as old, a few at a time, every hour; the history
 * of sensors has limits of its own. Gives how to stop; `onFault` hears why a round ended early.
 */
export function startRetention(store: Store, clock: Clock, onFault: (error: unknown) => void): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  const round = async () => {
    const before = clock.now() - store.settings.get().timelineDays * dayMs;
    while (store.timeline.prune(before, eventsAtOnce) === eventsAtOnce) await clock.sleep(restMs, signal);
    while (forgetEndedBatches(store, before, batchesAtOnce) === batchesAtOnce)
      await clock.sleep(restMs, signal);
    for (const forget of forgettersOfHealth(store, clock.now(), before))
      while (forget() === rowsAtOnce) await clock.sleep(restMs, signal);
  };
  const loop = async () => {
    while (!signal.aborted) {
      await round().catch(error => {
        if (!signal.aborted) onFault(error);
      });
      await clock.sleep(roundMs, signal).catch(() => undefined); // stopped: the loop ends
    }
  };
  void loop();
  return () => stopped.abort();
}

function forgettersOfHealth(store: Store, now: number, before: number): readonly (() => number)[] {
  return [
    () => store.sensorHistory.prune('round', now - keptMs.round, rowsAtOnce),
    () => store.sensorHistory.prune('mean', now - keptMs.mean, rowsAtOnce),
    () => store.healthEvents.prune(before, rowsAtOnce),
    () => store.alarms.prune(before, rowsAtOnce),
  ];
}
