import { stat } from 'node:fs/promises';
import { cacheSpace } from './cache-file.ts';

/** Room on the library's disk, and what these files may take of it. */
export async function librarySpace(imagesDir: string, paths: readonly string[]) {
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
    neededBytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
  };
}
