import { describe, expect, it } from 'vitest';
import { chunkPool } from '#engine/net/http/download.ts';

const mib = 1024 * 1024;

describe('chunkPool', () => {
  it('gives one download the largest chunks, and the same ones to the next', () => {
    const pool = chunkPool(64 * mib, mib);
    pool.enter();
    const chunk = pool.chunk(undefined);
    expect(chunk).toHaveLength(mib);
    expect(pool.chunk(chunk)).toBe(chunk);
    pool.leave([chunk]);
    pool.enter();
    expect(pool.chunk(undefined)).toBe(chunk);
  });

  it.each([
    [1, mib],
    [32, mib],
    [33, mib / 2],
    [200, mib / 8],
    [512, mib / 16],
    [5000, mib / 16],
  ])('keeps %i downloads within the budget, but chunks no smaller than 64 KiB', (downloads, chunkBytes) => {
    const pool = chunkPool(64 * mib, mib);
    const early = pool.chunk(undefined);
    for (let count = 0; count < downloads; count += 1) pool.enter();
    const chunk = pool.chunk(early);
    expect(chunk).toHaveLength(chunkBytes);
  });

  it('gives large chunks again when others have left, whether they finished or were cut', () => {
    const pool = chunkPool(8 * mib, mib);
    for (let count = 0; count < 100; count += 1) pool.enter();
    const small = pool.chunk(undefined);
    expect(small).toHaveLength(mib / 16);
    for (let count = 0; count < 99; count += 1) pool.leave(count % 2 === 0 ? [] : [new Uint8Array(mib / 16)]);
    expect(pool.chunk(small)).toHaveLength(mib);
  });
});
