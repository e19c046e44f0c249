import { expect, it } from 'vitest';
import { freshMs, watchArrivals } from '#renderer/features/rack/arrivals.ts';

it('what came while somebody looked is fresh for a moment, and what was there at first never', () => {
  let now = 0;
  const arrivals = watchArrivals(() => now);
  arrivals.look(['old']);
  arrivals.look(['old', 'new']);
  expect(['old', 'new'].map(arrivals.isFresh)).toEqual([false, true]);
  now += freshMs;
  expect(arrivals.isFresh('new')).toBe(false);
  arrivals.look(['old', 'new']);
  expect(arrivals.isFresh('new')).toBe(false);
});

it('what went and comes again is new', () => {
  const arrivals = watchArrivals(() => 0);
  arrivals.look(['a']);
  arrivals.look([]);
  arrivals.look(['a']);
  expect(arrivals.isFresh('a')).toBe(true);
});
