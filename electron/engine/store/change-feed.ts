import type { WorldPatch } from '#shared/contract/index.ts';
import { createHeldFeed, type HeldFeed } from './held-feed.ts';

export type ChangeFeed = HeldFeed<WorldPatch>;

/** Many rows of a table that a transaction removed behind each other are one patch. */
export function createChangeFeed(): ChangeFeed {
  return createHeldFeed(gathered);
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
