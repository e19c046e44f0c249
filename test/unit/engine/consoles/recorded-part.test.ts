import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  decodeEvents,
  encodeEvent,
  linesOf,
  linesText,
  packed,
  unpacked,
} from '#engine/consoles/recorded-part.ts';

const anEvent = fc.oneof(
  fc.record({ kind: fc.constant('o' as const), sinceMs: fc.nat(), data: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({ kind: fc.constant('i' as const), sinceMs: fc.nat(), data: fc.nat(8192) }),
  fc.record({
    kind: fc.constant('m' as const),
    sinceMs: fc.nat(),
    data: fc.string().map(text => Buffer.from(text.toWellFormed())),
  }),
);

it('events come back in order, byte for byte, at their times', () => {
  fc.assert(
    fc.property(fc.array(anEvent), fc.nat(), (events, fromMs) => {
      const bytes = Buffer.concat(events.map(({ kind, sinceMs, data }) => encodeEvent(kind, sinceMs, data)));
      let atMs = fromMs;
      const expected = events.map(({ kind, sinceMs, data }) => {
        atMs += sinceMs;
        if (typeof data === 'number') return { atMs, kind, data: String(data) };
        return { atMs, kind, data: Buffer.from(data).toString(kind === 'o' ? 'base64' : 'utf8') };
      });
      expect(decodeEvents(bytes, fromMs)).toEqual({ ok: true, value: expected });
    }),
  );
});

it.each([
  ['a time without an end', [0x80, 0x80], 0],
  ['a time beyond all times', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0, 0], 0],
  ['no kind', [0x01], 0],
  ['an unknown kind', [0x01, 0x07, 0x00], 0],
  ['no length', [0x01, 0x00], 0],
  ['fewer bytes than it says', [0x01, 0x00, 0x05, 0x41], 3],
])('an event with %s is malformed', (_, bytes, offset) => {
  expect(decodeEvents(Buffer.from(bytes), 0)).toMatchObject({ ok: false, offset });
});

it('any bytes are events or malformed', () => {
  fc.assert(fc.property(fc.uint8Array(), bytes => typeof decodeEvents(bytes, 0).ok === 'boolean'));
});

it('what is packed is unpacked, and what is something else, or a bomb, is not', async () => {
  const text = 'Kernel panic - not syncing\n'.repeat(100);
  const bytes = packed(text);
  expect(bytes.length).toBeLessThan(text.length / 10);
  expect(unpacked(bytes)?.toString()).toBe(text);
  expect(unpacked(Buffer.from('no zstd'))).toBeUndefined();
  expect(unpacked(packed(Buffer.alloc(64 * 1024 * 1024)))).toBeUndefined();
});

it('lines come back with their times, and rows that are none are left out', () => {
  const lines = [
    { atMs: 0, line: 'a\tb' },
    { atMs: 1200, line: '启动' },
  ];
  expect(linesOf(linesText(lines))).toEqual(lines);
  expect(linesOf('x\ty\n-1\tz\nno tab\n\t\n7\tgood\n')).toEqual([{ atMs: 7, line: 'good' }]);
});
