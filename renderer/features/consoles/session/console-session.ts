import { createStore } from 'zustand/vanilla';
import type { RacksideClient } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { toCodedError } from '../../../client/coded-error.ts';
import { translate } from '../../../i18n/i18n.ts';
import { copyText } from '../../../ui/copy-text.ts';
import { bytesText } from '../../../ui/measure-text.ts';
import { clockText } from '../../../ui/time-text.ts';
import { type NamedKey, sequenceOf } from '../keys/key-maps.ts';
import { type ConsoleView, openConsoleView } from './console-view.ts';
import { newPasting, type Pasting } from './pasting.ts';
import {
  firstSessionState,
  isWriter,
  noticeAfter,
  type SessionState,
  type SessionStore,
} from './session-state.ts';
import type { ConsoleTerminal, TerminalLook } from './terminal.ts';
import { newTyping } from './typing.ts';
import { type ServerSettings, settingsOf, useViewSettings } from './view-settings.ts';

export interface ConsoleSession {
  readonly nodeId: NodeId;
  readonly state: SessionStore;
  /** Shows it here until the returned function is called. `onLeave` is the keyboard's way out. */
  readonly attach: (host: HTMLElement, onLeave: () => void) => () => void;
  readonly focus: () => void;
  /** Sends it if this window may type; false: it was not sent, and the notice says why. */
  readonly type: (text: string) => boolean;
  readonly pressKey: (key: NamedKey) => void;
  readonly paste: Pasting['start'];
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
export function openSession(options: SessionOptions): ConsoleSession {
  const { client, nodeId, onTyped } = options;
  const state: SessionStore = createStore<SessionState>(() => firstSessionState);
  const typing = newTyping(client.consoles, state);
  const pasting = newPasting(state, typing.type, onTyped);
  let leave: () => void = () => undefined;
  let shown: { readonly terminal: ConsoleTerminal; readonly end: () => void } | undefined;
  let isClosed = false;
  const copy = (text: string) => {
    if (text !== '') void copyText(text);
    else state.setState({ notice: { is: 'told', text: translate('console.nothingSelected') } });
  };
  const show = async () => {
    const { createTerminal } = await import('./terminal.ts');
    if (isClosed) return;
    let view: ConsoleView | undefined;
    const terminal = createTerminal(lookOf(nodeId), {
      keyMap: () => serverSettings(nodeId).keyMap,
      onTyped,
      onPaste: pasting.offer,
      onCopy: copy,
      onFind: () => state.setState({ isFinding: true }),
      onLeave: () => leave(),
      onAnswer: typing.send,
      mayAnswer: () => isWriter(state.getState(), state.getState().viewId) && view?.isDrawingPast() === false,
      onFound: found => state.setState({ found }),
    });
    view = openView(options, state, terminal, pasting.hear);
    const stopFollowing = followSettings(nodeId, terminal, view);
    shown = {
      terminal,
      end() {
        stopFollowing();
        view.close();
        terminal.dispose();
      },
    };
    state.setState({ isReady: true });
  };
  show().catch((thrown: unknown) =>
    state.setState({ notice: { is: 'failed', error: toCodedError(thrown) } }),
  );
  return {
    nodeId,
    state,
    attach(host, onLeave) {
      leave = onLeave;
      const detach = shown?.terminal.attach(host);
      shown?.terminal.arrange(lookOf(nodeId));
      return () => detach?.();
    },
    focus: () => shown?.terminal.focus(),
    type: typing.type,
    pressKey: key => onTyped(sequenceOf(serverSettings(nodeId).keyMap, key)),
    paste: pasting.start,
    cancelPaste: pasting.cancel,
    copy: () => copy(shown?.terminal.selection() ?? ''),
    find: (text, step) => shown?.terminal.find(text, step),
    endFind() {
      shown?.terminal.endFind();
      state.setState({ isFinding: false, found: null });
    },
    setLabel: label => shown?.terminal.setLabel(label),
    close() {
      isClosed = true;
      pasting.cancel();
      shown?.end();
    },
  };
}

function openView(
  { client, nodeId, name }: SessionOptions,
  state: SessionStore,
  screen: ConsoleTerminal,
  onText: (text: string) => void,
): ConsoleView {
  return openConsoleView({
    consoles: client.consoles,
    nodeId,
    name,
    screen,
    codePage: () => serverSettings(nodeId).codePage,
    words: {
      gap: ({ at, why }) =>
        translate('console.gapLine', { time: clockText(at), why: translate(`consoleGap.${why}`) }),
      leftOut: bytes => translate('console.leftOutLine', { size: bytesText(bytes) }),
    },
    onState: next => state.setState(before => ({ ...next, notice: noticeAfter(before, next) })),
    onText,
  });
}

/** Another code page draws what is kept anew. */
function followSettings(nodeId: NodeId, terminal: ConsoleTerminal, view: ConsoleView): () => void {
  let known = serverSettings(nodeId).codePage;
  return useViewSettings.subscribe(() => {
    terminal.arrange(lookOf(nodeId));
    const { codePage } = serverSettings(nodeId);
    if (codePage === known) return;
    known = codePage;
    view.redraw();
  });
}

function serverSettings(nodeId: NodeId): ServerSettings {
  return settingsOf(useViewSettings.getState(), nodeId);
}

function lookOf(nodeId: NodeId): TerminalLook {
  const { fontFamily, fontSize, readsAloud } = useViewSettings.getState();
  return { fontFamily, fontSize, readsAloud, geometry: serverSettings(nodeId).geometry };
}
