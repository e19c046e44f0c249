import { create } from 'zustand';
import type { RacksideClient, WorldPatch } from '#shared/contract/index.ts';
import { batch } from './batch.ts';
import { emptyWorld, patchWorld, type World, worldFrom } from './world.ts';

/** What every screen shows. Written by `followWorld` alone. */
export const useWorld = create<World>(() => emptyWorld);

/** Keeps the store equal to the engine's world until the returned function is called. */
export function followWorld(client: RacksideClient): () => void {
  const patches = batch<WorldPatch>(items => {
    useWorld.setState(world => patchWorld(world, items));
  });
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
