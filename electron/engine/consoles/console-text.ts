import { isAscii, isUtf8 } from 'node:buffer';
import { codePage437Text } from '#shared/console/code-page-437.ts';

const maxLineBytes = 1024;
/** Of a string for the terminal itself (a title, a font): one without an end is text again after so many. */
const maxStringBytes = 4096;
const maxParameterBytes = 64;
const tabWidth = 8;

const code = { backspace: 8, tab: 9, lineFeed: 10, return: 13, cancel: 0x18, substitute: 0x1a, escape: 0x1b };

/** Cursor movements, erasures and scrolls after which other text stands in the line: CSI … and its last byte, ESC and it. */
const leavesLine = 'ABEFJLMSTr';
const escapeLeavesLine = 'cDEM';

/** What a terminal does with bytes, as far as lines of text come of it (ECMA-48 §8.3; the parser is DEC's, without C1 codes, whose bytes are letters here). */
export interface ConsoleText {
  /** Any bytes, cut anywhere. */
  feed(bytes: Uint8Array): void;
  /** What stands in the line that has not ended. */
  openLine(): string;
  /** Ends it. */
  end(): void;
}

/**
 * Makes lines without control sequences of what a machine says: `onLine` gets each once it is left, without blank ones. A
 * line is UTF-8 where its bytes are, and CP437 where they are not. Text that is drawn at places of a screen becomes a line
 * a place. Takes no more memory than a line and a sequence of bounded length, whatever comes.
 */
export function consoleText(onLine: (line: string) => void): ConsoleText {
  const cells = Buffer.alloc(maxLineBytes);
  let length = 0;
  let column = 0;
  /** Unknown before the first positioning. */
  let row: number | undefined;
  let mode: 'text' | 'escape' | 'sequence' | 'string' | 'string-escape' = 'text';
  let parameters = '';
  let stringBytes = 0;

  /** Of the open line, kept because it is asked for several times between two pieces of output. */
  let openText: string | undefined;

  const openLine = () => (openText ??= textOf(cells.subarray(0, length)).trimEnd());

  function endLine(): void {
    openText = undefined;
    const line = openLine();
    openText = undefined;
    length = 0;
    column = 0;
    if (line.trim() !== '') onLine(line);
  }

  /** A line that is full: a character that its end cuts goes to the next. */
  function endFullLine(): void {
    const cut = Buffer.from(cells.subarray(wholeLength(cells, length), length));
    length -= cut.length;
    endLine();
    cells.set(cut);
    length = cut.length;
    column = length;
  }

  function moveTo(target: number): void {
    column = Math.max(0, Math.min(target, maxLineBytes - 1));
  }

  function put(byte: number): void {
    if (column >= maxLineBytes) endFullLine();
    putRun(Uint8Array.of(byte));
  }

  /** As much as there is room for in the line. */
  function putRun(run: Uint8Array): void {
    if (column > length) cells.fill(0x20, length, column);
    cells.set(run, column);
    column += run.length;
    length = Math.max(length, column);
  }

  function control(byte: number): void {
    if (byte === code.escape) {
      mode = 'escape';
    } else if (byte === code.cancel || byte === code.substitute) {
      mode = 'text';
    } else if (byte === code.lineFeed) {
      if (row !== undefined) row += 1;
      endLine();
    } else if (byte === code.return) {
      column = 0;
    } else if (byte === code.backspace) {
      moveTo(column - 1);
    } else if (byte === code.tab) {
      moveTo((Math.floor(column / tabWidth) + 1) * tabWidth);
    }
  }

  function afterEscape(byte: number): void {
    if (byte === 0x5b) {
      mode = 'sequence';
      parameters = '';
    } else if ('P]X^_'.includes(String.fromCharCode(byte))) {
      mode = 'string';
      stringBytes = 0;
    } else if (byte < 0x20 || byte > 0x2f) {
      mode = 'text';
      if (escapeLeavesLine.includes(String.fromCharCode(byte))) endLine();
      if (byte > 0x7e) put(byte);
    }
  }

  function sequence(byte: number): void {
    if (byte > 0x7e) {
      mode = 'text';
      put(byte);
    } else if (byte >= 0x40) {
      mode = 'text';
      act(byte);
    } else if (parameters.length < maxParameterBytes) {
      parameters += String.fromCharCode(byte);
    }
  }

  function act(last: number): void {
    const [first = 0, second = 0] = parameters.split(';').map(text => Number(text) || 0);
    const count = Math.max(1, first);
    const letter = String.fromCharCode(last);
    switch (letter) {
      case 'H':
      case 'f':
        place(count, Math.max(1, second) - 1);
        return;
      case 'd':
        place(count, column);
        return;
      case 'G':
        moveTo(count - 1);
        return;
      case 'C':
        moveTo(column + count);
        return;
      case 'D':
        moveTo(column - count);
        return;
      case 'K':
        if (first === 0) length = Math.min(length, column);
        if (first === 2) length = 0;
        return;
      default:
        if (leavesLine.includes(letter)) endLine();
    }
  }

  function place(wantedRow: number, wantedColumn: number): void {
    if (row !== wantedRow) {
      endLine();
      row = wantedRow;
    }
    // Where a text begins on the screen is no part of it.
    if (length > 0) moveTo(wantedColumn);
  }

  function string(byte: number): void {
    stringBytes += 1;
    if (byte === 0x07 || stringBytes > maxStringBytes) mode = 'text';
    else if (byte === code.escape) mode = 'string-escape';
    else if (byte === code.cancel || byte === code.substitute) mode = 'text';
  }

  function take(byte: number): void {
    if (mode === 'string') string(byte);
    else if (mode === 'string-escape') {
      mode = 'escape';
      // ESC \ ends the string, and any other sequence does too.
      take(byte);
    } else if (byte < 0x20 || byte === 0x7f) control(byte);
    else if (mode === 'text') put(byte);
    else if (mode === 'escape') afterEscape(byte);
    else sequence(byte);
  }

  return {
    feed(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const run = mode === 'text' ? plainLength(bytes, at, maxLineBytes - column) : 0;
        if (run > 0) putRun(bytes.subarray(at, at + run));
        else take(bytes[at] ?? 0);
        at += Math.max(1, run);
      }
      openText = undefined;
    },
    openLine,
    end: endLine,
  };
}

/** How many bytes from `at` are neither control codes nor more than `most`. */
function plainLength(bytes: Uint8Array, at: number, most: number): number {
  const end = Math.min(bytes.length, at + most);
  let to = at;
  for (; to < end; to += 1) {
    const byte = bytes[to] ?? 0;
    if (byte < 0x20 || byte === 0x7f) break;
  }
  return to - at;
}

function textOf(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  // What the last character lacks may be on its way.
  const whole = bytes.subarray(0, wholeLength(bytes, bytes.length));
  if (isUtf8(whole)) return whole.toString('utf8').replaceAll(/\p{Cc}/gu, '');
  return codePage437Text(bytes);
}

/** How many of the first `length` bytes are left when a UTF-8 character that is not complete is taken off their end. */
function wholeLength(bytes: Buffer, length: number): number {
  for (let back = 1; back <= Math.min(3, length); back += 1) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < needed ? length - back : length;
    }
  }
  return length;
}
