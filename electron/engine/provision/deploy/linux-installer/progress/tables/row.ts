import type { ProgressPhrase } from '#shared/contract/index.ts';

const defaultQuietSeconds = 900;

/** `quietSeconds` is for the slowest hardware that works: old disks, a mirror far away. */
export function row(
  words: string,
  phase: string,
  percent: number,
  quietSeconds = defaultQuietSeconds,
): ProgressPhrase {
  return { words, phase, percent, quietSeconds };
}
