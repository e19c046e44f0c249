import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CodedError } from '#shared/contract/errors.ts';
import type { RacksideClient } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { toCodedError } from '../../../client/coded-error.ts';
import { translate } from '../../../i18n/i18n.ts';
import { copyText } from '../../../ui/copy-text.ts';
import { bytesText } from '../../../ui/measure-text.ts';
import { clockText } from '../../../ui/time-text.ts';
import { type NamedKey, sequenceOf } from '../keys/key-maps.ts';
import { type Pace, planPaste, withoutControls } from '../paste/paste-plan.ts';
import { runPaste } from '../paste/run-paste.ts';
import { encodeTyped } from '../text/code-page.ts';
import { firstViewState, openConsoleView, type ViewState } from './console-view.ts';
import { base64OfBytes } from './kept-tail.ts';
import type { ConsoleTerminal, TerminalLook } from './terminal.ts';
import { newTypeQueue } from './type-queue.ts';
import { settingsOf, useViewSettings } from './view-settings.ts';
import { mayType, writerName } from './writers.ts';

/** Something that a person must see, until it is closed or over. */
export type SessionNotice =
  /** Who typed here does not any more. */
  | { readonly is: 'taken'; readonly by: string }
  /** A key was pressed and not sent. */
  | { readonly is: 'read-only'; readonly writer: string }
  | { readonly is: 'not-connected' }
  | { readonly is: 'told'; readonly text: string }
  | { readonly is: 'failed'; readonly error: CodedError };

export interface SessionState extends ViewState {
  readonly isReady: boolean;
  readonly notice: SessionNotice | null;
  readonly paste: { readonly sentBytes: number; readonly totalBytes: number } | null;
  /** A text that waits for a person's look before it is pasted. */
  readonly offeredPaste: string | null;
  readonly isFinding: boolean;
  readonly found: { readonly index: number; readonly count: number } | null;
}

const firstState: SessionState = {
  ...firstViewState,
  isReady: false,
  notice: null,
  paste: null,
  offeredPaste: null,
  isFinding: false,
  found: null,
};

export interface ConsoleSession {
  readonly nodeId: NodeId;
  readonly state: StoreApi<SessionState>;
  readonly attach: (host: HTMLElement, onLeave: () => void) => () => void;
  readonly focus: () => void;
  /** Sends it if this window may type; false: it was not sent, and the notice says why. */
  readonly type: (text: string) => boolean;
  readonly pressKey: (key: NamedKey) => void;
  readonly paste: (text: string, pace: Pace) => void;
  readonly cancelPaste: () => void;
  readonly copy: () => void;
  readonly find: (text: string, step: 1 | -1) => void;
  readonly endFind: () => void;
  readonly setLabel: (label: string) => void;
  readonly close: () => void;
}

interface SessionOptions {
  readonly client: RacksideClient;
  readonly nodeId: NodeId;
  /** Of this window. */
  readonly name: string;
  /** What a person typed: into this console, or into several. */
  readonly onTyped: (text: string) => void;
}

/** A console that this window shows. It stays while its tab is open, wherever its screen is drawn. */
export function openSession({ client, nodeId, name, onTyped }: SessionOptions): ConsoleSession {
  const state = createStore<SessionState>(() => firstState);
  const settings = () => settingsOf(useViewSettings.getState(), nodeId);
  const listeners = new Set<(text: string) => void>();
  let terminal: ConsoleTerminal | undefined;
  let leave: () => void = () => undefined;
  let pasting: AbortController | undefined;
  let isClosed = false;
  const notice = (next: SessionNotice) => state.setState({ notice: next });
  const queue = newTypeQueue(
    async bytes => {
      const { viewId } = state.getState();
      if (viewId !== null) await client.consoles.write({ viewId, data: base64OfBytes(bytes) });
    },
    thrown => {
      const error = toCodedError(thrown);
      const { console: row } = state.getState();
      // Somebody was faster; the row that says who is on its way, or was here before.
      if (error.code === 'console.not_writer' && row !== null)
        notice({ is: 'read-only', writer: writerName(row) });
      else notice({ is: 'failed', error });
    },
  );
  const send = (text: string) => queue.add(encodeTyped(text, state.getState().codePage));
  const type = (text: string): boolean => {
    const { viewId, console: row } = state.getState();
    if (viewId === null || row?.state !== 'connected') notice({ is: 'not-connected' });
    else if (!mayType(row, viewId)) notice({ is: 'read-only', writer: writerName(row) });
    else return send(text);
    return false;
  };
  const onState = (next: ViewState) => {
    const before = state.getState();
    state.setState(next);
    const by = takenBy(before, next);
    if (by !== null) notice({ is: 'taken', by });
  };
  const loading = loadTerminal().then(createTerminal => {
    if (isClosed) return undefined;
    const screen = createTerminal(lookOf(nodeId), {
      keyMap: () => settings().keyMap,
      onTyped,
      onPaste: text => offerPaste(text),
      onCopy: text => void copyText(text),
      onFind: () => state.setState({ isFinding: true }),
      onLeave: () => leave(),
      onAnswer: text => void send(text),
      mayAnswer: () => {
        const { viewId, console: row } = state.getState();
        return viewId !== null && row?.writer === viewId && !view.isDrawingPast();
      },
      onFound: found => state.setState({ found }),
    });
    const view = openConsoleView({
      consoles: client.consoles,
      nodeId,
      name,
      screen,
      codePage: () => settings().codePage,
      words: {
        gap: ({ at, why }) =>
          translate('console.gapLine', { time: clockText(at), why: translate(`consoleGap.${why}`) }),
        leftOut: bytes => translate('console.leftOutLine', { size: bytesText(bytes) }),
      },
      onState,
      onText: text => {
        for (const listener of listeners) listener(text);
      },
    });
    terminal = screen;
    let known = settings().codePage;
    const stopFollowing = useViewSettings.subscribe(() => {
      screen.arrange(lookOf(nodeId));
      const { codePage } = settings();
      if (codePage === known) return;
      known = codePage;
      view.redraw();
    });
    state.setState({ isReady: true });
    return () => {
      stopFollowing();
      view.close();
      screen.dispose();
    };
  });
  const offerPaste = (text: string) => {
    const clean = withoutControls(text);
    if (/[\r\n]/.test(clean) || clean.length > unseenLetters) state.setState({ offeredPaste: clean });
    else onTyped(clean);
  };
  const paste = async (text: string, pace: Pace) => {
    pasting?.abort();
    const controller = new AbortController();
    pasting = controller;
    const steps = planPaste(text, pace);
    const totalBytes = steps.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    state.setState({ offeredPaste: null, paste: { sentBytes: 0, totalBytes } });
    await runPaste(
      steps,
      {
        send: type,
        wait: ms => waitFor(ms, controller.signal),
        waitForEcho: (echo, timeoutMs) => echoOf(listeners, echo, timeoutMs, controller.signal),
        onProgress: sentBytes => state.setState({ paste: { sentBytes, totalBytes } }),
      },
      controller.signal,
    );
    if (pasting === controller) state.setState({ paste: null });
  };
  return {
    nodeId,
    state,
    attach(host, onLeave) {
      leave = onLeave;
      if (terminal === undefined) return () => undefined;
      const detach = terminal.attach(host);
      terminal.arrange(lookOf(nodeId));
      return detach;
    },
    focus: () => terminal?.focus(),
    type,
    pressKey: key => onTyped(sequenceOf(settings().keyMap, key)),
    paste: (text, pace) => void paste(text, pace),
    cancelPaste: () => pasting?.abort(),
    copy: () => void copyText(terminal?.selection() ?? ''),
    find: (text, step) => terminal?.find(text, step),
    endFind() {
      terminal?.endFind();
      state.setState({ isFinding: false, found: null });
    },
    setLabel: label => terminal?.setLabel(label),
    close() {
      isClosed = true;
      pasting?.abort();
      void loading.then(
        end => end?.(),
        () => undefined,
      );
    },
  };
}

/** A single line up to this is what a person sees in the terminal at once anyway. */
const unseenLetters = 400;

async function loadTerminal() {
  return (await import('./terminal.ts')).createTerminal;
}

function lookOf(nodeId: NodeId): TerminalLook {
  const view = useViewSettings.getState();
  const { fontFamily, fontSize, readsAloud } = view;
  return { fontFamily, fontSize, readsAloud, geometry: settingsOf(view, nodeId).geometry };
}

/** The other's name, when the writer was this view and is another one now. */
function takenBy(before: ViewState, { viewId, console: row }: ViewState): string | null {
  if (viewId === null || before.console?.writer !== viewId || before.viewId !== viewId) return null;
  return row === null || row.writer === null || row.writer === viewId ? null : writerName(row);
}

function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Resolves when this text comes, after a while, or when it is given up. */
async function echoOf(
  listeners: Set<(text: string) => void>,
  echo: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let recent = '';
  const listener = (text: string) => {
    recent = (recent + text).slice(-echoWindow);
    if (recent.includes(echo)) resolve();
  };
  listeners.add(listener);
  await Promise.race([promise, waitFor(timeoutMs, signal)]);
  listeners.delete(listener);
}

/** Letters: an echo comes with colours and the cursor's moves. */
const echoWindow = 4096;
