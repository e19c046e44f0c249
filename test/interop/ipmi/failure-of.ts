import type { BmcFailure } from '#engine/net/ipmi/failure.ts';
import { BmcError } from '#engine/net/ipmi/failure.ts';

/** The failure that a promise rejects with; it must not succeed. */
export async function failureOf(promise: Promise<unknown>): Promise<BmcFailure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BmcError) return error.failure;
    throw error;
  }
  throw new Error('it succeeded');
}
