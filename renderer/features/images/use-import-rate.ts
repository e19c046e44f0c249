import { useEffect, useRef, useState } from 'react';

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** Bytes a second over about the last five seconds; 0 until two samples are apart. */
export function rateOf(samples: readonly Sample[]): number {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < 400) return 0;
  return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.at - first.at));
}

const windowMs = 5000;

/** The engine counts an import's bytes; how quick that is, is seen from their changes. */
export function useImportRate(doneBytes: number): number {
  const samples = useRef<Sample[]>([]);
  const [rate, setRate] = useState(0);
  useEffect(() => {
    const now = Date.now();
    // A new phase counts from zero.
    const kept = samples.current.filter(sample => now - sample.at <= windowMs && sample.bytes <= doneBytes);
    samples.current = [...kept, { at: now, bytes: doneBytes }];
    setRate(rateOf(samples.current));
  }, [doneBytes]);
  return rate;
}
