import { useCallback, useRef, useState } from 'react';
import type { CodedError } from '#shared/contract/errors.ts';
import { toCodedError } from './coded-error.ts';

export interface Command<Inputs extends readonly unknown[], Output> {
  /** Undefined when it failed; the reason is in `error`. */
  readonly run: (...inputs: Inputs) => Promise<Output | undefined>;
  readonly isPending: boolean;
  readonly error: CodedError | null;
}

/** A command with the two things that its button shows: that it runs, and why it failed. */
export function useCommand<Inputs extends readonly unknown[], Output>(
  execute: (...inputs: Inputs) => Promise<Output>,
): Command<Inputs, Output> {
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<CodedError | null>(null);
  const latest = useRef(execute);
  latest.current = execute;
  const run = useCallback(async (...inputs: Inputs): Promise<Output | undefined> => {
    setPending(true);
    setError(null);
    try {
      return await latest.current(...inputs);
    } catch (thrown) {
      setError(toCodedError(thrown));
      return undefined;
    } finally {
      setPending(false);
    }
  }, []);
  return { run, isPending, error };
}
