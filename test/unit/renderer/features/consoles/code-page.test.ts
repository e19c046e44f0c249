import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeTyped, judged, newDecoder } from '#renderer/features/consoles/text/code-page.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const of = (...values: number[]) => Uint8Array.from(values);
/** ┌──┐ and │ab│ as firmware draws them in code page 437. */
const box = of(0xda, 0xc4, 0xc4, 0xbf, 0x0d, 0x0a, 0xb3, 0x61, 0x62, 0xb3);

function decodedInPieces(
  choice: 'auto' | 'utf-8' | 'cp437',
  all: Uint8Array,
  cuts: readonly number[],
): string {
  const decoder = newDecoder(choice);
  const places = [...new Set(cuts.map(cut => cut % (all.length + 1)))].sort((a, b) => a - b);
  return [...places, all.length]
    .map((end, index) => decoder.decode(all.subarray(places[index - 1] ?? 0, end)))
    .join('');
}

describe('the code page of a console', () => {
  it('437 has a letter for each of its bytes, and each is typed back as that byte', () => {
    const upper = Uint8Array.from({ length: 128 }, (_, index) => 0x80 + index);
    const text = newDecoder('cp437').decode(upper);
    expect(new Set(text).size).toBe(128);
    expect(text.slice(0x30, 0x40)).toBe('░▒▓│┤╡╢╖╕╣║╗╝╜╛┐');
    expect(text.slice(-2)).toBe('■\u00a0');
    expect(encodeTyped(text, 'cp437')).toEqual(upper);
  });

  it('437 shows a glyph for a control that no terminal acts on, and leaves the others as they are', () => {
    const text = newDecoder('cp437').decode(Uint8Array.from({ length: 32 }, (_, byte) => byte));
    for (const byte of [0, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0x11, 0x13, 0x18, 0x1a, 0x1b])
      expect(text.charCodeAt(byte)).toBe(byte);
    expect(text.slice(1, 7)).toBe('☺☻♥♦♣♠');
    expect(text.charAt(0x10)).toBe('►');
  });

  it('UTF-8 is the same text wherever its bytes are cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat()), (text, cuts) => {
        expect(decodedInPieces('utf-8', bytes(text), cuts)).toBe(text);
      }),
    );
  });

  it('UTF-8 reads every other byte as a platform does: one mark for what is no letter, and never a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.array(fc.nat()), (all, cuts) => {
        for (const choice of ['auto', 'utf-8', 'cp437'] as const)
          expect(typeof decodedInPieces(choice, all, cuts)).toBe('string');
      }),
    );
    expect(newDecoder('utf-8').decode(of(0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xf5, 0x41))).toBe(
      `${'\ufffd'.repeat(6)}A`,
    );
  });

  it('is 437 where lines and corners are no UTF-8, though a corner may look like a letter of it', () => {
    const decoder = newDecoder('auto');
    expect(decoder.decode(box)).toBe('┌──┐\r\n│ab│');
    expect(decoder.page()).toBe('cp437');
  });

  it('is found byte by byte as well: SOL brings a few at a time', () => {
    const decoder = newDecoder('auto');
    const text = Array.from(box, byte => decoder.decode(of(byte))).join('');
    expect(text).toBe('┌──┐\r\n│ab│');
  });

  it('is UTF-8 again once a system that speaks it runs', () => {
    const decoder = newDecoder('auto');
    decoder.decode(box);
    decoder.decode(bytes(`${'x'.repeat(64)}`));
    expect(decoder.decode(bytes('正在启动服务'))).toBe('正在启动服务');
    expect(decoder.page()).toBe('utf-8');
  });

  it('stays UTF-8 at a stray byte of a bad line, which is shown as 437 has it', () => {
    const decoder = newDecoder('auto');
    expect(decoder.decode(of(0xff, 0x41, 0xb0))).toBe('\u00a0A░');
    expect(decoder.page()).toBe('utf-8');
    expect(judged(bytes('└─ служба'), 'utf-8')).toBe('utf-8');
  });

  it('encodes what is typed, and what it has no letter for as a question mark', () => {
    expect(encodeTyped('é中\r', 'cp437')).toEqual(of(0x82, 0x3f, 0x0d));
    expect(encodeTyped('é', 'utf-8')).toEqual(of(0xc3, 0xa9));
    expect(encodeTyped('\x1b[A', 'cp437')).toEqual(of(0x1b, 0x5b, 0x41));
  });
});
