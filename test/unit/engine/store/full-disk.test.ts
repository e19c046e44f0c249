import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '#engine/store/database.ts';
import { timelineRepository } from '#engine/store/timeline.ts';
import type { CodedError } from '#shared/contract/errors.ts';

let db: Database;
let faults: (string | undefined)[];
let timeline: ReturnType<typeof timelineRepository>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'performance'] });
  db = openDatabase(':memory:');
  faults = [];
  timeline = timelineRepository(
    db,
    () => 42,
    (fault: CodedError | undefined) => faults.push(fault?.code),
  );
});
afterEach(() => {
  db.close();
  vi.useRealTimers();
});

/** As SQLite reports a full disk: the file may grow no more. */
const fill = () => {
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`);
};
const makeRoom = () => db.pragma('max_page_count = 1000000');
const append = (text = '') =>
  timeline.append({ kind: 'step', message: 'step.started', details: { step: text.padEnd(5000, 'x') } });

it('a full disk does not throw, is told once, and what happened meanwhile is stored when there is room', () => {
  fill();
  append('first');
  vi.advanceTimersByTime(1);
  append('second');
  vi.advanceTimersByTime(20_000);
  expect(faults).toEqual(['db.full']);
  expect(timeline.list({}, 0, 10)).toEqual([]);
  makeRoom();
  vi.advanceTimersByTime(5000);
  expect(faults).toEqual(['db.full', undefined]);
  expect(timeline.list({}, 0, 10).map(({ details }) => String(details['step']).slice(0, 6))).toEqual([
    'firstx',
    'second',
  ]);
});

it('a disk that stays full costs the oldest events, not the memory', () => {
  fill();
  for (let count = 0; count < 12_000; count += 1)
    timeline.append({
      kind: 'http',
      message: 'http.cut',
      details: { path: 'x'.repeat(5000), bytes: count, seconds: 1, why: '' },
    });
  vi.advanceTimersByTime(6000);
  makeRoom();
  vi.advanceTimersByTime(6000);
  const kept = timeline.list({}, 0, 20_000);
  expect(kept.length).toBeLessThanOrEqual(10_000);
  expect(kept.at(-1)?.details).toMatchObject({ bytes: 11_999 });
});
