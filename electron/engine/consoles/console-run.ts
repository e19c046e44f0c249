import type { Clock } from '#engine/system/clock.ts';
import {
  CodedError,
  type ConsoleGapReason,
  type ErrorCode,
  type ServerConsole,
} from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { AttemptTurns } from './attempt-turns.ts';
import type { ConsoleLine, LineEnd, OpenLine } from './console-line.ts';

const firstPauseMs = 2000;
const longestPauseMs = 60_000;
/** A connection that held so long was a good one: the next pause is the first again. */
const goodAfterMs = 30_000;

/** What a person has to mend, or to allow: asking again would lock accounts, or fight another program for the only place. */
const stopping: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'console.in_use',
  'console.sol_off',
  'console.not_supported',
  'bmc.auth_failed',
  'bmc.no_cipher_suite',
  'bmc.none',
]);

export type RunState = Pick<ServerConsole, 'state' | 'since' | 'retryAt' | 'error'>;

export interface ConsoleRunParts {
  readonly nodeId: NodeId;
  readonly open: OpenLine;
  readonly clock: Clock;
  readonly turns: AttemptTurns;
  /** Of its BMC, as far as it has one. */
  readonly address: () => string;
  readonly asCoded: (error: unknown) => CodedError;
  readonly onState: (state: RunState) => void;
  readonly onData: (bytes: Uint8Array) => void;
  /** Something is not known at this place. */
  readonly onGap: (why: ConsoleGapReason) => void;
}

export interface ConsoleRun {
  readonly state: RunState;
  /** The connection, while there is one. */
  readonly line: ConsoleLine | undefined;
  /** Connects, unless it does already or is stopped. With `isUrgent` a person waits: nothing is waited for. */
  start(isUrgent: boolean): void;
  /** Also what is stopped. */
  startAnew(options?: { readonly takeOver: boolean }): void;
  /** Gives the place free; a stopped one stays stopped. Resolves when the BMC was told. */
  stop(): Promise<void>;
}

/** Keeps one console connected, from `start` to `stop`: what is lost is connected again, ever more rarely. */
export function createConsoleRun(parts: ConsoleRunParts): ConsoleRun {
  const { clock } = parts;
  let state: RunState = { state: 'off', since: clock.now(), retryAt: null, error: null };
  let line: ConsoleLine | undefined;
  let life: AbortController | undefined;
  let hurry = new AbortController();
  /** The one before has to be gone from the BMC when the next asks for its place. */
  let over: Promise<void> = Promise.resolve();

  const isAlive = () => life !== undefined && !life.signal.aborted;

  function show(change: Pick<RunState, 'state'> & Partial<RunState>): void {
    state = { since: clock.now(), retryAt: null, error: null, ...change };
    parts.onState(state);
  }

  function begin(isUrgent: boolean, takeOver: boolean): void {
    const mine = new AbortController();
    life = mine;
    hurry = new AbortController();
    show({ state: 'waiting' });
    const { signal } = mine;
    over = over
      .then(() => live(signal, isUrgent, takeOver))
      .catch((error: unknown) => (signal.aborted ? undefined : parts.asCoded(error)))
      .then(stoppedBy => {
        if (life !== mine) return;
        life = undefined;
        show(stoppedBy === undefined ? { state: 'off' } : { state: 'stopped', error: stoppedBy.toData() });
      });
  }

  /** Until it is not wanted (undefined), or must not be tried again. */
  async function live(
    signal: AbortSignal,
    isUrgent: boolean,
    takeOver: boolean,
  ): Promise<CodedError | undefined> {
    let failures = 0;
    let takesOver = takeOver;
    let isFirst = isUrgent;
    while (!signal.aborted) {
      const startedAt = clock.now();
      const error = await once(signal, isFirst, takesOver);
      if (signal.aborted || error === undefined) return undefined;
      if (stopping.has(error.code)) return error;
      failures = clock.now() - startedAt >= goodAfterMs ? 1 : failures + 1;
      const pauseMs = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
      show({ state: 'waiting', retryAt: clock.now() + pauseMs, error: error.toData() });
      // Either signal ends the pause.
      await clock.sleep(pauseMs, AbortSignal.any([signal, hurry.signal])).catch(() => undefined);
      isFirst = hurry.signal.aborted;
      takesOver = false;
    }
    return undefined;
  }

  /** One connection, to its end. */
  async function once(
    signal: AbortSignal,
    isUrgent: boolean,
    takeOver: boolean,
  ): Promise<CodedError | undefined> {
    let opened: ConsoleLine;
    const release = await parts.turns.take(isUrgent, hurry.signal, signal);
    hurry = new AbortController();
    try {
      show({ state: 'connecting' });
      opened = await parts.open(parts.nodeId, {
        takeOver,
        signal,
        onData: parts.onData,
        onDropped: () => parts.onGap('bmc_dropped'),
      });
    } catch (error) {
      return signal.aborted ? undefined : parts.asCoded(error);
    } finally {
      release();
    }
    const end = await held(opened, signal, takeOver);
    if (signal.aborted || end.why === 'closed_by_us') return undefined;
    if (end.why === 'lost') return end.error;
    const address = parts.address();
    return new CodedError('console.ended_by_bmc', 'the BMC ended the console', { address });
  }

  async function held(opened: ConsoleLine, signal: AbortSignal, takeOver: boolean): Promise<LineEnd> {
    const aborted = Promise.withResolvers<void>();
    const onAbort = () => aborted.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
    } else {
      line = opened;
      show({ state: 'connected' });
      if (takeOver) parts.onGap('taken_over');
    }
    const end = await Promise.race([opened.ended, aborted.promise]);
    signal.removeEventListener('abort', onAbort);
    const wasConnected = line !== undefined;
    line = undefined;
    if (end === undefined || end.why === 'closed_by_us') {
      if (wasConnected) parts.onGap('disconnected');
      await opened.close();
      return { why: 'closed_by_us' };
    }
    parts.onGap(end.why);
    return end;
  }

  return {
    get state() {
      return state;
    },
    get line() {
      return line;
    },
    start(isUrgent) {
      if (isAlive()) {
        if (isUrgent && state.state === 'waiting') hurry.abort();
      } else if (state.state !== 'stopped') {
        begin(isUrgent, false);
      }
    },
    startAnew({ takeOver } = { takeOver: false }) {
      if (isAlive() && !takeOver) {
        if (state.state === 'waiting') hurry.abort();
        return;
      }
      life?.abort();
      begin(true, takeOver);
    },
    async stop() {
      life?.abort();
      await over;
    },
  };
}
