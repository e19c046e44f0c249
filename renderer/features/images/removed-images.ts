import { create } from 'zustand';
import type { ImageId } from '#shared/model/ids.ts';

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

export function forgetAllRemoved(): void {
  useRemovedImages.setState({ removed: [] });
}
