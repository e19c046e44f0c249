import { useCallback, useEffect, useState } from 'react';

export const replaySpeeds = [1, 2, 5, 10, 30, 60] as const;
export type ReplaySpeed = (typeof replaySpeeds)[number];

export interface Replay {
  /** The moment that is shown; null: the present. */
  readonly atMs: number | null;
  readonly isPlaying: boolean;
  readonly speed: ReplaySpeed;
  /** Shows this moment, and goes on from there if it plays. */
  readonly seek: (atMs: number) => void;
  /** Begins at `fromMs` when the present or the end is shown. */
  readonly toggle: (fromMs: number) => void;
  readonly setSpeed: (speed: ReplaySpeed) => void;
  readonly backToPresent: () => void;
}

/** Often enough to look like a flow. */
const frameMs = 50;

/** A moment of the past that moves, up to `endMs`. */
export function useReplay(endMs: number): Replay {
  const [atMs, setAt] = useState<number | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<ReplaySpeed>(10);
  useEffect(() => {
    if (!isPlaying) return;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const passedMs = (now - last) * speed;
      last = now;
      setAt(known => (known === null ? null : Math.min(endMs, known + passedMs)));
    }, frameMs);
    return () => clearInterval(timer);
  }, [isPlaying, speed, endMs]);
  const isAtEnd = atMs === null || atMs >= endMs;
  useEffect(() => {
    if (isAtEnd) setPlaying(false);
  }, [isAtEnd]);
  const toggle = useCallback(
    (fromMs: number) => {
      if (isAtEnd) setAt(fromMs);
      setPlaying(playing => isAtEnd || !playing);
    },
    [isAtEnd],
  );
  const backToPresent = useCallback(() => {
    setPlaying(false);
    setAt(null);
  }, []);
  return { atMs, isPlaying, speed, seek: setAt, toggle, setSpeed, backToPresent };
}
