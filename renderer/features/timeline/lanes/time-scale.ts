/** The part of the common clock that is on the screen, epoch ms. */
export interface TimeView {
  readonly startMs: number;
  readonly endMs: number;
}

const leastSpanMs = 500;
const mostSpanMs = 90 * 86_400_000;
/** Beside what is fitted, so that its ends are seen as ends. */
const marginShare = 0.03;
/** Where the present moment stands while the picture follows it. */
const nowShare = 0.95;

export function spanOf({ startMs, endMs }: TimeView): number {
  return endMs - startMs;
}

/** Pixels from the left edge; outside of 0 to `widthPx` for what is not in view. */
export function xAt(view: TimeView, widthPx: number, atMs: number): number {
  return ((atMs - view.startMs) / spanOf(view)) * widthPx;
}

export function timeAtX(view: TimeView, widthPx: number, x: number): number {
  return view.startMs + (x / Math.max(1, widthPx)) * spanOf(view);
}

/** `factor` below 1 shows less time, larger. What is at `aroundMs` stays where it is. */
export function zoomed(view: TimeView, factor: number, aroundMs: number): TimeView {
  const span = spanOf(view);
  const newSpan = Math.min(mostSpanMs, Math.max(leastSpanMs, span * factor));
  const startMs = aroundMs - ((aroundMs - view.startMs) / span) * newSpan;
  return { startMs, endMs: startMs + newSpan };
}

export function panned({ startMs, endMs }: TimeView, byMs: number): TimeView {
  return { startMs: startMs + byMs, endMs: endMs + byMs };
}

/** All of `range`, with a margin. */
export function fitted(range: TimeView): TimeView {
  const middle = (range.startMs + range.endMs) / 2;
  const span = Math.min(mostSpanMs, Math.max(leastSpanMs, spanOf(range) * (1 + 2 * marginShare)));
  return { startMs: middle - span / 2, endMs: middle + span / 2 };
}

/** The same span, with this moment near the right edge. */
export function following(view: TimeView, nowMs: number): TimeView {
  return panned(view, nowMs - (view.startMs + spanOf(view) * nowShare));
}

/** As it is while this moment is in view, else with it in the middle. */
export function showing(view: TimeView, atMs: number): TimeView {
  const isInView = atMs >= view.startMs && atMs <= view.endMs;
  return isInView ? view : panned(view, atMs - (view.startMs + view.endMs) / 2);
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const tickSteps: readonly number[] = [
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map(count => count * secondMs),
  ...[1, 2, 5, 10, 15, 30].map(count => count * minuteMs),
  ...[1, 2, 3, 6, 12].map(count => count * hourMs),
  ...[1, 2, 7, 14, 30].map(count => count * dayMs),
];

interface Ticks {
  readonly stepMs: number;
  readonly at: readonly number[];
}

/** Round times of the clock on the wall, at least `leastGapPx` apart. `zoneMs` is what that clock is ahead of UTC. */
export function ticksOf(view: TimeView, widthPx: number, leastGapPx: number, zoneMs: number): Ticks {
  const most = Math.max(1, Math.floor(widthPx / leastGapPx));
  const span = spanOf(view);
  const stepMs = tickSteps.find(step => span / step <= most) ?? dayMs * 30;
  const first = Math.ceil((view.startMs + zoneMs) / stepMs) * stepMs - zoneMs;
  const count = Math.max(0, Math.floor((view.endMs - first) / stepMs) + 1);
  return { stepMs, at: Array.from({ length: count }, (_, index) => first + index * stepMs) };
}
