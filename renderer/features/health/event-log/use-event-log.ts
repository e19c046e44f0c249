import { useCallback, useEffect, useRef, useState } from 'react';
import type { CodedError } from '#shared/contract/errors.ts';
import type { HealthEvent, HealthState } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { toCodedError } from '../../../client/coded-error.ts';

export interface LogFilter {
  /** Empty: all of them. */
  readonly severities: readonly HealthState[];
  readonly text: string;
}

export interface EventLog {
  /** Newest first; null before the first answer. */
  readonly events: readonly HealthEvent[] | null;
  readonly error: CodedError | null;
  /** Fetches what comes after the last one, if there is more and nothing is under way. */
  readonly more: () => void;
  readonly reload: () => void;
}

const pageLength = 200;
/** A person who types types on. */
const typingMs = 250;

interface Pages {
  readonly events: readonly HealthEvent[] | null;
  readonly error: CodedError | null;
  readonly isWhole: boolean;
}

const nothing: Pages = { events: null, error: null, isWhole: false };

/** A server's event log page by page. `version` changes when the engine has read more: the log begins anew then. */
export function useEventLog(nodeId: NodeId, { severities, text }: LogFilter, version: string): EventLog {
  const client = useClient();
  const [pages, setPages] = useState(nothing);
  const [round, setRound] = useState(0);
  const underWay = useRef<AbortController>(null);
  const asked = severities.join();
  const fetchPage = useCallback(
    async (known: readonly HealthEvent[], abort: AbortController) => {
      const last = known.at(-1);
      try {
        const page = await client.health.events(
          {
            nodeId,
            text,
            limit: pageLength,
            ...(asked !== '' && { severities: asked.split(',') as HealthState[] }),
            ...(last && { beforeSeq: last.seq }),
          },
          abort.signal,
        );
        if (abort.signal.aborted) return;
        setPages({ events: [...known, ...page], error: null, isWhole: page.length < pageLength });
      } catch (thrown) {
        if (!abort.signal.aborted) setPages({ events: known, error: toCodedError(thrown), isWhole: true });
      } finally {
        if (underWay.current === abort) underWay.current = null;
      }
    },
    [client, nodeId, asked, text],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` and `round` are why the same is asked again
  useEffect(() => {
    const abort = new AbortController();
    underWay.current = abort;
    const timer = setTimeout(() => void fetchPage([], abort), text === '' ? 0 : typingMs);
    return () => {
      clearTimeout(timer);
      underWay.current?.abort();
    };
  }, [fetchPage, text, version, round]);
  const more = () => {
    if (underWay.current !== null || pages.events === null || pages.isWhole) return;
    const abort = new AbortController();
    underWay.current = abort;
    void fetchPage(pages.events, abort);
  };
  const reload = useCallback(() => setRound(known => known + 1), []);
  return { events: pages.events, error: pages.error, more, reload };
}
