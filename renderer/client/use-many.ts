import { useEffect, useRef, useState } from 'react';
import type { CodedError } from '#shared/contract/errors.ts';
import { batch } from './batch.ts';
import { runMany } from './run-many.ts';

export interface ManyState<Item> {
  readonly is: 'idle' | 'running' | 'ended';
  readonly total: number;
  readonly done: readonly Item[];
  readonly failed: readonly { readonly item: Item; readonly error: CodedError }[];
  /** A person stopped it: those that are left were not begun. */
  readonly isStopped: boolean;
}

export interface Many<Item> {
  readonly state: ManyState<Item>;
  readonly start: (items: readonly Item[]) => void;
  /** What is under way comes to its end. */
  readonly stop: () => void;
  /** Those that failed, and those that a stop left, once more. */
  readonly retry: () => void;
}

/** A long row of commands with its progress. It ends with the dialog that shows it. */
export function useMany<Item>(
  perform: (item: Item) => Promise<unknown>,
  onEnd: (state: ManyState<Item>) => void = () => undefined,
): Many<Item> {
  const [state, setState] = useState<ManyState<Item>>(idle);
  const latest = useRef({ perform, onEnd });
  latest.current = { perform, onEnd };
  const abort = useRef<AbortController>(null);
  const items = useRef<readonly Item[]>([]);
  useEffect(() => () => abort.current?.abort(), []);
  const start = async (wanted: readonly Item[], before: readonly Item[] = []): Promise<void> => {
    const controller = new AbortController();
    const { signal } = controller;
    abort.current = controller;
    items.current = wanted;
    const done = [...before];
    const failed: { item: Item; error: CodedError }[] = [];
    const stateNow = (is: 'running' | 'ended'): ManyState<Item> => ({
      is,
      total: before.length + wanted.length,
      done: [...done],
      failed: [...failed],
      isStopped: is === 'ended' && signal.aborted,
    });
    // A thousand are done faster than a list of them can be drawn a thousand times.
    const shown = batch<null>(
      () => setState(stateNow('running')),
      () => drawEveryMs,
    );
    setState(stateNow('running'));
    await runMany(wanted, latest.current.perform, {
      signal,
      onDone(item, error) {
        if (error === null) done.push(item);
        else failed.push({ item, error });
        shown.add(null);
      },
    });
    shown.clear();
    const end = stateNow('ended');
    setState(end);
    latest.current.onEnd(end);
  };
  return {
    state,
    start: wanted => void start(wanted),
    stop: () => abort.current?.abort(),
    retry: () => {
      const done = new Set(state.done);
      void start(
        items.current.filter(item => !done.has(item)),
        state.done,
      );
    },
  };
}

const drawEveryMs = 100;
const idle = { is: 'idle', total: 0, done: [], failed: [], isStopped: false } as const;
