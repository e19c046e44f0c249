import type { SensorPoint } from '#shared/contract/index.ts';
import { gapOf } from './time-span.ts';

type Values = (number | null)[];

/** Columns as uPlot takes them: seconds, means, maxima, minima; null where nothing was read. */
export type ChartData = [number[], Values, Values, Values];

/** Where nothing was read for long, a moment without values keeps the line from going on. */
export function chartData(points: readonly SensorPoint[]): ChartData {
  const gapMs = gapOf(points);
  const data: ChartData = [[], [], [], []];
  const [seconds, means, maxima, minima] = data;
  let before: number | null = null;
  for (const { at, mean, maximum, minimum } of points) {
    if (before !== null && at - before > gapMs) {
      seconds.push((before + 1) / 1000);
      for (const column of [means, maxima, minima]) column.push(null);
    }
    seconds.push(at / 1000);
    means.push(mean);
    maxima.push(maximum);
    minima.push(minimum);
    before = at;
  }
  return data;
}

/** The point after (or before) the one in hand; a moment without values is passed over. Null: there is none. */
export function nextPoint([, means]: ChartData, index: number | null, step: 1 | -1): number | null {
  const start = index ?? (step === 1 ? -1 : means.length);
  for (let next = start + step; next >= 0 && next < means.length; next += step)
    if (means[next] != null) return next;
  return index;
}
