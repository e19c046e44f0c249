/** As long as the highlight of a row takes. */
export const freshMs = 2400;

interface Arrivals {
  /** These are the rows now. */
  readonly look: (keys: Iterable<string>) => void;
  /** It came a moment ago. Later it is no news, also when it scrolls into view again. */
  readonly isFresh: (key: string) => boolean;
}

/** Tells which rows are new to the person who looks. By this computer's clock: the engine's may go otherwise. */
export function watchArrivals(now: () => number): Arrivals {
  let known: ReadonlySet<string> | undefined;
  const arrivedAt = new Map<string, number>();
  return {
    look(keys) {
      const present = new Set(keys);
      if (known !== undefined) {
        for (const key of present) if (!known.has(key)) arrivedAt.set(key, now());
      }
      for (const [key, at] of arrivedAt) if (now() - at >= freshMs) arrivedAt.delete(key);
      known = present;
    },
    isFresh(key) {
      const at = arrivedAt.get(key);
      return at !== undefined && now() - at < freshMs;
    },
  };
}
