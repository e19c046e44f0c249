import { useEffect } from 'react';
import { create } from 'zustand';
import type { HealthPatch, RacksideClient } from '#shared/contract/index.ts';
import { batch } from '../../../client/batch.ts';
import { useClient } from '../../../client/client-context.tsx';
import type { Fleet } from './fleet-rows.ts';

/** A round of a thousand BMCs is spread over its interval: their rows are drawn together. */
const gatherMs = 250;

const useFleetStore = create<{ readonly fleet: Fleet | null }>(() => ({ fleet: null }));

/** The health of all servers, followed while anything shows it. Null until the first answer. */
export function useFleet(): Fleet | null {
  const client = useClient();
  useEffect(() => follow(client), [client]);
  return useFleetStore(({ fleet }) => fleet);
}

let users = 0;
let close: (() => void) | undefined;

function follow(client: RacksideClient): () => void {
  users += 1;
  if (users === 1) close = open(client);
  return () => {
    users -= 1;
    if (users === 0) close?.();
  };
}

function open(client: RacksideClient): () => void {
  const waiting = batch<HealthPatch>(
    patches => useFleetStore.setState(({ fleet }) => ({ fleet: patchedFleet(fleet ?? new Map(), patches) })),
    () => gatherMs,
  );
  const end = client.health.servers(
    {},
    {
      onSnapshot(rows) {
        waiting.clear();
        useFleetStore.setState({ fleet: new Map(rows.map(row => [row.nodeId, row])) });
      },
      onPatch: waiting.add,
    },
  );
  return () => {
    waiting.clear();
    end();
    useFleetStore.setState({ fleet: null });
  };
}

function patchedFleet(known: Fleet, patches: readonly HealthPatch[]): Fleet {
  const fleet = new Map(known);
  for (const patch of patches) {
    if (patch.op === 'put') fleet.set(patch.row.nodeId, patch.row);
    else for (const id of patch.nodeIds) fleet.delete(id);
  }
  return fleet;
}
