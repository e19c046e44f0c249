import { useEffect } from 'react';
import { create } from 'zustand';
import type { ConsoleStatesPatch, RacksideClient, ServerConsole } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { batch } from '../../client/batch.ts';
import { useClient } from '../../client/client-context.tsx';

interface ConsoleStates {
  /** Null before the first answer. */
  readonly byNode: ReadonlyMap<NodeId, ServerConsole> | null;
}

export const useConsoleStates = create<ConsoleStates>(() => ({ byNode: null }));

/** Many servers change at once when the engine starts. */
const gatherMs = 50;

export function patchStates(
  byNode: ReadonlyMap<NodeId, ServerConsole> | null,
  patches: readonly ConsoleStatesPatch[],
): ReadonlyMap<NodeId, ServerConsole> {
  const next = new Map(byNode);
  for (const patch of patches) {
    if (patch.op === 'put') next.set(patch.row.nodeId, patch.row);
    else for (const id of patch.nodeIds) next.delete(id);
  }
  return next;
}

function follow(client: RacksideClient): () => void {
  const patches = batch<ConsoleStatesPatch>(
    items => useConsoleStates.setState(({ byNode }) => ({ byNode: patchStates(byNode, items) })),
    () => gatherMs,
  );
  const close = client.consoles.states(
    {},
    {
      onSnapshot(rows) {
        patches.clear();
        useConsoleStates.setState({ byNode: new Map(rows.map(row => [row.nodeId, row])) });
      },
      onPatch: patches.add,
    },
  );
  return () => {
    patches.clear();
    close();
  };
}

/** Keeps the store equal to the engine's consoles while the screen is shown. */
export function useFollowedStates(): void {
  const client = useClient();
  useEffect(() => follow(client), [client]);
}
