import { useCallback, useEffect, useRef, useState } from 'react';
import type { CodedError } from '#shared/contract/errors.ts';
import { toCodedError } from './coded-error.ts';

export interface QueryState<Output> {
  /** The last good answer; kept while the next one is under way. */
  readonly data: Output | undefined;
  readonly error: CodedError | null;
  readonly isPending: boolean;
  readonly reload: () => void;
  /** What the answer is now is known without asking: from a command's own answer. One under way is older. */
  readonly replace: (data: Output) => void;
}

/**
 * Asks whenever `key` changes, `delayMs` after the last change; an answer to an older question is dropped.
 * A null key asks nothing and forgets the last answer.
 */
export function useQuery<Output>(
  key: string | null,
  ask: (signal: AbortSignal) => Promise<Output>,
  delayMs = 0,
): QueryState<Output> {
  const [state, setState] = useState<Omit<QueryState<Output>, 'reload' | 'replace'>>(idle);
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  const underWay = useRef<AbortController>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` is how reload asks the same question again
  useEffect(() => {
    if (key === null) {
      setState(idle);
      return;
    }
    const abort = new AbortController();
    underWay.current = abort;
    setState(known => ({ ...known, isPending: true }));
    const timer = setTimeout(() => {
      latest.current(abort.signal).then(
        data => {
          if (!abort.signal.aborted) setState({ data, error: null, isPending: false });
        },
        (thrown: unknown) => {
          if (!abort.signal.aborted)
            setState({ data: undefined, error: toCodedError(thrown), isPending: false });
        },
      );
    }, delayMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, round, delayMs]);
  const reload = useCallback(() => setRound(known => known + 1), []);
  const replace = useCallback((data: Output) => {
    underWay.current?.abort();
    setState({ data, error: null, isPending: false });
  }, []);
  return { ...state, reload, replace };
}

const idle = { data: undefined, error: null, isPending: false } as const;
