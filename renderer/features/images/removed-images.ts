import { create } from 'zustand';
import type { ImageId } from '#shared/model/ids.ts';
import type { World } from '../../client/world.ts';
import { useWorld } from '../../client/world-store.ts';

interface RemovedImage {
  readonly id: ImageId;
  readonly name: string;
}

/** As long as the engine keeps the file, unless an import begins. */
const undoMs = 60_000;

/** What a person deleted on this page and may still have back. */
export const useRemovedImages = create<{ readonly removed: readonly RemovedImage[] }>(() => ({
  removed: [],
}));

export function noteRemoved(image: RemovedImage): void {
  useRemovedImages.setState(({ removed }) => ({ removed: [...removed, { id: image.id, name: image.name }] }));
  setTimeout(() => forgetRemoved(image.id), undoMs);
}

export function forgetRemoved(id: ImageId): void {
  useRemovedImages.setState(({ removed }) => ({ removed: removed.filter(image => image.id !== id) }));
}

/** In whichever window it was begun: it may need the room. */
function isImportBegun({ images: after }: World, { images: before }: World): boolean {
  if (after === before) return false;
  return [...after.values()].some(
    ({ id, state }) => state === 'importing' && before.get(id)?.state !== 'importing',
  );
}

useWorld.subscribe((after, before) => {
  if (isImportBegun(after, before)) useRemovedImages.setState({ removed: [] });
});
