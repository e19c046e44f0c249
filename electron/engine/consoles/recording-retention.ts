import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';

const roundMs = 60_000;
/** One commit each, as with events: every part has its words in the index. */
const partsAtOnce = 100;
const restMs = 50;

/**
 * Forgets recordings that were removed, and the oldest while all together take more room than they may, a few parts at a time,
 * every minute. Gives how to stop; `onFault` hears why a round ended early.
 */
export function startRecordingRetention(
  store: Store,
  clock: Clock,
  onFault: (error: unknown) => void,
): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  const round = async () => {
    const maxBytes = () => store.settings.get().consoleRecordingMebibytes * 1024 ** 2;
    while (store.consoleRecordings.prune(maxBytes(), partsAtOnce)) await clock.sleep(restMs, signal);
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
