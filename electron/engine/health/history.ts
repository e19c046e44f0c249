import type { Resolution } from '#engine/store/sensor-history.ts';
import type { Store } from '#engine/store/store.ts';
import type { SensorPoint } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { addPoint, decodeChunk, emptyChunk, encodeChunk, type HistoryChunk } from './history-chunk.ts';

const dayMs = 86_400_000;
/** What minimum, mean and maximum are taken over. */
const meanMs = 600_000;
/** One row of the table each: long enough to deflate well, short enough to be written anew with each point. */
const spanMs: Readonly<Record<Resolution, number>> = { round: 3_600_000, mean: 6 * 3_600_000 };
const widths: Readonly<Record<Resolution, number>> = { round: 1, mean: 3 };
/** A day of rounds and thirty of means; a piece goes when all of it is older. */
export const keptMs: Readonly<Record<Resolution, number>> = {
  round: dayMs + spanMs.round,
  mean: 30 * dayMs + spanMs.mean,
};

interface OpenChunk {
  readonly fromAt: number;
  readonly chunk: HistoryChunk;
  /** Up to here the means are stored. */
  foldedUntil: number;
}

export type SensorHistory = ReturnType<typeof createSensorHistory>;

/**
 * How the values of sensors went: each round for 24 h, minimum, mean and maximum of ten minutes for 30 days. What is being
 * written lies in memory and in the database alike, so that a new start goes on where it was.
 */
export function createSensorHistory(store: Store) {
  const { sensorHistory } = store;
  const open = new Map<NodeId, OpenChunk>();

  function load(nodeId: NodeId, resolution: Resolution, fromAt: number): HistoryChunk {
    return readable(sensorHistory.find(nodeId, resolution, fromAt)?.points) ?? emptyChunk(widths[resolution]);
  }

  function reopened(nodeId: NodeId): OpenChunk | undefined {
    const newest = sensorHistory.newest(nodeId, 'round');
    if (newest === undefined) return undefined;
    const means = readable(sensorHistory.newest(nodeId, 'mean')?.points);
    return {
      fromAt: newest.fromAt,
      chunk: readable(newest.points) ?? emptyChunk(widths.round),
      foldedUntil: (means?.times.at(-1) ?? -meanMs) + meanMs,
    };
  }

  /** The ten minutes that are over by `until` become a mean. */
  function fold(nodeId: NodeId, place: OpenChunk, until: number): void {
    if (place.foldedUntil >= until) return;
    const blocks = blocksOf(place.chunk, place.foldedUntil, until);
    place.foldedUntil = until;
    for (const [blockAt, points] of blocks) {
      const fromAt = startOf(blockAt, spanMs.mean);
      const chunk = load(nodeId, 'mean', fromAt);
      addPoint(chunk, blockAt, points);
      sensorHistory.put({ nodeId, resolution: 'mean', fromAt, points: encodeChunk(chunk) });
    }
  }

  return {
    /** What was read at once; to be called in a transaction. */
    add(nodeId: NodeId, at: number, values: ReadonlyMap<string, number>): void {
      const fromAt = startOf(at, spanMs.round);
      const before = open.get(nodeId) ?? reopened(nodeId);
      if (before !== undefined) fold(nodeId, before, startOf(at, meanMs));
      const place =
        before?.fromAt === fromAt
          ? before
          : { fromAt, chunk: load(nodeId, 'round', fromAt), foldedUntil: before?.foldedUntil ?? 0 };
      addPoint(place.chunk, at, new Map([...values].map(([key, value]) => [key, [value]])));
      open.set(nodeId, place);
      sensorHistory.put({ nodeId, resolution: 'round', fromAt, points: encodeChunk(place.chunk) });
    },
    /** What was added is not stored: it is read again from the database. */
    forget: (nodeId: NodeId): void => void open.delete(nodeId),
    /** The values that were stored last, with their time. */
    last(nodeId: NodeId): { at: number; values: ReadonlyMap<string, number> } | undefined {
      const chunk = (open.get(nodeId) ?? reopened(nodeId))?.chunk;
      const at = chunk?.times.at(-1);
      if (chunk === undefined || at === undefined) return undefined;
      const values = [...chunk.series].map(([key, series]) => [key, series.at(-1) ?? Number.NaN] as const);
      return { at, values: new Map(values.filter(([, value]) => !Number.isNaN(value))) };
    },
    /** Up to `points` a key, oldest first. */
    points(
      nodeId: NodeId,
      keys: readonly string[],
      { from, to, points, now }: { from: number; to: number; points: number; now: number },
    ): { key: string; points: SensorPoint[] }[] {
      const chunks = (resolution: Resolution, since: number) =>
        sensorHistory
          .between(nodeId, resolution, startOf(since, spanMs[resolution]), to)
          .flatMap(({ points: bytes }) => readable(bytes) ?? []);
      const bucketMs = Math.max(1, (to - from) / points);
      const isFine = bucketMs < meanMs && from >= now - dayMs;
      const means = isFine ? [] : chunks('mean', from);
      const until = Math.max(from, ...means.map(({ times }) => (times.at(-1) ?? 0) + meanMs));
      const rounds = chunks('round', until);
      return keys.map(key => {
        const known = [
          ...means.flatMap(chunk => pointsIn(chunk, key, from, to)),
          ...rounds.flatMap(chunk => pointsIn(chunk, key, until, to)),
        ];
        return { key, points: thinned(known, from, bucketMs, points) };
      });
    },
  };
}

/** A row that cannot be read costs itself. */
function readable(bytes: Buffer | undefined): HistoryChunk | undefined {
  if (bytes === undefined) return undefined;
  const chunk = decodeChunk(bytes);
  return chunk.ok ? chunk.value : undefined;
}

function startOf(at: number, ms: number): number {
  return Math.floor(at / ms) * ms;
}

function blocksOf(
  { times, series }: HistoryChunk,
  from: number,
  until: number,
): Map<number, Map<string, number[]>> {
  const blocks = new Map<number, Map<string, number[]>>();
  for (const [index, at] of times.entries())
    if (at >= from && at < until) {
      const blockAt = startOf(at, meanMs);
      const block = blocks.get(blockAt) ?? new Map<string, number[]>();
      blocks.set(blockAt, block);
      for (const [key, values] of series) {
        const value = values[index];
        if (value !== undefined && !Number.isNaN(value)) block.set(key, [...(block.get(key) ?? []), value]);
      }
    }
  for (const block of blocks.values())
    for (const [key, values] of block)
      block.set(key, [Math.min(...values), mean(values), Math.max(...values)]);
  return blocks;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function pointsIn(
  { width, times, series }: HistoryChunk,
  key: string,
  from: number,
  to: number,
): SensorPoint[] {
  const values = series.get(key);
  if (values === undefined) return [];
  return times.flatMap((at, index) => {
    const [minimum, middle, maximum] =
      width === 3 ? values.slice(index * 3, index * 3 + 3) : Array.from({ length: 3 }, () => values[index]);
    if (at < from || at > to || minimum === undefined || middle === undefined || maximum === undefined)
      return [];
    return Number.isNaN(middle) ? [] : [{ at, minimum, mean: middle, maximum }];
  });
}

/** Those of one bucket become one, at the time of the first of them. */
function thinned(known: readonly SensorPoint[], from: number, bucketMs: number, most: number): SensorPoint[] {
  const buckets = Map.groupBy(
    known.toSorted((one, other) => one.at - other.at),
    ({ at }) => Math.min(most - 1, Math.floor((at - from) / bucketMs)),
  );
  return [...buckets.values()].map(points => ({
    at: points[0]?.at ?? from,
    minimum: Math.min(...points.map(({ minimum }) => minimum)),
    mean: mean(points.map(point => point.mean)),
    maximum: Math.max(...points.map(({ maximum }) => maximum)),
  }));
}
