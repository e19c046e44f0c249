import type { SensorPoint } from '#shared/contract/index.ts';
import { gapOf, type TimeSpan } from './time-span.ts';
import type { ValueRange } from './value-scale.ts';

export interface SparkSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Pixels from the top. */
export function sparkY({ minimum, maximum }: ValueRange, { heightPx }: SparkSize, value: number): number {
  return round(heightPx - ((value - minimum) / (maximum - minimum)) * heightPx);
}

/** The means as an SVG path; it is broken where nothing was read. A point by itself is a dot under a round line cap. */
export function sparkPath(
  points: readonly SensorPoint[],
  { from, to }: TimeSpan,
  range: ValueRange,
  size: SparkSize,
): string {
  const gapMs = gapOf(points);
  let before: number | null = null;
  const parts = points.map(({ at, mean }) => {
    const isNew = before === null || at - before > gapMs;
    before = at;
    const place = `${round(((at - from) / (to - from)) * size.widthPx)} ${sparkY(range, size, mean)}`;
    return isNew ? `M${place}h0` : `L${place}`;
  });
  return parts.join('');
}

/** A tenth of a pixel cannot be seen, and sixty paths are short. */
function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
