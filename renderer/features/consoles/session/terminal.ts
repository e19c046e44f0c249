import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { type ISearchOptions, SearchAddon } from '@xterm/addon-search';
import { WebglAddon } from '@xterm/addon-webgl';
import { Terminal } from '@xterm/xterm';
import { type KeyMapName, mappedKey, sequenceOf } from '../keys/key-maps.ts';
import { cleanCopy } from '../text/clean-copy.ts';
import { firstFontPx, fontStacks, fontThatFits, lockedSize } from './arrange.ts';
import { answerQueries } from './terminal-queries.ts';
import type { FontFamily, FontSize, Geometry } from './view-settings.ts';

export interface TerminalLook {
  readonly fontFamily: FontFamily;
  readonly fontSize: FontSize;
  readonly readsAloud: boolean;
  readonly geometry: Geometry;
}

export interface TerminalEvents {
  readonly keyMap: () => KeyMapName;
  /** What a person typed, as it goes to the machine. */
  readonly onTyped: (text: string) => void;
  /** What a person wants to paste; nothing of it was sent. */
  readonly onPaste: (text: string) => void;
  readonly onCopy: (text: string) => void;
  readonly onFind: () => void;
  /** The way out for the keyboard. */
  readonly onLeave: () => void;
  /** An answer of a terminal to a program that asks for one. */
  readonly onAnswer: (text: string) => void;
  readonly mayAnswer: () => boolean;
  readonly onFound: (found: { readonly index: number; readonly count: number }) => void;
}

export interface ConsoleTerminal {
  /** `onShown` is called when it is on the screen, and so is when the next may come. */
  readonly write: (text: string, onShown?: () => void) => void;
  readonly reset: () => void;
  /** Shows it here until the returned function is called. */
  readonly attach: (host: HTMLElement) => () => void;
  /** The room or the look has changed. */
  readonly arrange: (look: TerminalLook) => void;
  readonly focus: () => void;
  readonly find: (text: string, step: 1 | -1) => void;
  readonly endFind: () => void;
  readonly selection: () => string;
  readonly setLabel: (label: string) => void;
  readonly dispose: () => void;
}

/** As long as a boot with its firmware and its kernel says; more is in the recording. */
const scrollbackLines = 5000;

/** Firmware and kernels are written for a black ground, in a light page too. */
const theme = {
  background: '#0c0f13',
  foreground: '#d7dce3',
  cursor: '#ffcf6b',
  cursorAccent: '#0c0f13',
  selectionBackground: '#3d6da8',
  selectionInactiveBackground: '#33506f',
};

const foundLook: ISearchOptions = {
  decorations: {
    matchBackground: '#6b5200',
    matchOverviewRuler: '#f2b84b',
    activeMatchBackground: '#b36b00',
    activeMatchColorOverviewRuler: '#ffffff',
  },
};

/** xterm with what a serial console needs, and without what it must not do: no links, no paste past us, no answers unasked. */
export function createTerminal(look: TerminalLook, events: TerminalEvents): ConsoleTerminal {
  const term = new Terminal({
    allowProposedApi: true, // the marks of a search
    cols: 80,
    rows: 24,
    cursorBlink: false,
    fontFamily: fontStacks[look.fontFamily],
    fontSize: firstFontPx(look.fontSize),
    ignoreBracketedPasteMode: true,
    linkHandler: { activate: () => undefined },
    minimumContrastRatio: 4.5,
    screenReaderMode: look.readsAloud,
    scrollback: scrollbackLines,
    theme,
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  term.loadAddon(fit);
  term.loadAddon(search);
  search.onDidChangeResults(({ resultIndex, resultCount }) =>
    events.onFound({ index: resultIndex + 1, count: resultCount }),
  );
  answerQueries(term, events);
  term.onData(events.onTyped);
  term.attachCustomKeyEventHandler(event => isForTerminal(term, events, event));
  const frame = document.createElement('div');
  frame.style.cssText =
    'position:absolute;inset:0;overflow:auto;display:grid;align-items:start;justify-items:safe center;padding:4px;box-sizing:border-box';
  const box = document.createElement('div');
  frame.append(box);
  frame.addEventListener('paste', event => takePaste(event, events), { capture: true });
  frame.addEventListener('copy', event => takeCopy(event, term), { capture: true });
  let shown = look;
  return {
    write: (text, onShown) => term.write(text, onShown),
    reset: () => term.reset(),
    attach(host) {
      host.append(frame);
      if (term.element === undefined) term.open(box);
      const endDrawing = drawByGpu(term, frame);
      const observer = new ResizeObserver(() => arrange(term, fit, frame, box, shown));
      observer.observe(frame);
      return () => {
        observer.disconnect();
        endDrawing();
        frame.remove();
      };
    },
    arrange(next) {
      shown = next;
      arrange(term, fit, frame, box, next);
    },
    focus: () => term.focus(),
    find: (text, step) =>
      void (step === 1 ? search.findNext(text, foundLook) : search.findPrevious(text, foundLook)),
    endFind: () => search.clearDecorations(),
    selection: () => cleanCopy(term.getSelection()),
    setLabel: label => term.textarea?.setAttribute('aria-label', label),
    dispose() {
      frame.remove();
      term.dispose();
    },
  };
}

/** WebGL where there is some, and as long as it is: a browser takes it away from tabs that have much of it. */
function drawByGpu(term: Terminal, frame: HTMLElement): () => void {
  const byHand = () => {
    frame.dataset['renderer'] = 'dom';
  };
  byHand();
  try {
    const addon = new WebglAddon();
    let isLoaded = true;
    const end = () => {
      if (isLoaded) addon.dispose();
      isLoaded = false;
      byHand();
    };
    addon.onContextLoss(end);
    term.loadAddon(addon);
    frame.dataset['renderer'] = 'webgl';
    return end;
  } catch {
    return () => undefined; // no WebGL 2: the DOM renderer goes on
  }
}

function arrange(
  term: Terminal,
  fit: FitAddon,
  frame: HTMLElement,
  box: HTMLElement,
  look: TerminalLook,
): void {
  const room = { widthPx: frame.clientWidth - marginPx, heightPx: frame.clientHeight - marginPx };
  if (term.element === undefined || room.widthPx < 40 || room.heightPx < 40) return;
  term.options.fontFamily = fontStacks[look.fontFamily];
  term.options.screenReaderMode = look.readsAloud;
  const size = lockedSize(look.geometry);
  box.style.cssText = size === null ? `width:${room.widthPx}px;height:${room.heightPx}px` : '';
  if (size === null) {
    term.options.fontSize = firstFontPx(look.fontSize);
    fit.fit();
    return;
  }
  term.resize(size.columns, size.rows);
  term.options.fontSize = look.fontSize === 'auto' ? autoFont(term, size, room) : look.fontSize;
}

/** Room that the scroll bar takes. */
const marginPx = 14;

function autoFont(
  term: Terminal,
  size: { columns: number; rows: number },
  room: { widthPx: number; heightPx: number },
) {
  const fontPx = term.options.fontSize ?? firstFontPx('auto');
  const screen = term.element?.querySelector('.xterm-screen');
  const cell = {
    widthPx: (screen?.clientWidth ?? 0) / term.cols,
    heightPx: (screen?.clientHeight ?? 0) / term.rows,
  };
  return cell.widthPx > 0 ? fontThatFits(size, room, cell, fontPx) : fontPx;
}

/** Whether xterm may have this key; what it may not was done here. */
function isForTerminal(term: Terminal, events: TerminalEvents, event: KeyboardEvent): boolean {
  if (event.type !== 'keydown' || event.isComposing) return true;
  const act = chordOf(term, events, event);
  if (act === 'browser') return false;
  if (act === undefined) return true;
  event.preventDefault();
  // A dialog or sheet around it must not take an Escape that is the machine's.
  event.stopPropagation();
  act();
  return false;
}

function chordOf(
  term: Terminal,
  events: TerminalEvents,
  event: KeyboardEvent,
): (() => void) | 'browser' | undefined {
  const { key, ctrlKey, shiftKey, altKey } = event;
  if (ctrlKey && shiftKey && !altKey) {
    if (key === 'F6') return events.onLeave;
    if (key === 'C') return () => events.onCopy(cleanCopy(term.getSelection()));
    if (key === 'F') return events.onFind;
    if (key === 'V') return 'browser';
  }
  if (key === 'Insert' && shiftKey) return 'browser';
  if (key === 'Insert' && ctrlKey) return () => events.onCopy(cleanCopy(term.getSelection()));
  const map = events.keyMap();
  // Its own keys follow the modes that a program sets (application cursor keys).
  const named = map === 'xterm' ? undefined : mappedKey(event);
  return named && (() => events.onTyped(sequenceOf(map, named)));
}

function takePaste(event: ClipboardEvent, events: TerminalEvents): void {
  event.preventDefault();
  event.stopPropagation();
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (text !== '') events.onPaste(text);
}

function takeCopy(event: ClipboardEvent, term: Terminal): void {
  event.preventDefault();
  event.stopPropagation();
  event.clipboardData?.setData('text/plain', cleanCopy(term.getSelection()));
}
