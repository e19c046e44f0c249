import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeframer } from '#engine/net/syslog/framing.ts';

const maxMessageBytes = 64;

/** The messages of a stream that arrives in these pieces; `…` marks one that was cut. */
function messagesOf(...chunks: readonly string[]): string[] {
  const deframer = createDeframer(maxMessageBytes);
  const frames = chunks.flatMap(chunk => deframer.push(Buffer.from(chunk, 'latin1')));
  return [...frames, ...deframer.end()].map(
    ({ bytes, isCut }) => Buffer.from(bytes).toString('latin1') + (isCut ? '…' : ''),
  );
}

const byteByByte = (text: string): string[] => messagesOf(...text.split(''));

describe('messages in a TCP stream (RFC 6587 §3.4)', () => {
  it.each([
    ['lines', '<13>one\n<13>two\n', ['<13>one', '<13>two']],
    ['zeros instead of line feeds', '<13>one\0<13>two\0', ['<13>one', '<13>two']],
    ['a line feed within what a zero ends is an end too', '<13>a\nb\0', ['<13>a', 'b']],
    [
      'counted messages, with line feeds in them',
      '9 <13>a\nb\nc7 <13>two',
      ['<13>a\nb\nc'.slice(0, 9), '<13>two'],
    ],
    [
      'both, changing with every message',
      '7 <13>one<13>two\n9 <13>three<13>4\0',
      ['<13>one', '<13>two', '<13>three', '<13>4'],
    ],
    [
      'a line feed after a counted message, as some senders add',
      '7 <13>one\n7 <13>two\n',
      ['<13>one', '<13>two'],
    ],
    [
      'a line that begins with a number',
      '17 packages left\n2026-11-25 x\n',
      ['17 packages left', '2026-11-25 x'],
    ],
    ['a number and a space at the very end', '12 ', ['12 ']],
    ['a number alone at the very end', '12', ['12']],
    ['a count with a leading zero is none', '07 <13>one\n', ['07 <13>one']],
    ['a count of eight digits is none', '10000000 <13>\n', ['10000000 <13>']],
    ['a last line without its end', '<13>one\n<13>two', ['<13>one', '<13>two']],
    ['empty lines', '\n\n\0\n<13>one\n\n', ['<13>one']],
    ['a counted message whose end never comes', '30 <13>one', ['<13>one…']],
    ['a line beyond the limit', `<13>${'x'.repeat(100)}\n<13>next\n`, [`<13>${'x'.repeat(60)}…`, '<13>next']],
    [
      'a counted message beyond the limit',
      `104 <13>${'x'.repeat(100)}<13>next\n`,
      [`<13>${'x'.repeat(60)}…`, '<13>next'],
    ],
    ['a line of just the limit', `<13>${'x'.repeat(60)}\n`, [`<13>${'x'.repeat(60)}`]],
  ])('%s, at once and byte by byte', (_what, stream, messages) => {
    expect(messagesOf(stream)).toEqual(messages);
    expect(byteByByte(stream)).toEqual(messages);
  });

  it('finds the same messages however the stream is cut', () => {
    const part = fc.constantFrom(
      '<13>line\n',
      '7 <13>abc',
      '12 x\n',
      'é\0',
      '\n',
      '9',
      ' ',
      '<',
      `5 <${'y'.repeat(90)}\n`,
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }),
        fc.array(fc.nat(200), { maxLength: 6 }),
        (parts, cuts) => {
          const stream = parts.join('');
          const at = [0, ...cuts.filter(cut => cut < stream.length).toSorted((a, b) => a - b), stream.length];
          const chunks = at.slice(1).map((end, index) => stream.slice(at[index], end));
          expect(messagesOf(...chunks)).toEqual(messagesOf(stream));
        },
      ),
    );
  });

  it('keeps no more than the limit of a message without an end, and goes on behind it', () => {
    const deframer = createDeframer(maxMessageBytes);
    for (let round = 0; round < 2000; round += 1) expect(deframer.push(Buffer.alloc(4096, 'x'))).toEqual([]);
    const [first, second] = deframer.push(Buffer.from('\n<13>next\n'));
    expect(first).toMatchObject({ isCut: true });
    expect(first?.bytes.length).toBe(maxMessageBytes);
    expect(second?.bytes.toString()).toBe('<13>next');
  });
});
