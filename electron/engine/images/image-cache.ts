import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { discard } from './cache-file.ts';

/**
 * The cache is one directory: `<imageId>.raw.zst` for a disk's content, `<imageId>.iso` for a disc, `<imageId>.….part`
 * while one is imported. A file that comes from a browser is `<imageId>.upload.part`, then `<imageId>.upload` until it is
 * imported.
 */
const finalSuffix = '.raw.zst';
const discSuffix = '.iso';
const uploadSuffix = '.upload';
const temporarySuffixes = ['.raw.zst.part', '.unpacked.part', '.iso.part', '.upload.part'] as const;

/** Where the compressed raw content of an image is. */
export function cachedImagePath(cacheDir: string, imageId: string): string {
  return path.join(cacheDir, safeId(imageId) + finalSuffix);
}

/** Where an ISO is, as it came. */
export function cachedDiscPath(cacheDir: string, imageId: string): string {
  return path.join(cacheDir, safeId(imageId) + discSuffix);
}

export function temporaryPaths(
  cacheDir: string,
  imageId: string,
): { store: string; unpack: string; disc: string } {
  const [store, unpack, disc] = temporarySuffixes;
  return {
    store: path.join(cacheDir, safeId(imageId) + store),
    unpack: path.join(cacheDir, safeId(imageId) + unpack),
    disc: path.join(cacheDir, safeId(imageId) + disc),
  };
}

/** A file from a browser, while it comes and once it is whole. */
export function uploadPaths(cacheDir: string, imageId: string): { part: string; whole: string } {
  const whole = path.join(cacheDir, safeId(imageId) + uploadSuffix);
  return { part: `${whole}.part`, whole };
}

/** Removes an image's file, and what an import of it may have left. */
export async function removeCachedImage(cacheDir: string, imageId: string): Promise<void> {
  const { store, unpack, disc } = temporaryPaths(cacheDir, imageId);
  const finals = [cachedImagePath(cacheDir, imageId), cachedDiscPath(cacheDir, imageId)];
  const { part, whole } = uploadPaths(cacheDir, imageId);
  await discard(...finals, store, unpack, disc, part, whole);
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
  const idsOf = (...suffixes: string[]) =>
    new Set(
      suffixes.flatMap(suffix =>
        names.filter(name => name.endsWith(suffix)).map(name => name.slice(0, -suffix.length)),
      ),
    );
  const present = idsOf(finalSuffix, discSuffix);
  const known = new Set(knownImageIds);
  return {
    removed,
    orphans: [...idsOf(finalSuffix, discSuffix, uploadSuffix)].filter(id => !known.has(id)),
    missing: knownImageIds.filter(id => !present.has(id)),
  };
}

/** Ids are the engine's own; this keeps a bug elsewhere from becoming a path. */
function safeId(imageId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(imageId)) throw new Error(`not an image id: ${imageId}`);
  return imageId;
}
