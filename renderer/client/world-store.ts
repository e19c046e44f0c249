import { create } from 'zustand';
import type { RacksideClient, WorldPatch } from '#shared/contract/index.ts';
import { batch } from './batch.ts';
import { emptyWorld, patchWorld, type World, worldFrom } from './world.ts';

/** Above this many servers a change costs the half of a frame: a tenth of a second is still at once to an eye. */
const manyRows = 1000;
const frameMs = 16;
const calmMs = 100;

/** What every screen shows. Written by `followWorld` alone. */
export const useWorld = create<World>(() => emptyWorld);

/** Keeps the store equal to the engine's world until the returned function is called. */
export function followWorld(client: RacksideClient): () => void {
  const patches = batch<WorldPatch>(
    items => useWorld.setState(world => patchWorld(world, items)),
    () => (useWorld.getState().nodes.size > manyRows ? calmMs : frameMs),
  );
  const close = client.world.changes(
    {},
    {
      onSnapshot(snapshot) {
        patches.clear();
        useWorld.setState(worldFrom(snapshot));
      },
      onPatch: patches.add,
    },
  );
  return () => {
    patches.clear();
    close();
  };
}
