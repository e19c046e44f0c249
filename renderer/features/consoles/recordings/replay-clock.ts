export const replaySpeeds = [1, 2, 4, 8, 16] as const;
export type ReplaySpeed = (typeof replaySpeeds)[number];

/** A silence is shown for so long; the rest of it is left out where a person wants that. */
export const idleMs = 2000;

/** The first index whose time is later. `times` rise. */
export function firstAfter(times: readonly number[], atMs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The moment that is shown `byMs` of playing after `atMs`; behind the last time the clock simply goes on. */
export function advanced(times: readonly number[], atMs: number, byMs: number, skipsIdle: boolean): number {
  if (!skipsIdle) return atMs + byMs;
  let at = atMs;
  let left = byMs;
  for (let index = firstAfter(times, at); left > 0; index = firstAfter(times, at)) {
    const next = times[index];
    if (next === undefined) return at + left;
    const previous = index === 0 ? 0 : (times[index - 1] ?? 0);
    const silentFrom = next - previous > idleMs ? previous + idleMs : next;
    if (at >= silentFrom) {
      at = next;
      continue;
    }
    const step = Math.min(left, silentFrom - at);
    at += step;
    left -= step;
  }
  return at;
}

/** Where drawing begins so that at most `limitBytes` are drawn up to `end` (an index, not included). */
export function drawnFrom(sizes: readonly number[], end: number, limitBytes: number): number {
  let start = end;
  for (let total = 0; start > 0; start -= 1) {
    total += sizes[start - 1] ?? 0;
    if (total > limitBytes) break;
  }
  return start;
}
