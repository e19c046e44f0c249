import { useCallback, useEffect, useRef, useState } from 'react';
import type { CodedError } from '#shared/contract/errors.ts';
import type { HealthEvent, HealthState } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { toCodedError } from '../../../client/coded-error.ts';
import { useT } from '../../../i18n/i18n.ts';
import { findEvents, type LogFilter } from './event-search.ts';

export interface EventLog {
  /** Newest first; null before the first answer. */
  readonly events: readonly HealthEvent[] | null;
  readonly error: CodedError | null;
  /** Fetches what comes after the last one, if there is more and nothing is under way. */
  readonly more: () => void;
  readonly reload: () => void;
}

const shownAtOnce = 200;
/** A person who types types on. */
const typingMs = 250;

interface Pages {
  readonly events: readonly HealthEvent[] | null;
  readonly error: CodedError | null;
  /** Where the next page begins; null: there is none. */
  readonly beforeSeq: number | null;
}

const nothing: Pages = { events: null, error: null, beforeSeq: null };

/** A server's event log page by page. `version` changes when the engine has read more: the log begins anew then. */
export function useEventLog(nodeId: NodeId, { severities, text }: LogFilter, version: string): EventLog {
  const t = useT();
  const client = useClient();
  const [pages, setPages] = useState(nothing);
  const [round, setRound] = useState(0);
  const underWay = useRef<AbortController>(null);
  const asked = severities.join();
  const fetchPage = useCallback(
    async (known: readonly HealthEvent[], beforeSeq: number | null, abort: AbortController) => {
      const severitiesAsked = asked === '' ? [] : (asked.split(',') as HealthState[]);
      const { signal } = abort;
      try {
        const filter = { severities: severitiesAsked, text };
        const found = await findEvents(t, client, nodeId, filter, { beforeSeq, most: shownAtOnce, signal });
        if (signal.aborted) return;
        setPages({ ...found, events: [...known, ...found.events], error: null });
      } catch (thrown) {
        if (!signal.aborted) setPages({ events: known, error: toCodedError(thrown), beforeSeq: null });
      } finally {
        if (underWay.current === abort) underWay.current = null;
      }
    },
    [t, client, nodeId, asked, text],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` and `round` are why the same is asked again
  useEffect(() => {
    const abort = new AbortController();
    underWay.current = abort;
    const timer = setTimeout(() => void fetchPage([], null, abort), text === '' ? 0 : typingMs);
    return () => {
      clearTimeout(timer);
      underWay.current?.abort();
    };
  }, [fetchPage, text, version, round]);
  const more = () => {
    if (underWay.current !== null || pages.events === null || pages.beforeSeq === null) return;
    const abort = new AbortController();
    underWay.current = abort;
    void fetchPage(pages.events, pages.beforeSeq, abort);
  };
  const reload = useCallback(() => setRound(known => known + 1), []);
  return { events: pages.events, error: pages.error, more, reload };
}
