import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import type { CodedError } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { RoundNews } from './round.ts';

/** A BMC answers a hundred requests one by one; so many of them at once keep the wire and this process calm. */
const parallelRounds = 16;
const lookMs = 500;
const longestPauseMs = 600_000;

export interface HealthPollInputs {
  readonly store: Store;
  readonly clock: Clock;
  /** A round; a BMC that fails is news and no error. */
  readonly read: (nodeId: NodeId) => Promise<RoundNews>;
  /** Why this BMC is left in peace now. */
  readonly restingOf: (nodeId: NodeId) => CodedError | undefined;
  /** Instead of a round with a BMC that is left in peace. */
  readonly fail: (nodeId: NodeId, error: CodedError) => Promise<void>;
  /** What is no BMC's failure. The poll goes on. */
  readonly onError: (error: unknown) => void;
}

interface Turn {
  dueAt: number;
  failures: number;
  isRunning: boolean;
}

/**
 * Reads each BMC once in the interval of the settings, spread over it so that there is no rush at its beginning. One that
 * fails is read ever more rarely; one that takes longer than the interval is read as often as it can. Gives how to stop.
 */
export function startHealthPoll(inputs: HealthPollInputs): () => void {
  const { store, clock, onError } = inputs;
  const stopped = new AbortController();
  const { signal } = stopped;
  const turns = new Map<NodeId, Turn>();
  let isListOld = true;
  let running = 0;
  let lastMs = 0;
  const unsubscribe = store.changes.subscribe(patch => {
    if (patch.table === 'nodes') isListOld = true;
  });

  /** New servers, and all of them when the interval changes, find their place in it. */
  function arrange(everyMs: number): void {
    if (everyMs !== lastMs) turns.clear();
    lastMs = everyMs;
    isListOld = false;
    const ids = new Set(
      store.nodes
        .list()
        .flatMap(({ id, bmc, provisionState }) => (bmc === null || provisionState === 'enroll' ? [] : [id])),
    );
    for (const id of turns.keys()) if (!ids.has(id)) turns.delete(id);
    for (const id of ids)
      if (!turns.has(id))
        turns.set(id, { dueAt: clock.now() + placeIn(id) * everyMs, failures: 0, isRunning: false });
  }

  async function run(id: NodeId, turn: Turn, everyMs: number): Promise<void> {
    running += 1;
    turn.isRunning = true;
    const startedAt = clock.now();
    try {
      turn.failures = (await readOne(inputs, id)) ? 0 : turn.failures + 1;
    } catch (error) {
      if (!signal.aborted) onError(error);
    } finally {
      running -= 1;
      turn.isRunning = false;
      const pauseMs = Math.min(everyMs * 2 ** turn.failures, Math.max(everyMs, longestPauseMs));
      // At its place in the interval, however long it waited for its turn.
      const onTime = turn.dueAt + pauseMs;
      turn.dueAt = onTime > clock.now() ? onTime : startedAt + pauseMs;
    }
  }

  function look(): void {
    const everyMs = store.settings.get().healthPollSeconds * 1000;
    if (everyMs === 0) {
      lastMs = 0;
      return;
    }
    if (isListOld || everyMs !== lastMs) arrange(everyMs);
    const due = [...turns].filter(([, { dueAt, isRunning }]) => !isRunning && dueAt <= clock.now());
    for (const [id, turn] of due.toSorted(([, one], [, other]) => one.dueAt - other.dueAt)) {
      if (running >= parallelRounds) return;
      void run(id, turn, everyMs);
    }
  }

  async function loop(): Promise<void> {
    while (!signal.aborted) {
      try {
        look();
      } catch (error) {
        onError(error);
      }
      await clock.sleep(lookMs, signal).catch(() => undefined); // stopped: the loop ends
    }
  }
  void loop();
  return () => {
    stopped.abort();
    unsubscribe();
  };
}

/** False: it failed. */
async function readOne({ read, restingOf, fail }: HealthPollInputs, id: NodeId): Promise<boolean> {
  const error = restingOf(id);
  if (error === undefined) return (await read(id)).kind === 'answered';
  await fail(id, error);
  // Nothing was sent, and whoever hears from it first ends the rest.
  return true;
}

/** 0…1, the same for a server each time: ids are random. */
function placeIn(id: NodeId): number {
  return Number.parseInt(id.slice(0, 6), 16) / 0x1000000;
}
