import { BmcError } from './failure.ts';

/** Sizes to try, larger first: BMCs refuse what does not fit their buffers, each with a code of its own. */
const chunkSizes = [120, 60, 32, 16, 8];
export const smallestChunk = 8;
const tooLongCodes = [0xc6, 0xc7, 0xc8, 0xca, 0xff];

/** Reads that become smaller when the BMC refuses their length; what it took is kept for the next ones. */
export interface ShrinkingReads {
  /** `read` is called with a count of at most `wanted`, anew with a smaller one after each refusal. */
  read<T>(wanted: number, read: (count: number) => Promise<T>): Promise<T>;
}

export function createShrinkingReads(): ShrinkingReads {
  let size = 0;
  return {
    async read(wanted, read) {
      for (;;) {
        const limit = chunkSizes[size] ?? smallestChunk;
        try {
          return await read(Math.min(wanted, limit));
        } catch (error) {
          if (!isTooLong(error) || size + 1 >= chunkSizes.length) throw error;
          size += 1;
          // Sizes that would ask for the same again are passed over.
          while (size + 1 < chunkSizes.length && (chunkSizes[size] ?? smallestChunk) >= wanted) size += 1;
        }
      }
    },
  };
}

export function isTooLong(error: unknown): boolean {
  return isCompletionCode(error, ...tooLongCodes);
}

export function isCompletionCode(error: unknown, ...codes: readonly number[]): boolean {
  return (
    error instanceof BmcError &&
    error.failure.kind === 'completion_code' &&
    codes.includes(error.failure.code)
  );
}
