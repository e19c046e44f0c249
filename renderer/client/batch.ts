/** Gathers items and hands them over together: many patches in one instant draw the page once. */
export interface Batch<Item> {
  readonly add: (item: Item) => void;
  /** Forgets what was gathered: a new snapshot replaces it. */
  readonly clear: () => void;
}

const waitingFlushes = new Set<() => void>();

/** Whoever's time has come takes the others along: rows and events that came together are drawn once. */
function flushAll(): void {
  for (const flush of Array.from(waitingFlushes)) flush();
}

/** `afterMs` is asked for each delivery, and is the longest that an item waits. */
export function batch<Item>(deliver: (items: readonly Item[]) => void, afterMs: () => number): Batch<Item> {
  let waiting: Item[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    clearTimeout(timer);
    timer = undefined;
    waitingFlushes.delete(flush);
    const items = waiting;
    waiting = [];
    return items;
  };
  const flush = () => deliver(end());
  return {
    add(item) {
      waiting.push(item);
      waitingFlushes.add(flush);
      timer ??= setTimeout(flushAll, afterMs());
    },
    clear: () => void end(),
  };
}
