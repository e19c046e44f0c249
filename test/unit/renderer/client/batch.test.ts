import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batch } from '#renderer/client/batch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('what came within the time is handed over together', () => {
  const delivered: (readonly number[])[] = [];
  const { add } = batch<number>(
    items => delivered.push(items),
    () => 100,
  );
  add(1);
  vi.advanceTimersByTime(60);
  add(2);
  expect(delivered).toEqual([]);
  vi.advanceTimersByTime(40);
  expect(delivered).toEqual([[1, 2]]);
  vi.advanceTimersByTime(1000);
  expect(delivered).toHaveLength(1);
});

it('rows and events that wait at the same time are drawn at once, when the first of them has to be', () => {
  const told: string[] = [];
  const quick = batch<string>(
    items => told.push(...items),
    () => 16,
  );
  const slow = batch<string>(
    items => told.push(...items),
    () => 100,
  );
  slow.add('event');
  quick.add('row');
  vi.advanceTimersByTime(16);
  expect(told.toSorted()).toEqual(['event', 'row']);
  vi.advanceTimersByTime(1000);
  expect(told).toHaveLength(2);
});

it('what a new snapshot replaces is handed over by nobody', () => {
  const told: string[] = [];
  const cleared = batch<string>(
    items => told.push(...items),
    () => 100,
  );
  const other = batch<string>(
    items => told.push(...items),
    () => 50,
  );
  cleared.add('old');
  other.add('kept');
  cleared.clear();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual(['kept']);
});
