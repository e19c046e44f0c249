import type { WorldPatch } from '#shared/contract/index.ts';

/**
 * Tells what was stored, after it was stored. Inside a transaction the patches wait for the commit, so that no screen
 * shows what a crash could take back; a rolled-back transaction tells nothing. Many rows of a table that it removed behind
 * each other are one patch.
 */
export interface ChangeFeed {
  publish(patch: WorldPatch): void;
  subscribe(onPatch: (patch: WorldPatch) => void): () => void;
  /** Runs `work`, holding patches back until it returns; drops them when it throws. */
  held<T>(work: () => T): T;
}

export function createChangeFeed(): ChangeFeed {
  const subscribers = new Set<(patch: WorldPatch) => void>();
  let waiting: WorldPatch[] | undefined;

  function deliver(patch: WorldPatch): void {
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

/** Nothing is put between the removals that are gathered, so none of them takes away a row that came after it. */
function gathered(patches: readonly WorldPatch[]): WorldPatch[] {
  const told: WorldPatch[] = [];
  let removals = new Map<string, { ids: string[] }>();
  for (const patch of patches) {
    if (patch.op === 'put') {
      removals = new Map();
      told.push(patch);
      continue;
    }
    const known = removals.get(patch.table);
    if (known !== undefined) {
      known.ids.push(...patch.ids);
      continue;
    }
    const removal = { ...patch, ids: [...patch.ids] };
    removals.set(patch.table, removal);
    told.push(removal);
  }
  return told;
}
