import { useCallback, useEffect, useState } from 'react';
import { advanced, type ReplaySpeed } from './replay-clock.ts';

export interface Player {
  readonly atMs: number;
  readonly isPlaying: boolean;
  readonly speed: ReplaySpeed;
  readonly skipsIdle: boolean;
  readonly seek: (atMs: number) => void;
  /** From the start when the end is shown. */
  readonly toggle: () => void;
  readonly setSpeed: (speed: ReplaySpeed) => void;
  readonly setSkipsIdle: (skips: boolean) => void;
}

/** Often enough to look like a flow. */
const frameMs = 50;

/** The moment of a recording that is shown. `times` are those at which something came. */
export function usePlayer(times: readonly number[], endMs: number, startMs: number): Player {
  const [atMs, setAt] = useState(startMs);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<ReplaySpeed>(1);
  const [skipsIdle, setSkipsIdle] = useState(true);
  useEffect(() => {
    if (!isPlaying) return;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const passedMs = (now - last) * speed;
      last = now;
      setAt(known => Math.min(endMs, advanced(times, known, passedMs, skipsIdle)));
    }, frameMs);
    return () => clearInterval(timer);
  }, [isPlaying, speed, skipsIdle, times, endMs]);
  const isAtEnd = atMs >= endMs;
  useEffect(() => {
    if (isAtEnd) setPlaying(false);
  }, [isAtEnd]);
  const toggle = useCallback(() => {
    if (isAtEnd) setAt(0);
    setPlaying(playing => isAtEnd || !playing);
  }, [isAtEnd]);
  return { atMs, isPlaying, speed, skipsIdle, seek: setAt, toggle, setSpeed, setSkipsIdle };
}
