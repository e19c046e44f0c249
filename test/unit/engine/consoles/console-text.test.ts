import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consoleText } from '#engine/consoles/console-text.ts';

function linesOf(...pieces: readonly (string | Uint8Array)[]): string[] {
  const lines: string[] = [];
  const text = consoleText(line => lines.push(line));
  for (const piece of pieces) text.feed(Buffer.from(piece));
  text.end();
  return lines;
}

describe('lines of a console', () => {
  it('end with a line feed, and blank ones are none', () => {
    expect(linesOf('Booting\r\n\r\n   \r\nlogin: ')).toEqual(['Booting', 'login:']);
  });

  it('have no control sequences in them, wherever a piece was cut', () => {
    const sent = '\u001b[1;31mError\u001b[0m: disk \u001b]0;title\u0007sda\u001b(B failed\u001b[K\r\n';
    expect(linesOf(sent)).toEqual(['Error: disk sda failed']);
    expect(linesOf(...sent.split(''))).toEqual(['Error: disk sda failed']);
  });

  it('are what stands there after a return, a backspace and an erasure', () => {
    expect(linesOf('10 %\r20 %\r100 %\r\n')).toEqual(['100 %']);
    expect(linesOf('rebot\b\boot\n', 'a long word\rshort\u001b[K\n')).toEqual(['reboot', 'short']);
  });

  it('are one for each place that a firmware draws at, and one for what is drawn side by side', () => {
    const screen = '\u001b[2J\u001b[1;30HAptio Setup Utility\u001b[5;2HMain\u001b[5;12HBoot\u001b[6;2HSave';
    expect(linesOf(screen)).toEqual(['Aptio Setup Utility', 'Main       Boot', 'Save']);
  });

  it('are UTF-8 where the bytes are, and CP437 where they are not', () => {
    expect(linesOf('内核启动 完成\r\n')).toEqual(['内核启动 完成']);
    expect(linesOf(Buffer.from([0xc9, 0xcd, 0xcd, 0xbb, 0x0a]))).toEqual(['╔══╗']);
  });

  it('are cut at a kilobyte, between characters', () => {
    const lines = linesOf(`${'启'.repeat(500)}\n`);
    expect(lines.join('')).toBe('启'.repeat(500));
    expect(lines.length).toBe(2);
  });

  it('show a prompt before it ends, without half a character', () => {
    const text = consoleText(() => undefined);
    text.feed(Buffer.from('登录: '));
    expect(text.openLine()).toBe('登录:');
    text.feed(Buffer.from('名').subarray(0, 2));
    expect(text.openLine()).toBe('登录:');
  });
});

it('a title without an end does not swallow what follows for ever', () => {
  expect(linesOf(`\u001b]0;${'x'.repeat(5000)}\r\nKernel panic\r\n`).at(-1)).toBe('Kernel panic');
});

it('any bytes, cut anywhere, become the same short lines without control characters', () => {
  const escapes = fc.constantFrom(
    '\u001b[',
    '\u001b]',
    '\u001bP',
    'H',
    ';9',
    'K',
    '\r',
    '\n',
    '\b',
    '\t',
    '启',
  );
  const pieces = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      escapes.map(text => Buffer.from(text)),
    ),
  );
  fc.assert(
    fc.property(pieces, sent => {
      const together = linesOf(Buffer.concat(sent));
      expect(linesOf(...sent)).toEqual(together);
      for (const line of together) {
        expect(line.length).toBeLessThanOrEqual(1024);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});
