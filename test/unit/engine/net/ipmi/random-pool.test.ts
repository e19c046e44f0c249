import { expect, test } from 'vitest';
import { createRandomPool } from '#engine/net/ipmi/random-pool.ts';

test('no bytes are given twice, whatever is asked for', () => {
  const random = createRandomPool();
  const sizes = Array.from({ length: 1000 }, (_, index) => 8 + (index % 40));
  const given = sizes.map(size => random(size));
  expect(given.map(({ length }) => length)).toEqual(sizes);
  const firsts = new Set(given.map(bytes => bytes.subarray(0, 8).toString('hex')));
  expect(firsts.size).toBe(sizes.length);
});

test('more than the pool holds comes too', () => {
  expect(createRandomPool()(10_000)).toHaveLength(10_000);
});

test('what was given does not change when the pool is drawn anew', () => {
  const random = createRandomPool();
  const first = random(16);
  const copy = Buffer.from(first);
  for (let draw = 0; draw < 1000; draw += 1) random(16);
  expect(first).toEqual(copy);
});
