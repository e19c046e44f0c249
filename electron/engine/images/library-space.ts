import { stat } from 'node:fs/promises';
import type { Store } from '#engine/store/store.ts';
import { cacheSpace } from './cache-file.ts';

/** Room on the library's disk, and what these files may take of it. */
export async function librarySpace(store: Store, imagesDir: string, paths: readonly string[]) {
  const { reserveBytes, freeBytes } = cacheSpace(imagesDir);
  const sizes = await Promise.all(
    paths.map(path =>
      stat(path).then(
        ({ size }) => size,
        () => 0, // its import says why it cannot be read
      ),
    ),
  );
  return {
    freeBytes: await freeBytes(),
    reserveBytes,
    storedBytes: total(store.images.list().map(({ storedSizeBytes }) => storedSizeBytes)),
    neededBytes: total(sizes),
  };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, bytes) => sum + bytes, 0);
}
