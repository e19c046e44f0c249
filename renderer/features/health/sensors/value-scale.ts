import type { SensorPoint } from '#shared/contract/index.ts';
import type { ThresholdLine } from './thresholds.ts';

/** In the unit of the sensor; `maximum` is always the greater one. */
export interface ValueRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** Of the range, above and below, so that a line at the edge is seen. */
const marginShare = 0.06;
/** A value that never moves is drawn in the middle of so much of itself. */
const flatShare = 0.02;

/**
 * What a picture of these points shows: all of them, and on each side the nearest limit, because how near it is matters more
 * than how the value moves. Limits further away would press the line flat. Null without points.
 */
export function valueRange(
  points: readonly SensorPoint[],
  lines: readonly ThresholdLine[],
): ValueRange | null {
  if (points.length === 0) return null;
  const lowest = Math.min(...points.map(({ minimum }) => minimum));
  const highest = Math.max(...points.map(({ maximum }) => maximum));
  const limits = lines.map(({ value }) => value);
  const below = limits.filter(value => value <= lowest);
  const above = limits.filter(value => value >= highest);
  const minimum = below.length === 0 ? lowest : Math.max(...below);
  const maximum = above.length === 0 ? highest : Math.min(...above);
  const span = maximum - minimum || Math.abs(maximum) * flatShare || 1;
  return { minimum: minimum - span * marginShare, maximum: maximum + span * marginShare };
}

/** The limits that are in the picture. */
export function linesWithin(
  lines: readonly ThresholdLine[],
  { minimum, maximum }: ValueRange,
): readonly ThresholdLine[] {
  return lines.filter(({ value }) => value >= minimum && value <= maximum);
}
