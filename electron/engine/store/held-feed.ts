/**
 * Tells what was stored, after it was stored. Inside a transaction what is published waits for the commit, so that no
 * screen shows what a crash could take back; a rolled-back transaction tells nothing.
 */
export interface HeldFeed<Patch> {
  publish(patch: Patch): void;
  subscribe(onPatch: (patch: Patch) => void): () => void;
  /** Runs `work`, holding patches back until it returns; drops them when it throws. */
  held<T>(work: () => T): T;
}

/** `gathered` may make fewer of those of one transaction. */
export function createHeldFeed<Patch>(
  gathered: (patches: readonly Patch[]) => readonly Patch[] = patches => patches,
): HeldFeed<Patch> {
  const subscribers = new Set<(patch: Patch) => void>();
  let waiting: Patch[] | undefined;

  function deliver(patch: Patch): void {
    for (const subscriber of subscribers) subscriber(patch);
  }

  return {
    publish(patch) {
      if (waiting === undefined) deliver(patch);
      else waiting.push(patch);
    },
    subscribe(onPatch) {
      subscribers.add(onPatch);
      return () => subscribers.delete(onPatch);
    },
    held(work) {
      if (waiting !== undefined) return work();
      waiting = [];
      try {
        const result = work();
        const patches = waiting;
        waiting = undefined;
        gathered(patches).forEach(deliver);
        return result;
      } finally {
        waiting = undefined;
      }
    },
  };
}
