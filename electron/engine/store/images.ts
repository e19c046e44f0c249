import { type Image, image as imageShape, installerMedium } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';
import { defineTable, json, jsonOrNull, plain, storedError, word } from './table.ts';

/** An image as stored: progress lives only as long as its import runs. */
export interface StoredImage extends Omit<Image, 'progress' | 'canRetry'> {
  /** Empty when there is nothing to import it from again. */
  readonly sourcePath: string;
}

/** Deleted by a person, and not yet for good. */
export interface RemovedImage {
  readonly image: StoredImage;
  readonly removedAt: number;
}

/** Those that were deleted are in `removed()` and nowhere else. */
export interface ImageRepository {
  list(): Image[];
  find(id: ImageId): Image | undefined;
  sourcePath(id: ImageId): string | undefined;
  /** Also takes a deleted one back. */
  save(image: StoredImage): void;
  /** Shown, not stored: a byte count that the next one replaces. */
  showProgress(id: ImageId, progress: Image['progress']): void;
  removeForNow(image: StoredImage, removedAt: number): void;
  removed(): RemovedImage[];
  remove(id: ImageId): void;
}

type Row = StoredImage & { readonly removedAt: number | null };

export function imageRepository(db: Database, feed: ChangeFeed): ImageRepository {
  const { shape } = imageShape;
  const progressOf = new Map<ImageId, Image['progress']>();
  const table = defineTable<Row>(
    db,
    'images',
    ['id'],
    {
      id: plain(),
      name: plain(),
      state: word(shape.state),
      sourcePath: plain(),
      sourceFormat: plain(),
      rawSizeBytes: plain(),
      storedSizeBytes: plain(),
      sha256: plain(),
      sourceSha256: plain(),
      kind: word(shape.kind),
      installer: jsonOrNull(installerMedium),
      partitionTable: word(shape.partitionTable),
      boots: json(shape.boots),
      evidence: json(shape.evidence),
      error: storedError,
      createdAt: plain(),
      removedAt: plain(),
    },
    'created_at, name',
  );
  const shown = ({ sourcePath, removedAt: _r, ...stored }: Row): Image => ({
    ...stored,
    canRetry: stored.state === 'failed' && sourcePath !== '',
    progress: progressOf.get(stored.id) ?? null,
  });
  const here = (id: ImageId) => table.first('id = ? AND removed_at IS NULL', id);
  const hide = (id: ImageId) => {
    progressOf.delete(id);
    feed.publish({ op: 'remove', table: 'images', ids: [id] });
  };

  return {
    list: () => table.select('removed_at IS NULL').map(shown),
    find(id) {
      const stored = here(id);
      return stored === undefined ? undefined : shown(stored);
    },
    sourcePath: id => here(id)?.sourcePath,
    save(image) {
      if (image.state !== 'importing') progressOf.delete(image.id);
      const row = { ...image, removedAt: null };
      table.put(row);
      feed.publish({ op: 'put', table: 'images', row: shown(row) });
    },
    showProgress(id, progress) {
      const stored = here(id);
      if (stored === undefined) return;
      progressOf.set(id, progress);
      feed.publish({ op: 'put', table: 'images', row: shown(stored) });
    },
    removeForNow(image, removedAt) {
      table.put({ ...image, removedAt });
      hide(image.id);
    },
    removed: () =>
      table
        .select('removed_at IS NOT NULL')
        .map(({ removedAt, ...image }) => ({ image, removedAt: removedAt ?? 0 })),
    remove(id) {
      if (table.delete('id = ?', id) > 0) hide(id);
    },
  };
}
