import type {
  AttachedConsole,
  AttachedConsolePatch,
  RacksideClient,
  ServerConsole,
} from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { ConsoleViewId, NodeId } from '#shared/model/ids.ts';
import { type CodePage, type CodePageChoice, newDecoder, type PageDecoder } from '../text/code-page.ts';
import { type Credits, newCredits } from './credits.ts';
import { bytesOfBase64, newKeptTail, restOfTail } from './kept-tail.ts';

export interface ViewState {
  /** Null: there is no connection to the engine. */
  readonly viewId: ConsoleViewId | null;
  readonly console: ServerConsole | null;
  readonly codePage: CodePage;
  /** Since it was opened here. */
  readonly gaps: number;
  readonly leftOutBytes: number;
}

export const firstViewState: ViewState = {
  viewId: null,
  console: null,
  codePage: 'utf-8',
  gaps: 0,
  leftOutBytes: 0,
};

type Gap = Extract<AttachedConsolePatch, { op: 'gap' }>;

export interface ViewOptions {
  readonly consoles: Pick<RacksideClient['consoles'], 'view' | 'taken'>;
  readonly nodeId: NodeId;
  readonly name: string;
  readonly screen: {
    readonly write: (text: string, onShown?: () => void) => void;
    readonly reset: () => void;
  };
  readonly codePage: () => CodePageChoice;
  /** The words of a line that stands in the terminal where something is missing. */
  readonly words: { readonly gap: (gap: Gap) => string; readonly leftOut: (bytes: number) => string };
  readonly onState: (state: ViewState) => void;
  /** What the machine says now; not what is drawn again. */
  readonly onText: (text: string) => void;
}

export interface ConsoleView {
  /** What is drawn is over, and nothing of the present comes behind it. */
  readonly isDrawingPast: () => boolean;
  /** Draws what is kept anew, in the code page that is chosen now. */
  readonly redraw: () => void;
  readonly close: () => void;
}

/** One console on one screen: bytes become text, what is on the screen is acknowledged, what is missing gets a line. */
export function openConsoleView(options: ViewOptions): ConsoleView {
  const { screen, onState } = options;
  const kept = newKeptTail();
  let state = firstViewState;
  let decoder: PageDecoder = newDecoder(options.codePage());
  let credits: Credits = newCredits(0);
  let offset = 0;
  let drawings = 0;
  const change = (next: Partial<ViewState>) => {
    state = { ...state, ...next };
    onState(state);
  };
  const acknowledge = (end: number) => {
    const { viewId } = state;
    const taken = credits.shown(end);
    // A view that ended meanwhile is opened anew by its stream.
    if (taken !== null && viewId !== null)
      void options.consoles.taken({ viewId, offset: taken }).catch(() => undefined);
  };
  const say = (bytes: Uint8Array, onShown: () => void): string => {
    const text = decoder.decode(bytes);
    const codePage = decoder.page();
    if (codePage !== state.codePage) change({ codePage });
    screen.write(text, onShown);
    return text;
  };
  const drawPast = (bytes: Uint8Array, end: number) => {
    drawings += 1;
    say(bytes, () => {
      drawings -= 1;
      acknowledge(end);
    });
  };
  const beginAnew = () => {
    screen.reset();
    decoder = newDecoder(options.codePage());
  };
  const onSnapshot = (attached: AttachedConsole) => {
    const tail = bytesOfBase64(attached.tail);
    const rest =
      state.viewId === null && offset === 0 ? null : restOfTail(kept.bytes(), offset, tail, attached.offset);
    if (rest === null) {
      beginAnew();
      kept.clear();
    }
    const news = rest ?? tail;
    credits = newCredits(attached.offset);
    offset = attached.offset + tail.length;
    kept.add(news);
    change({ viewId: attached.viewId, console: attached.console });
    drawPast(news, offset);
  };
  const onPatch = (patch: AttachedConsolePatch) => {
    switch (patch.op) {
      case 'output': {
        const bytes = bytesOfBase64(patch.data);
        const end = patch.offset + bytes.length;
        offset = end;
        kept.add(bytes);
        options.onText(say(bytes, () => acknowledge(end)));
        return;
      }
      case 'skipped': {
        const bytes = patch.to - patch.from;
        offset = patch.to;
        kept.clear();
        decoder = newDecoder(options.codePage());
        screen.write(lineOf(options.words.leftOut(bytes)));
        change({ leftOutBytes: state.leftOutBytes + bytes });
        return;
      }
      case 'gap':
        screen.write(lineOf(options.words.gap(patch)));
        change({ gaps: state.gaps + 1 });
        return;
      case 'console':
        change({ console: patch.row });
        return;
      default:
        assertNever(patch);
    }
  };
  const close = options.consoles.view(
    { nodeId: options.nodeId, name: options.name },
    { onSnapshot, onPatch },
  );
  return {
    isDrawingPast: () => drawings > 0,
    redraw() {
      beginAnew();
      drawPast(kept.bytes(), offset);
    },
    close,
  };
}

/** Dim, on a line of its own; CAN first, because the machine may have been in the middle of a sequence (ECMA-48 §8.3.6). */
function lineOf(words: string): string {
  return `\x18\r\n\x1b[0;2m── ${words} ──\x1b[0m\r\n`;
}
