import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NewPart, NewRecording } from '#engine/store/console-recordings.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import { createTurns } from '#engine/system/turns.ts';
import type { NodeId, RecordingId } from '#shared/model/ids.ts';
import { encodeEvent, linesText, packed, type RecordedLine } from './recorded-part.ts';

/** Serial consoles have no size; firmwares draw for this one. */
const screen = { columns: 80, rows: 24 } as const;
/** An engine that is killed loses no more than this, and what is being written. */
const flushMs = 1000;
const retryMs = 5000;
const maxPartBytes = 64 * 1024;
/** Control sequences can make more text than they have bytes. */
const maxPartText = 256 * 1024;
const maxRecordingBytes = 8 * 1024 * 1024;
const dayMs = 86_400_000;
/** Text of a transaction: its index is what takes time, and packets wait meanwhile. */
const textAtOnce = 96 * 1024;
/** While the database cannot be written. What comes then is not recorded, and that is marked. */
const maxWaitingBytes = 16 * 1024 * 1024;
/** A prompt has no line end: a line that stands for so long can be found. */
const standingMs = 2000;

export interface RecorderParts {
  readonly store: Store;
  readonly clock: Clock;
  /** The database cannot be written; it is tried again. Told once until it can be. */
  readonly onFault: (error: unknown) => void;
}

export interface NodeRecording {
  /** Of the one that is being made. */
  readonly id: RecordingId | null;
  /** Goes on with the one that is being made, or begins one. */
  begin(): void;
  output(bytes: Uint8Array): void;
  /** A line was left; it began when the output before it came. */
  line(line: string): void;
  typed(count: number): void;
  mark(text: string): void;
  end(): void;
}

export interface Recorder {
  /** `openLine` is asked for what stands in the line that has not ended; `onChange` hears of a new `id`. */
  ofNode(nodeId: NodeId, openLine: () => string, onChange: () => void): NodeRecording;
  /** Writes what waits. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Part {
  readonly recordingId: RecordingId;
  readonly fromMs: number;
  toMs: number;
  outputBytes: number;
  events: Buffer[];
  eventBytes: number;
  lines: RecordedLine[];
  textLength: number;
  /** Being written: nothing is added to it. */
  isTaken: boolean;
}

/** What is to be written, in this order. */
type Write =
  | { readonly what: 'begin'; readonly recording: NewRecording }
  | { readonly what: 'part'; readonly part: Part }
  | { readonly what: 'end'; readonly id: RecordingId; readonly endedAt: number };

interface Queue {
  readonly clock: Clock;
  add(write: Write): void;
  grow(bytes: number): void;
  readonly isFull: boolean;
  /** Looked at each second while something waits. */
  readonly tellers: Set<Teller>;
}

/** A recording with a line that may become one to be found. Gives whether it has to be looked at again. */
type Teller = () => boolean;

/**
 * Recordings of all consoles, written together: each second what came is compressed and stored in short
 * transactions with turns of the event loop between them. Times are those at which it came.
 */
export function createRecorder({ store, clock, onFault }: RecorderParts): Recorder {
  const stopped = new AbortController();
  const inTurn = createTurns();
  const tellers = new Set<Teller>();
  let waiting: Write[] = [];
  let waitingBytes = 0;
  let isPlanned = false;
  let hasFault = false;
  let retryAt = 0;

  function plan(): void {
    if (isPlanned || stopped.signal.aborted) return;
    isPlanned = true;
    clock
      .sleep(flushMs, stopped.signal)
      .then(async () => {
        isPlanned = false;
        const isUnsettled = [...tellers].filter(tell => tell()).length > 0;
        if (isUnsettled || clock.now() < retryAt) plan();
        if (clock.now() >= retryAt) await flush();
      })
      .catch(() => undefined); // stopped
  }

  const flush = () =>
    inTurn(async () => {
      const taken = waiting;
      waiting = [];
      for (const write of taken) if (write.what === 'part') write.part.isTaken = true;
      const bytes = waitingBytes;
      const left = await writeAll(store, taken).catch((error: unknown) => {
        if (!hasFault) onFault(error);
        return taken;
      });
      hasFault = left.length > 0;
      waiting = [...left, ...waiting];
      if (!hasFault) waitingBytes -= bytes;
      retryAt = hasFault ? clock.now() + retryMs : 0;
      if (hasFault) plan();
    });

  const queue: Queue = {
    clock,
    tellers,
    add(write) {
      waiting.push(write);
      plan();
    },
    grow(bytes) {
      waitingBytes += bytes;
    },
    get isFull() {
      return waitingBytes > maxWaitingBytes;
    },
  };
  return {
    ofNode: (nodeId, openLine, onChange) => nodeRecording(queue, nodeId, openLine, onChange),
    flush,
    async close() {
      stopped.abort();
      await flush();
    },
  };
}

/** Gives what could not be written; throws when that was the first of it. */
async function writeAll(store: Store, writes: readonly Write[]): Promise<readonly Write[]> {
  let from = 0;
  while (from < writes.length) {
    const until = sliceEnd(writes, from);
    const slice = writes.slice(from, until);
    try {
      store.transaction(() => {
        for (const write of slice) writeOne(store, write);
      });
    } catch (error) {
      if (from === 0) throw error;
      return writes.slice(from);
    }
    from = until;
    if (from < writes.length) await nextTurn();
  }
  return [];
}

function sliceEnd(writes: readonly Write[], from: number): number {
  let length = 0;
  for (let index = from; index < writes.length; index += 1) {
    const write = writes[index];
    if (write?.what === 'part') length += write.part.textLength;
    if (length > textAtOnce) return Math.max(index, from + 1);
  }
  return writes.length;
}

function writeOne({ consoleRecordings }: Store, write: Write): void {
  if (write.what === 'begin') consoleRecordings.begin(write.recording);
  else if (write.what === 'part') consoleRecordings.append([compressed(write.part)]);
  else consoleRecordings.end(write.id, write.endedAt);
}

function compressed({ recordingId, fromMs, toMs, outputBytes, events, lines }: Part): NewPart {
  return {
    recordingId,
    fromMs,
    toMs,
    outputBytes,
    events: packed(Buffer.concat(events)),
    lines: lines.length === 0 ? Buffer.alloc(0) : packed(linesText(lines)),
    text: lines.map(({ line }) => line).join('\n'),
  };
}

interface OpenRecording {
  readonly id: RecordingId;
  readonly startedAt: number;
  outputBytes: number;
  lastMs: number;
  part: Part | undefined;
}

function nodeRecording(
  queue: Queue,
  nodeId: NodeId,
  openLine: () => string,
  onChange: () => void,
): NodeRecording {
  const { clock } = queue;
  let open: OpenRecording | undefined;
  /** Since the start of the recording: when the line that stands open began, and when something came last. */
  let lineAtMs = 0;
  let outputAtMs = 0;
  let standing = '';
  let notRecordedBytes = 0;

  function begin(): void {
    if (open !== undefined) return;
    const id = randomUUID() as RecordingId;
    const startedAt = clock.now();
    open = { id, startedAt, outputBytes: 0, lastMs: 0, part: undefined };
    lineAtMs = 0;
    outputAtMs = 0;
    queue.add({ what: 'begin', recording: { id, nodeId, startedAt, ...screen } });
    queue.tellers.add(tellStanding);
    onChange();
  }

  function end(): void {
    if (open === undefined) return;
    const { id, startedAt, lastMs } = open;
    queue.tellers.delete(tellStanding);
    tellLine(openLine());
    queue.add({ what: 'end', id, endedAt: Math.max(clock.now(), startedAt + lastMs) });
    open = undefined;
    onChange();
  }

  /** Never backwards, whatever is done to the computer's clock. */
  function timeIn(recording: OpenRecording): number {
    recording.lastMs = Math.max(recording.lastMs, clock.now() - recording.startedAt);
    return recording.lastMs;
  }

  function partAt(recording: OpenRecording, atMs: number): Part {
    const { part } = recording;
    const isFull = part !== undefined && (part.eventBytes >= maxPartBytes || part.textLength >= maxPartText);
    if (part !== undefined && !isFull && !part.isTaken) return part;
    const fresh: Part = {
      recordingId: recording.id,
      fromMs: atMs,
      toMs: atMs,
      outputBytes: 0,
      events: [],
      eventBytes: 0,
      lines: [],
      textLength: 0,
      isTaken: false,
    };
    recording.part = fresh;
    queue.add({ what: 'part', part: fresh });
    return fresh;
  }

  function event(kind: 'o' | 'i' | 'm', data: Uint8Array | number): void {
    if (open === undefined) return;
    const atMs = timeIn(open);
    const part = partAt(open, atMs);
    const encoded = encodeEvent(kind, atMs - part.toMs, data);
    part.toMs = atMs;
    part.events.push(encoded);
    part.eventBytes += encoded.length;
    queue.grow(encoded.length);
  }

  function tellLine(line: string): void {
    if (open === undefined || line.trim() === '' || line === standing) return;
    const part = partAt(open, timeIn(open));
    part.lines.push({ atMs: lineAtMs, line });
    part.textLength += line.length;
    queue.grow(line.length);
  }

  function tellStanding(): boolean {
    const line = openLine();
    if (open === undefined || line.trim() === '' || line === standing) return false;
    if (clock.now() - open.startedAt - outputAtMs < standingMs) return true;
    tellLine(line);
    standing = line;
    return false;
  }

  return {
    get id() {
      return open?.id ?? null;
    },
    begin,
    end,
    output(bytes) {
      if (open !== undefined && isOver(open, clock.now())) {
        end();
        begin();
      }
      if (open === undefined) return;
      if (queue.isFull) {
        notRecordedBytes += bytes.length;
        return;
      }
      if (notRecordedBytes > 0) event('m', Buffer.from(`not_recorded ${notRecordedBytes}`));
      notRecordedBytes = 0;
      event('o', bytes);
      open.outputBytes += bytes.length;
      if (open.part !== undefined) open.part.outputBytes += bytes.length;
      outputAtMs = open.lastMs;
      if (openLine() === '') lineAtMs = outputAtMs;
    },
    line(line) {
      tellLine(line);
      lineAtMs = outputAtMs;
      standing = '';
    },
    typed: count => event('i', count),
    mark: text => event('m', Buffer.from(text)),
  };
}

function isOver({ startedAt, outputBytes }: OpenRecording, now: number): boolean {
  return outputBytes >= maxRecordingBytes || Math.floor(now / dayMs) !== Math.floor(startedAt / dayMs);
}
