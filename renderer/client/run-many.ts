import type { CodedError } from '#shared/contract/errors.ts';
import { toCodedError } from './coded-error.ts';

export interface ManyOptions<Item> {
  /** An end of it lets what is under way come to its own end and begins nothing more. */
  readonly signal: AbortSignal;
  /** `error` is null where it worked. */
  readonly onDone: (item: Item, error: CodedError | null) => void;
  /** How many at once; a few, because the engine answers other windows too. */
  readonly atOnce?: number;
}

/** Does the same to each of many, a few at a time; one that fails stops no other. Never rejects. */
export async function runMany<Item>(
  items: readonly Item[],
  perform: (item: Item) => Promise<unknown>,
  { signal, onDone, atOnce = 4 }: ManyOptions<Item>,
): Promise<void> {
  const waiting = items.values();
  const work = async () => {
    for (const item of waiting) {
      if (signal.aborted) return;
      onDone(item, await outcomeOf(perform, item));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
}

async function outcomeOf<Item>(
  perform: (item: Item) => Promise<unknown>,
  item: Item,
): Promise<CodedError | null> {
  try {
    await perform(item);
    return null;
  } catch (thrown) {
    return toCodedError(thrown);
  }
}
