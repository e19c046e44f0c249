import { spanOf, type TimeView, xAt } from './time-scale.ts';

interface Timed {
  /** Epoch ms. */
  readonly at: number;
}

/** Events that would lie on each other, as one mark. */
export interface Cluster<Item> {
  readonly x: number;
  /** Never empty, oldest first. */
  readonly events: readonly Item[];
}

/**
 * The events in view, oldest first, gathered by a grid that lies on the clock and not on the screen: panning moves the
 * marks and does not regroup them.
 */
export function clustersOf<Item extends Timed>(
  events: readonly Item[],
  view: TimeView,
  widthPx: number,
  gapPx: number,
): readonly Cluster<Item>[] {
  if (widthPx <= 0) return [];
  const cellMs = (spanOf(view) / widthPx) * gapPx;
  const clusters: { cell: number; events: Item[] }[] = [];
  // Half a cell to the left as well: a mark is wider than its moment.
  for (let index = firstAfter(events, view.startMs - cellMs); index < events.length; index += 1) {
    const event = events[index];
    if (event === undefined || event.at > view.endMs) break;
    const cell = Math.floor(event.at / cellMs);
    const last = clusters.at(-1);
    if (last?.cell === cell) last.events.push(event);
    else clusters.push({ cell, events: [event] });
  }
  return clusters.map(({ cell, events: own }) => {
    // A mark stays inside of its cell, so that neighbours never lie on each other.
    const left = xAt(view, widthPx, cell * cellMs);
    const half = own.length === 1 ? halfOfDot : halfOfCount;
    const x = xAt(view, widthPx, own[0]?.at ?? 0);
    return { x: Math.min(Math.max(x, left + half), left + gapPx - half), events: own };
  });
}

/** How far the mark of one event, and that of several with their number, go to each side. */
export const halfOfDot = 4;
export const halfOfCount = 8;

/** Index of the first event at or after this moment. */
export function firstAfter(events: readonly Timed[], atMs: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.at ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
