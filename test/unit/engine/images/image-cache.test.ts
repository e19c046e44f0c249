import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cachedImagePath, reconcileImageCache, removeCachedImage } from '#engine/images/image-cache.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'rk-cache-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the image cache', () => {
  test('after a killed engine loses unfinished imports, and tells what the store and the directory disagree about', async () => {
    for (const name of ['a.raw.zst', 'b.raw.zst', 'b.raw.zst.part', 'c.unpacked.part', 'notes.txt'])
      writeFileSync(path.join(directory, name), 'x');
    const result = await reconcileImageCache(directory, ['a', 'd']);
    expect({ ...result, removed: result.removed.toSorted() }).toEqual({
      removed: ['b.raw.zst.part', 'c.unpacked.part'],
      orphans: ['b'],
      missing: ['d'],
    });
    expect(readdirSync(directory).sort()).toEqual(['a.raw.zst', 'b.raw.zst', 'notes.txt']);
  });

  test('is made when it is not there yet', async () => {
    const fresh = path.join(directory, 'data', 'images');
    expect(await reconcileImageCache(fresh, [])).toEqual({ removed: [], orphans: [], missing: [] });
  });

  test('removes an image with all that belongs to it, and does not mind when nothing is there', async () => {
    for (const name of ['a.raw.zst', 'a.raw.zst.part', 'ab.raw.zst'])
      writeFileSync(path.join(directory, name), 'x');
    await removeCachedImage(directory, 'a');
    await removeCachedImage(directory, 'a');
    expect(readdirSync(directory)).toEqual(['ab.raw.zst']);
  });

  test.each(['', '..', '../a', 'a/b', 'a\\b', 'a.b', 'a\0', 'x'.repeat(65)])('%j is no image id', id => {
    expect(() => cachedImagePath(directory, id)).toThrow('not an image id');
  });
});
