import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { discard } from './cache-file.ts';

/** The cache is one directory: `<imageId>.raw.zst` for every image, `<imageId>.….part` while one is imported. */
const finalSuffix = '.raw.zst';
const temporarySuffixes = ['.raw.zst.part', '.unpacked.part'] as const;

/** Where the compressed raw content of an image is. */
export function cachedImagePath(cacheDir: string, imageId: string): string {
  return path.join(cacheDir, safeId(imageId) + finalSuffix);
}

export function temporaryPaths(cacheDir: string, imageId: string): { store: string; unpack: string } {
  const [store, unpack] = temporarySuffixes;
  return {
    store: path.join(cacheDir, safeId(imageId) + store),
    unpack: path.join(cacheDir, safeId(imageId) + unpack),
  };
}

/** Removes an image's file, and what an import of it may have left. */
export async function removeCachedImage(cacheDir: string, imageId: string): Promise<void> {
  const { store, unpack } = temporaryPaths(cacheDir, imageId);
  await discard(cachedImagePath(cacheDir, imageId), store, unpack);
}

export interface CacheReconciliation {
  /** File names of unfinished imports, removed. */
  readonly removed: readonly string[];
  /** Ids of files that nobody knows: the image was removed just before the engine ended. Left for the caller. */
  readonly orphans: readonly string[];
  /** Known images whose file is gone. */
  readonly missing: readonly string[];
}

/** At start, before any import runs: cleans up after a killed engine and compares the directory with the store. */
export async function reconcileImageCache(
  cacheDir: string,
  knownImageIds: readonly string[],
): Promise<CacheReconciliation> {
  await mkdir(cacheDir, { recursive: true });
  const names = await readdir(cacheDir);
  const removed = names.filter(name => temporarySuffixes.some(suffix => name.endsWith(suffix)));
  await discard(...removed.map(name => path.join(cacheDir, name)));
  const present = new Set(
    names.filter(name => name.endsWith(finalSuffix)).map(name => name.slice(0, -finalSuffix.length)),
  );
  const known = new Set(knownImageIds);
  return {
    removed,
    orphans: [...present].filter(id => !known.has(id)),
    missing: knownImageIds.filter(id => !present.has(id)),
  };
}

/** Ids are the engine's own; this keeps a bug elsewhere from becoming a path. */
function safeId(imageId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(imageId)) throw new Error(`not an image id: ${imageId}`);
  return imageId;
}
