import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  functionKeys,
  keyMapNames,
  mappedKey,
  namedKeys,
  sequenceOf,
} from '#renderer/features/consoles/keys/key-maps.ts';
import {
  asTyped,
  lineCount,
  paces,
  pasteDurationMs,
  planPaste,
  withoutControls,
} from '#renderer/features/consoles/paste/paste-plan.ts';
import { type PasteLine, runPaste } from '#renderer/features/consoles/paste/run-paste.ts';
import { newTypeQueue } from '#renderer/features/consoles/session/type-queue.ts';
import { cleanCopy } from '#renderer/features/consoles/text/clean-copy.ts';

describe('keys', () => {
  it('of firmware that asks for VT100+ or VT-UTF8 are Escape and a digit', () => {
    const tails = functionKeys.map(key => sequenceOf('vt100+', key).slice(1));
    expect(tails.join('')).toBe('1234567890!@');
    expect(sequenceOf('vt100+', 'Home')).toBe('\x1bh');
    expect(sequenceOf('vt100', 'F10')).toBe('\x1bOM');
    expect(sequenceOf('pc-ansi', 'F1')).toBe('\x1b[M');
    expect(sequenceOf('linux', 'F5')).toBe('\x1b[[E');
    expect(sequenceOf('xterm', 'F12')).toBe('\x1b[24~');
  });

  it('have a sequence of their own in every map', () => {
    for (const map of keyMapNames) {
      const sequences = namedKeys.map(key => sequenceOf(map, key));
      expect(new Set(sequences).size, map).toBe(namedKeys.length);
    }
  });

  it('that are held together with others are left to the terminal', () => {
    const plain = { ctrlKey: false, altKey: false, metaKey: false, shiftKey: false };
    expect(mappedKey({ ...plain, key: 'F2' })).toBe('F2');
    expect(mappedKey({ ...plain, key: 'F2', ctrlKey: true })).toBeUndefined();
    expect(mappedKey({ ...plain, key: 'a' })).toBeUndefined();
  });
});

describe('a paste', () => {
  const line = (change: Partial<PasteLine> = {}) => {
    const log: string[] = [];
    return {
      log,
      line: {
        send: (text: string) => {
          log.push(text);
          return true;
        },
        waitForEcho: async (text: string) => void log.push(`echo ${text}`),
        wait: async () => undefined,
        onProgress: () => undefined,
        ...change,
      },
    };
  };

  it('is sent whole and in order at every pace, in pieces no larger than the pace allows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(...paces), (text, pace) => {
        const steps = planPaste(text, pace);
        expect(steps.map(step => step.text).join('')).toBe(asTyped(text));
        const sizeBytes = steps.reduce((sum, step) => sum + step.sizeBytes, 0);
        expect(sizeBytes).toBe(new TextEncoder().encode(asTyped(text)).length);
        if (pace === 'slow')
          expect(Math.max(0, ...steps.map(step => step.text.length))).toBeLessThanOrEqual(10);
      }),
    );
  });

  it('takes as long as its bytes at that rate', () => {
    const text = 'x'.repeat(1000);
    expect(pasteDurationMs(planPaste(text, 'slow'))).toBe(10_000);
    expect(pasteDurationMs(planPaste(text, 'fast'))).toBeLessThan(220);
  });

  it('ends its lines as Return does, whatever ended them before', () => {
    expect(asTyped('a\r\nb\nc\rd')).toBe('a\rb\rc\rd');
    expect([lineCount('a'), lineCount('a\n'), lineCount('a\nb')]).toEqual([1, 1, 2]);
  });

  it('waits for the end of each line, and listens before it sends', async () => {
    const { log, line: io } = line();
    await runPaste(planPaste('hostname web-01\nexit\n', 'echo'), io, new AbortController().signal);
    expect(log).toEqual(['echo e web-01', 'hostname web-01\r', 'echo exit', 'exit\r']);
  });

  it('stops where somebody else took the keyboard, or a person cancels it', async () => {
    const refused = line({ send: () => false });
    const steps = planPaste('a\nb\n', 'slow');
    expect(await runPaste(steps, refused.line, new AbortController().signal)).toBe(false);
    const abort = new AbortController();
    const cancelled = line({ wait: async () => abort.abort() });
    expect(await runPaste(steps, cancelled.line, abort.signal)).toBe(false);
    expect(cancelled.log).toEqual(['a\r']);
  });

  it('leaves out what types commands from a web page: controls, and escape sequences with them', () => {
    expect(withoutControls('ls\x1b[201~\x03\trm\r\n')).toBe('ls[201~\trm\r\n');
  });
});

describe('a copy', () => {
  it('has neither the spaces that filled the screen nor empty lines at its end', () => {
    expect(cleanCopy('one  \r\ntwo\u00a0three   \n\n   \n')).toBe('one\ntwo three');
    expect(cleanCopy('  indented\n\nlast')).toBe('  indented\n\nlast');
  });
});

describe('what is typed', () => {
  it('goes in order, one call at a time, and what comes meanwhile goes together', async () => {
    const calls: string[] = [];
    const gates: (() => void)[] = [];
    const queue = newTypeQueue(
      async bytes => {
        calls.push(new TextDecoder().decode(bytes));
        await new Promise<void>(resolve => gates.push(resolve));
      },
      () => undefined,
    );
    const type = (text: string) => queue.add(new TextEncoder().encode(text));
    for (const letter of 'abc') type(letter);
    expect(calls).toEqual(['a']);
    gates[0]?.();
    await Promise.resolve();
    await new Promise<void>(resolve => queueMicrotask(resolve));
    expect(calls).toEqual(['a', 'bc']);
  });

  it('is given up together with what waits behind it, and told', async () => {
    const failed = Promise.withResolvers<unknown>();
    const calls: number[] = [];
    const queue = newTypeQueue(async bytes => {
      calls.push(bytes.length);
      throw new Error('refused');
    }, failed.resolve);
    queue.add(new Uint8Array(1));
    queue.add(new Uint8Array(5));
    expect(await failed.promise).toEqual(new Error('refused'));
    expect(calls).toEqual([1]);
  });

  it('is refused when more waits than a person types', () => {
    const queue = newTypeQueue(
      () => new Promise(() => undefined),
      () => undefined,
    );
    expect(queue.add(new Uint8Array(60_000))).toBe(true);
    expect(queue.add(new Uint8Array(60_000))).toBe(false);
  });
});
