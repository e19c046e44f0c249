import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSensorHistory } from '#engine/health/history.ts';
import { addPoint, decodeChunk, emptyChunk, encodeChunk } from '#engine/health/history-chunk.ts';
import { startRetention } from '#engine/provision/retention.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aNode, nodeId } from '#test/fakes/rows.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = 1_000 * dayMs;
let store: Store;

beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.nodes.save(aNode());
});
afterEach(() => store.close());

/** A value a minute, which is the number of the minute. */
function fill(history: ReturnType<typeof createSensorHistory>, from: number, minutes: number): void {
  for (let minute = 0; minute < minutes; minute += 1)
    history.add(nodeId, start + (from + minute) * minuteMs, new Map([['cpu', from + minute]]));
}

const ask = (history: ReturnType<typeof createSensorHistory>, from: number, to: number, points: number) =>
  history.points(nodeId, ['cpu'], { from, to, points, now: to })[0]?.points ?? [];

describe('the history of a sensor', () => {
  it('of the last hours has each value', () => {
    const history = createSensorHistory(store);
    fill(history, 0, 90);
    const points = ask(history, start, start + 90 * minuteMs, 1000);
    expect(points.map(({ mean }) => mean)).toEqual(Array.from({ length: 90 }, (_, minute) => minute));
    expect(points[7]).toEqual({ at: start + 7 * minuteMs, minimum: 7, mean: 7, maximum: 7 });
  });

  it('of days is minimum, mean and maximum, up to the newest value', () => {
    const history = createSensorHistory(store);
    fill(history, 0, 60 * 7 + 5);
    const points = ask(history, start - 2 * dayMs, start + 7 * hourMs + 5 * minuteMs, 1000);
    expect(points[0]).toEqual({ at: start, minimum: 0, mean: 4.5, maximum: 9 });
    expect(points.at(-1)).toMatchObject({ maximum: 60 * 7 + 4 });
  });

  it('is thinned to as many points as were asked for, and keeps peaks', () => {
    const history = createSensorHistory(store);
    fill(history, 0, 60);
    history.add(nodeId, start + hourMs, new Map([['cpu', 4000]]));
    const points = ask(history, start, start + hourMs, 6);
    expect(points).toHaveLength(6);
    expect(points.at(-1)?.maximum).toBe(4000);
  });

  it('goes on over a new start as if there had been none', () => {
    fill(createSensorHistory(store), 0, 65);
    fill(createSensorHistory(store), 65, 65);
    const whole = openStore(':memory:', new Uint8Array(32));
    whole.nodes.save(aNode());
    const uninterrupted = createSensorHistory(whole);
    fill(uninterrupted, 0, 130);
    for (const from of [start - 2 * dayMs, start])
      expect(ask(createSensorHistory(store), from, start + 130 * minuteMs, 1000)).toEqual(
        ask(uninterrupted, from, start + 130 * minuteMs, 1000),
      );
    whole.close();
  });

  it('has nothing where there was no value, and nothing of a sensor that nobody knows', () => {
    const history = createSensorHistory(store);
    history.add(nodeId, start, new Map([['fan', 1]]));
    history.add(nodeId, start + minuteMs, new Map([['cpu', 2]]));
    expect(ask(history, start, start + hourMs, 100)).toMatchObject([{ at: start + minuteMs, mean: 2 }]);
    const span = { from: start, to: start + hourMs, points: 10, now: start + hourMs };
    expect(history.points(nodeId, ['nobody'], span)).toEqual([{ key: 'nobody', points: [] }]);
  });

  it('is forgotten when it is older than it is kept: rounds after a day, means after thirty', async () => {
    const clock = manualClock(start + 26 * hourMs);
    const history = createSensorHistory(store);
    fill(history, 0, 20);
    const stop = startRetention(store, clock, () => undefined);
    await clock.advance(minuteMs);
    expect(store.sensorHistory.newest(nodeId, 'round')).toBeUndefined();
    expect(store.sensorHistory.newest(nodeId, 'mean')).toBeDefined();
    await clock.advance(31 * dayMs);
    expect(store.sensorHistory.newest(nodeId, 'mean')).toBeUndefined();
    stop();
  });

  it('of an hour of forty sensors is some kilobytes', () => {
    const chunk = emptyChunk(1);
    for (let minute = 0; minute < 60; minute += 1) {
      const values = Array.from({ length: 40 }, (_, sensor) => {
        const noise = (minute * 7 + sensor * 13) % (sensor % 4 === 0 ? 5 : 1);
        return [`3.${sensor}/0.${sensor} Sensor ${sensor}`, [20 + sensor + noise]] as const;
      });
      addPoint(chunk, start + minute * minuteMs, new Map(values));
    }
    expect(encodeChunk(chunk).length).toBeLessThan(4000);
  });
});

describe('a piece of history', () => {
  it('is read as it was written', () => {
    const chunk = emptyChunk(3);
    addPoint(chunk, start, new Map([['a', [1, 2, 3]]]));
    addPoint(chunk, start + 1, new Map([['b', [4, 5, 6]]]));
    const read = decodeChunk(encodeChunk(chunk));
    expect(read).toEqual({ ok: true, value: chunk });
  });

  it('that is none is refused without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        expect(decodeChunk(Buffer.from(bytes)).ok).toBe(false);
      }),
    );
    const cut = encodeChunk(emptyChunk(1)).subarray(0, 5);
    expect(decodeChunk(cut).ok).toBe(false);
  });
});
