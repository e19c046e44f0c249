import type { Store } from '#engine/store/store.ts';
import type { NewEvent } from '#engine/store/timeline.ts';
import type { Clock } from '#engine/system/clock.ts';
import type { ToldEvent } from '#shared/contract/event-messages.ts';
import { CodedError, type ConsoleStatesPatch, type ServerConsole } from '#shared/contract/index.ts';
import type { ConsoleViewId, NodeId } from '#shared/model/ids.ts';
import type { AttemptTurns } from './attempt-turns.ts';
import type { ConsoleLine, OpenLine } from './console-line.ts';
import { createConsoleRun, type RunState } from './console-run.ts';
import { consoleText } from './console-text.ts';
import { type ConsoleView, createConsoleView } from './console-view.ts';
import { createOutputRing } from './output-ring.ts';
import type { Recorder } from './recorder.ts';
import { createTextWatch } from './text-watch.ts';

/** A window that is loaded anew opens its console again at once; connecting costs a BMC more than keeping. */
const lingerMs = 15_000;
/** Of the same meaning on one server: firmware draws its screens over and over. */
const saidPerMinute = 2;
/** Of a line on the timeline. */
const longestLine = 400;

export interface ServerConsoleParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly turns: AttemptTurns;
  readonly recorder: Recorder;
  readonly open: OpenLine;
  readonly asCoded: (error: unknown) => CodedError;
  readonly tell: (patch: ConsoleStatesPatch) => void;
}

type ConsoleEvent = ToldEvent<'console.text_seen' | 'console.said'> & Pick<NewEvent, 'limit'>;

export type ConsoleOfServer = ReturnType<typeof createServerConsole>;

/** One server's console: its connection, who looks at it, what is recorded and looked for in it. */
export function createServerConsole(parts: ServerConsoleParts, nodeId: NodeId) {
  const { store, clock, recorder } = parts;
  const ring = createOutputRing();
  const views = new Map<ConsoleViewId, ConsoleView>();
  let writer: ConsoleViewId | null = null;
  let isWanted = false;
  let lingering = new AbortController();
  /** Asked for at each piece of output. */
  let texts = store.consoleWishes.texts(nodeId);

  const watch = createTextWatch({
    texts: () => texts,
    onText(text, line) {
      store.consoleWishes.stopWaiting(nodeId, text);
      texts = store.consoleWishes.texts(nodeId);
      append({ message: 'console.text_seen', details: { text, line: line.slice(0, longestLine) } });
    },
    onMeaning: (meaning, line) =>
      append({
        message: 'console.said',
        details: { meaning, line: line.slice(0, longestLine) },
        limit: { source: `${nodeId} ${meaning}`, perMinute: saidPerMinute },
      }),
  });
  const text = consoleText(line => {
    recording.line(line);
    watch.ended(line);
  });
  const recording = recorder.ofNode(nodeId, text.openLine, tellRow);
  const run = createConsoleRun({
    nodeId,
    open: parts.open,
    clock,
    turns: parts.turns,
    address: () => store.nodes.find(nodeId)?.bmc?.address ?? '',
    asCoded: parts.asCoded,
    onState,
    onData(bytes) {
      ring.push(bytes);
      recording.output(bytes);
      text.feed(bytes);
      watch.open(text.openLine());
      pumpAll();
    },
    onGap(why) {
      ring.mark(clock.now(), why);
      recording.mark(why);
      pumpAll();
    },
  });

  function append(event: ConsoleEvent): void {
    const deploymentId = store.deployments.runningOf(nodeId)?.id ?? null;
    store.timeline.append({ kind: 'console', nodeId, deploymentId, ...event });
  }

  function row(): ServerConsole {
    return {
      nodeId,
      ...run.state,
      writer,
      watchers: [...views.values()].map(({ id, name, since }) => ({ viewId: id, name, since })),
      recordingId: recording.id,
    };
  }

  function tellRow(): void {
    const told = row();
    parts.tell({ op: 'put', row: told });
    for (const view of views.values()) view.tellRow(told);
  }

  function onState({ state }: RunState): void {
    if (state === 'connected') recording.begin();
    if (state === 'off' || state === 'stopped') recording.end();
    tellRow();
  }

  function pumpAll(): void {
    for (const view of views.values()) view.pump();
  }

  function requireLine(): ConsoleLine {
    if (run.line !== undefined) return run.line;
    const node = store.nodes.find(nodeId)?.name ?? nodeId;
    throw new CodedError('console.not_connected', `the console is ${run.state.state}`, { node });
  }

  function requireWriter(view: ConsoleView): void {
    const other = writer === null ? undefined : views.get(writer);
    if (other === view) return;
    if (other !== undefined)
      throw new CodedError('console.not_writer', `${other.name} types`, { writer: other.name });
    writer = view.id;
    tellRow();
  }

  return {
    nodeId,
    row,
    get viewCount() {
      return views.size;
    },
    get texts() {
      return texts;
    },
    readTexts() {
      texts = store.consoleWishes.texts(nodeId);
    },
    open(name: string): ConsoleView {
      const view = createConsoleView(ring, name, clock.now());
      views.set(view.id, view);
      tellRow();
      return view;
    },
    close(view: ConsoleView): void {
      views.delete(view.id);
      if (writer === view.id) writer = null;
      tellRow();
    },
    async write(view: ConsoleView, bytes: Uint8Array): Promise<void> {
      const line = requireLine();
      requireWriter(view);
      recording.typed(bytes.length);
      await line.write(bytes);
    },
    async sendBreak(view: ConsoleView): Promise<void> {
      const line = requireLine();
      requireWriter(view);
      recording.mark('break');
      await line.sendBreak();
    },
    recordAnew(): void {
      recording.end();
      recording.begin();
    },
    becomeWriter(view: ConsoleView): void {
      if (writer === view.id) return;
      writer = view.id;
      tellRow();
    },
    /** `isUrgent`: a person waits. */
    want(isUrgent: boolean): void {
      isWanted = true;
      lingering.abort();
      run.start(isUrgent);
    },
    /** Nobody wants it any more; somebody may again, soon. */
    leave(): void {
      if (!isWanted) return;
      isWanted = false;
      lingering = new AbortController();
      clock.sleep(lingerMs, lingering.signal).then(
        () => void run.stop(),
        () => undefined, // wanted again, or stopped
      );
    },
    startAnew(options?: { readonly takeOver: boolean }): void {
      isWanted = true;
      lingering.abort();
      run.startAnew(options);
    },
    async stop(): Promise<void> {
      isWanted = false;
      lingering.abort();
      await run.stop();
    },
  };
}
