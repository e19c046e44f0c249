import { BmcError } from './failure.ts';

interface Answer<T> {
  readonly value: T | undefined;
  readonly refusal: string | undefined;
}

/** A refusal or nonsense is an answer here; everything else goes on up. */
export async function answerOf<T>(answer: Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await answer, refusal: undefined };
  } catch (error) {
    if (!(error instanceof BmcError)) throw error;
    switch (error.failure.kind) {
      case 'completion_code':
        return { value: undefined, refusal: error.failure.text };
      case 'malformed_answer':
        return { value: undefined, refusal: error.failure.detail };
      default:
        throw error;
    }
  }
}
