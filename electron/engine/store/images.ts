import { type Image, image as imageShape, installerMedium } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';
import { defineTable, json, jsonOrNull, plain, storedError, word } from './table.ts';

/** An image as stored: progress lives only as long as its import runs. */
export interface StoredImage extends Omit<Image, 'progress'> {
  readonly sourcePath: string;
}

export interface ImageRepository {
  list(): Image[];
  find(id: ImageId): Image | undefined;
  sourcePath(id: ImageId): string | undefined;
  save(image: StoredImage): void;
  /** Shown, not stored: a byte count that the next one replaces. */
  showProgress(id: ImageId, progress: Image['progress']): void;
  remove(id: ImageId): void;
}

export function imageRepository(db: Database, feed: ChangeFeed): ImageRepository {
  const { shape } = imageShape;
  const progressOf = new Map<ImageId, Image['progress']>();
  const table = defineTable<StoredImage>(
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
    },
    'created_at, name',
  );
  const shown = ({ sourcePath: _, ...stored }: StoredImage): Image => ({
    ...stored,
    progress: progressOf.get(stored.id) ?? null,
  });

  return {
    list: () => table.select().map(shown),
    find(id) {
      const stored = table.first('id = ?', id);
      return stored === undefined ? undefined : shown(stored);
    },
    sourcePath: id => table.first('id = ?', id)?.sourcePath,
    save(image) {
      if (image.state !== 'importing') progressOf.delete(image.id);
      table.put(image);
      feed.publish({ op: 'put', table: 'images', row: shown(image) });
    },
    showProgress(id, progress) {
      const stored = table.first('id = ?', id);
      if (stored === undefined) return;
      progressOf.set(id, progress);
      feed.publish({ op: 'put', table: 'images', row: shown(stored) });
    },
    remove(id) {
      progressOf.delete(id);
      if (table.delete('id = ?', id) > 0) feed.publish({ op: 'remove', table: 'images', id });
    },
  };
}
