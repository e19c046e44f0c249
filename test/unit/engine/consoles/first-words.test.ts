import { describe, expect, it } from 'vitest';
import { readFirstWords } from '#engine/consoles/ports/first-words.ts';

const read = (text: string) => readFirstWords(Buffer.from(text, 'latin1'));
const token = 'q3Zk8f0n1xWc7VbT5mLr2yHs9dPj6uGa4eKi0oNwXtE';

describe('the first words of a program at a console’s port', () => {
  it.each([
    ['a terminal in raw mode', `${token}\rls\r`, 'ls\r'],
    ['nc', `${token}\nls\n`, 'ls\n'],
    ['a Telnet client (RFC 854)', `${token}\r\0`, ''],
    ['a terminal of Windows', ` ${token} \r\nls`, 'ls'],
  ])('are a token in a line from %s', (_who, text, rest) => {
    expect(read(text)).toEqual({ is: 'terminal', token, rest: Buffer.from(rest) });
  });

  it.each([`CONNECT ${token} HTTP/1.1\r\n\r\nls\r`, `CONNECT /${token} HTTP/1.0\r\nHost: x\r\n\r\nls\r`])(
    'are a request of nova-serialproxy: %j',
    text => {
      expect(read(text)).toEqual({ is: 'proxy', token, rest: Buffer.from('ls\r') });
    },
  );

  it('are HTTP for who asks for a WebSocket', () => {
    expect(read('GET / HTTP/1.1\r\n')).toEqual({ is: 'http' });
  });

  it('are waited for byte by byte, whoever comes', () => {
    for (const whole of ['GET ', `CONNECT ${token} HTTP/1.1\r\n\r\n`, `${token}\r`])
      for (let length = 0; length < whole.length; length += 1)
        expect(read(whole.slice(0, length)), whole.slice(0, length)).toEqual({ is: 'incomplete' });
  });

  it.each([
    ['a line without an end', 'x'.repeat(257)],
    ['a line that is too long', `${'x'.repeat(257)}\n`],
    ['a request without a token', 'CONNECT  HTTP/1.1\r\n\r\n'],
    ['a request of another protocol', `CONNECT ${token} SIP/2.0\r\n\r\n`],
    ['a request whose head has no end', `CONNECT ${token} HTTP/1.1\r\n${'a: b\r\n'.repeat(700)}`],
  ])('are nonsense: %s', (_what, text) => {
    expect(read(text)).toEqual({ is: 'nonsense' });
  });

  it('are never more than they are, whatever the bytes', () => {
    for (let seed = 1; seed <= 2000; seed += 1) {
      const bytes = Buffer.from(
        Array.from({ length: seed % 300 }, (_, at) => (seed * 2654435761 * (at + 7)) >>> 24),
      );
      const words = readFirstWords(bytes);
      if (words.is === 'terminal' || words.is === 'proxy')
        expect(words.token.length + words.rest.length).toBeLessThan(bytes.length);
    }
  });
});
