import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLines, newLineReader } from '#renderer/features/consoles/recordings/plain-lines.ts';
import { linesOf, outputOf } from '#renderer/features/consoles/recordings/recorded-output.ts';
import { advanced, drawnFrom, firstAfter } from '#renderer/features/consoles/recordings/replay-clock.ts';
import type { RecordedEvent } from '#shared/contract/index.ts';

describe('the clock of a replay', () => {
  const times = [0, 500, 1000, 61_000, 61_500];

  it('runs on as time does', () => {
    expect(advanced(times, 200, 900, false)).toBe(1100);
    expect(advanced(times, 61_400, 900, true)).toBe(62_300);
  });

  it('shows a silence for two seconds and goes on behind it', () => {
    expect(advanced(times, 1000, 1999, true)).toBe(2999);
    expect(advanced(times, 1000, 2100, true)).toBe(61_100);
    expect(advanced(times, 30_000, 100, true)).toBe(61_100);
    expect(advanced([10_000], 0, 2500, true)).toBe(10_500);
  });

  it('never goes back, and never skips what was said', () => {
    const rising = fc
      .array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 40 })
      .map(times => times.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(rising, fc.nat(100_000), fc.integer({ min: 1, max: 5000 }), (all, atMs, byMs) => {
        const next = advanced(all, atMs, byMs, true);
        expect(next).toBeGreaterThanOrEqual(atMs + byMs);
        // Playing on to there in small steps comes to the same moment, give or take what a step is cut by.
        expect(advanced(all, advanced(all, atMs, byMs / 2, true), byMs / 2, true)).toBeCloseTo(next, 3);
      }),
    );
  });

  it('finds what was said up to a moment, and how far back a screen has to be drawn', () => {
    expect([firstAfter(times, -1), firstAfter(times, 500), firstAfter(times, 1e9)]).toEqual([0, 2, 5]);
    expect(drawnFrom([10, 10, 10, 10], 4, 25)).toBe(2);
    expect(drawnFrom([10, 10], 2, 100)).toBe(0);
    expect(drawnFrom([1000], 1, 25)).toBe(1);
  });
});

describe('the text of a recording', () => {
  const read = (...parts: readonly string[]) => {
    const reader = newLineReader();
    for (const [index, part] of parts.entries()) reader.add(part, index * 1000);
    return reader.lines();
  };

  it('is its lines without control sequences, each with the time of its first letter', () => {
    expect(read('\x1b[1;32mok\x1b[0m one\r\n', 'tw', 'o\r\nthree')).toEqual([
      { atMs: 0, text: 'ok one' },
      { atMs: 1000, text: 'two' },
      { atMs: 2000, text: 'three' },
    ]);
  });

  it('survives a sequence that is cut anywhere', () => {
    const all = 'a\x1b[31mb\x1b]0;title\x07c\x1b(Bd\x1bPq#0\x1b\\e\r\n';
    for (let cut = 0; cut <= all.length; cut += 1)
      expect(read(all.slice(0, cut), all.slice(cut)).map(({ text }) => text)).toEqual(['abcde']);
  });

  it('is what stands there at last where a line was written over, and a line for each place of the screen', () => {
    expect(read('10 %\r20 %\r\n').map(({ text }) => text)).toEqual(['20 %']);
    expect(read('\x1b[2;5HMain\x1b[3;5HBoot').map(({ text }) => text)).toEqual(['Main', 'Boot']);
  });

  it('is bounded, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), parts => {
        const longest = read(...parts.map(part => Buffer.from(part).toString('latin1')));
        expect(Math.max(0, ...longest.map(({ text }) => text.length))).toBeLessThanOrEqual(4096);
      }),
    );
    expect(read('\x1b]'.padEnd(5000, 'x'), 'y\n').length).toBeGreaterThan(0);
    expect(read('x'.repeat(10_000)).length).toBe(3);
  });

  it('is found by all of its words', () => {
    const lines = read('Kernel panic - not syncing\r\nkernel: ok\r\n');
    expect(findLines(lines, 'PANIC kernel').map(({ text }) => text)).toEqual(['Kernel panic - not syncing']);
    expect(findLines(lines, '  ')).toEqual([]);
  });
});

describe('a recording as it is played', () => {
  it('keeps a letter whole that was cut between two parts, and knows where something is missing', () => {
    const [lead, rest] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)];
    const cut: readonly RecordedEvent[] = [
      { atMs: 0, kind: 'o', data: lead.toString('base64') },
      { atMs: 5, kind: 'i', data: '3' },
      { atMs: 7, kind: 'm', data: 'lost' },
      { atMs: 10, kind: 'o', data: rest.toString('base64') },
    ];
    const played = outputOf(cut, 'utf-8');
    expect(linesOf(played)).toEqual([{ atMs: 10, text: 'é' }]);
    expect(played).toMatchObject({ times: [0, 10], marks: [{ atMs: 7, text: 'lost' }], endMs: 10 });
  });
});
