import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { chunkPool } from '#engine/net/http/download.ts';

const mib = 1024 * 1024;
const client = () => new EventEmitter();

describe('chunkPool', () => {
  it('gives one download the largest chunks, and the same ones to the next', async () => {
    const pool = chunkPool(64 * mib, mib);
    await pool.enter(client());
    const chunk = pool.chunk(undefined);
    expect(chunk).toHaveLength(mib);
    expect(pool.chunk(chunk)).toBe(chunk);
    pool.leave([chunk]);
    await pool.enter(client());
    expect(pool.chunk(undefined)).toBe(chunk);
  });

  it.each([
    [1, mib],
    [32, mib],
    [33, mib / 2],
    [200, mib / 8],
    [512, mib / 16],
  ])(
    'keeps %i downloads within the budget, but chunks no smaller than 64 KiB',
    async (downloads, chunkBytes) => {
      const pool = chunkPool(64 * mib, mib);
      const early = pool.chunk(undefined);
      for (let count = 0; count < downloads; count += 1) await pool.enter(client());
      const chunk = pool.chunk(early);
      expect(chunk).toHaveLength(chunkBytes);
    },
  );

  it('gives large chunks again when others have left, whether they finished or were cut', async () => {
    const pool = chunkPool(16 * mib, mib);
    for (let count = 0; count < 100; count += 1) await pool.enter(client());
    const small = pool.chunk(undefined);
    expect(small).toHaveLength(mib / 16);
    for (let count = 0; count < 99; count += 1) pool.leave(count % 2 === 0 ? [] : [new Uint8Array(mib / 16)]);
    expect(pool.chunk(small)).toHaveLength(mib);
  });

  it('lets the next in line begin when one leaves, and forgets those who went away', async () => {
    const pool = chunkPool(mib, mib);
    const begun: string[] = [];
    const enter = (name: string, who = client()) => {
      void pool.enter(who).then(hasPlace => begun.push(hasPlace ? name : `${name} left`));
      return who;
    };
    for (let count = 0; count < 8; count += 1) enter(String(count));
    const impatient = enter('impatient');
    enter('patient');
    enter('last');
    await Promise.resolve();
    expect(begun).toHaveLength(8);
    impatient.emit('close');
    pool.leave([]);
    await Promise.resolve();
    await Promise.resolve();
    expect(begun.slice(8)).toEqual(['impatient left', 'patient']);
  });
});
