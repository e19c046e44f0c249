/** Gathers items and hands them over together: many patches in one instant draw the page once. */
export interface Batch<Item> {
  readonly add: (item: Item) => void;
  /** Forgets what was gathered: a new snapshot replaces it. */
  readonly clear: () => void;
}

/** `afterMs` is asked for each delivery. */
export function batch<Item>(deliver: (items: readonly Item[]) => void, afterMs: () => number): Batch<Item> {
  let waiting: Item[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const items = waiting;
    waiting = [];
    if (items.length > 0) deliver(items);
  };
  return {
    add(item) {
      waiting.push(item);
      timer ??= setTimeout(flush, afterMs());
    },
    clear() {
      waiting = [];
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
