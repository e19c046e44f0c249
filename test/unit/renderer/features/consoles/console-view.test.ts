import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openConsoleView, type ViewState } from '#renderer/features/consoles/session/console-view.ts';
import { newCredits } from '#renderer/features/consoles/session/credits.ts';
import { base64OfBytes, newKeptTail, restOfTail } from '#renderer/features/consoles/session/kept-tail.ts';
import type {
  AttachedConsole,
  AttachedConsolePatch,
  RacksideClient,
  ServerConsole,
} from '#shared/contract/index.ts';
import type { ConsoleViewId } from '#shared/model/ids.ts';
import { nodeId } from '#test/fakes/rows.ts';

const viewId = (number: number) => `60000000-0000-4000-8000-00000000000${number}` as ConsoleViewId;
const bytes = (text: string) => new TextEncoder().encode(text);

function aConsole(change: Partial<ServerConsole> = {}): ServerConsole {
  return {
    nodeId,
    state: 'connected',
    since: 1,
    retryAt: null,
    error: null,
    writer: null,
    watchers: [],
    recordingId: null,
    ...change,
  };
}

/** A view on a console without a machine; what is written is on the screen when the test says so. */
function aView() {
  const screen: string[] = [];
  const waiting: (() => void)[] = [];
  const taken: number[] = [];
  let tell:
    | { onSnapshot(row: AttachedConsole): void; onPatch(patch: AttachedConsolePatch): void }
    | undefined;
  let state: ViewState | undefined;
  const consoles: Pick<RacksideClient['consoles'], 'view' | 'taken'> = {
    view: (_, observer) => {
      tell = observer;
      return () => undefined;
    },
    taken: async ({ offset }) => {
      taken.push(offset);
      return {};
    },
  };
  const view = openConsoleView({
    consoles,
    nodeId,
    name: 'test',
    codePage: () => 'auto',
    screen: {
      write: (text, onShown) => {
        screen.push(text);
        if (onShown) waiting.push(onShown);
      },
      reset: () => void screen.push('<reset>'),
    },
    words: { gap: ({ why }) => `gap ${why}`, leftOut: size => `${size} left out` },
    onState: next => {
      state = next;
    },
    onText: () => undefined,
  });
  return {
    view,
    screen,
    taken,
    state: () => state,
    show: () => {
      for (const onShown of waiting.splice(0)) onShown();
    },
    open: (offset: number, tail: string, number = 1) =>
      tell?.onSnapshot({
        viewId: viewId(number),
        console: aConsole(),
        offset,
        tail: base64OfBytes(bytes(tail)),
      }),
    patch: (patch: AttachedConsolePatch) => tell?.onPatch(patch),
    say: (offset: number, text: string) =>
      tell?.onPatch({ op: 'output', offset, data: base64OfBytes(bytes(text)) }),
  };
}

describe('a view of a console', () => {
  it('draws the last of what came, and answers no question in it', () => {
    const { view, screen, open, show } = aView();
    open(100, 'login: ');
    expect(screen).toEqual(['<reset>', 'login: ']);
    expect(view.isDrawingPast()).toBe(true);
    show();
    expect(view.isDrawingPast()).toBe(false);
  });

  it('acknowledges in steps what is on the screen, and nothing that is not there yet', () => {
    const { open, say, show, taken } = aView();
    open(0, '');
    const part = 'x'.repeat(40_000);
    say(0, part);
    say(40_000, part);
    expect(taken).toEqual([]);
    show();
    expect(taken).toEqual([80_000]);
    say(80_000, 'a keystroke');
    show();
    expect(taken).toEqual([80_000]);
  });

  it('goes on where it was when the engine was away, and begins anew with another engine', () => {
    const { screen, open, say, state } = aView();
    open(0, 'boot ');
    say(5, 'one ');
    open(0, 'boot one two', 2);
    expect(screen.slice(1)).toEqual(['boot ', 'one ', 'two']);
    expect(state()?.viewId).toBe(viewId(2));
    open(0, 'other', 3);
    expect(screen.slice(-2)).toEqual(['<reset>', 'other']);
  });

  it('has a line of its own where something is missing, and counts it', () => {
    const { screen, open, patch, say, state } = aView();
    open(0, 'a');
    patch({ op: 'gap', at: 5, why: 'lost' });
    patch({ op: 'skipped', from: 1, to: 500 });
    say(500, 'b');
    expect(screen.slice(2).join('')).toBe(
      '\x18\r\n\x1b[0;2m── gap lost ──\x1b[0m\r\n\x18\r\n\x1b[0;2m── 499 left out ──\x1b[0m\r\nb',
    );
    expect(state()).toMatchObject({ gaps: 1, leftOutBytes: 499 });
  });

  it('is drawn again from what is kept', () => {
    const { view, screen, open, say } = aView();
    open(0, 'one ');
    say(4, 'two');
    view.redraw();
    expect(screen.slice(-2)).toEqual(['<reset>', 'one two']);
  });
});

describe('what is kept of a console', () => {
  it('is its last bytes, however they came', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), parts => {
        const kept = newKeptTail(64);
        for (const part of parts) kept.add(part);
        const all = Uint8Array.from(parts.flatMap(part => [...part]));
        expect(kept.bytes()).toEqual(all.slice(-64));
      }),
    );
  });

  it('is the same console only where its end is found in the new tail', () => {
    const rest = (shown: string, shownOffset: number, tail: string, tailOffset: number) => {
      const found = restOfTail(bytes(shown), shownOffset, bytes(tail), tailOffset);
      return found && new TextDecoder().decode(found);
    };
    expect(rest('abc', 3, 'bcde', 1)).toBe('de');
    expect(rest('abc', 3, 'abc', 0)).toBe('');
    expect(rest('abc', 3, 'xyzde', 0)).toBeNull();
    expect(rest('abc', 3, 'fgh', 5)).toBeNull();
    expect(rest('abc', 3, 'a', 0)).toBeNull();
  });
});

describe('credits', () => {
  it('never leave the engine waiting: at most a step is on the screen and not acknowledged', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 96 * 1024 })), sizes => {
        const credits = newCredits(1000);
        let [shown, acknowledged] = [1000, 1000];
        for (const size of sizes) {
          shown += size;
          acknowledged = credits.shown(shown) ?? acknowledged;
          expect(shown - acknowledged).toBeLessThan(64 * 1024);
        }
      }),
    );
  });
});
