import type { SensorPoint } from '#shared/contract/index.ts';

export interface TimeSpan {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
}

/** So many times the usual distance between two points without any: nothing was read then. */
const gapFactor = 3;

/** Longer than this between two points nothing was read, ms: a line through it would be an invention. */
export function gapOf(points: readonly SensorPoint[]): number {
  const distances = points
    .slice(1)
    .map(({ at }, index) => at - (points[index]?.at ?? at))
    .sort((one, other) => one - other);
  const usual = distances[Math.floor(distances.length / 2)];
  return usual === undefined ? Number.POSITIVE_INFINITY : usual * gapFactor;
}
