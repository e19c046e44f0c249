import { type DiscRefusal, refused } from './refusal.ts';

/**
 * What one image may make us hold and read. Debian's dual-layer Blu-ray, the fullest installer there is, has about
 * 100,000 files; a Windows Server ISO about 2,000.
 */
const limits = {
  // Each record of a directory, also one that becomes no file: it is an object of ours before that is known.
  entries: 250_000,
  extents: 500_000,
  'bytes of directories': 128 * 2 ** 20,
  // Many may lie on the same bytes of the disc.
  'bytes of continuation areas': 64 * 2 ** 20,
  'bytes of symbolic links': 16 * 2 ** 20,
  'reads of metadata': 1_000_000,
  // A full double-layer DVD-R, whose every block is looked up in a table, has 4 million.
  'blocks to look up': 20_000_000,
} as const;

export type BudgetItem = keyof typeof limits;

/** Counts down; one for each image. */
export interface Budget {
  /** Undefined while there is enough left. */
  readonly spend: (item: BudgetItem, count: number, offset: number) => DiscRefusal | undefined;
}

export function createBudget(): Budget {
  const spent = new Map<BudgetItem, number>();
  return {
    spend(item, count, offset) {
      const total = (spent.get(item) ?? 0) + count;
      spent.set(item, total);
      return total > limits[item]
        ? refused('too_large', offset, `more than ${limits[item]} ${item}`)
        : undefined;
    },
  };
}
