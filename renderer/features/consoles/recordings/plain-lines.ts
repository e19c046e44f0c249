export interface PlainLine {
  /** When its first letter came, since the start. */
  readonly atMs: number;
  readonly text: string;
}

export interface LineReader {
  readonly add: (text: string, atMs: number) => void;
  /** All lines; the last one may not be over. */
  readonly lines: () => readonly PlainLine[];
}

/** A line that never ends is cut: it is no text. */
const longestLine = 4096;
const mostLines = 500_000;

const [esc, bel] = ['\x1b', '\x07'];
const control = String.raw`\[[0-?]*[ -/]*([@-~])`;
const string = String.raw`[\]PX^_][^${bel}${esc}]*(?:${bel}|${esc}\\)`;
const shortEscape = String.raw`[ -/]*[0-OQ-WYZ\\\x60-~]`;
/** Control sequences, strings and escapes that are whole (ECMA-48 §5.4, §5.6, §5.5). */
const sequence = new RegExp(`${esc}(?:${control}|${string}|${shortEscape})`, 'y');
const longestSequence = 1024;

/** What a person reads of a terminal's output, in the order in which it came: a move to another line begins a line. */
export function newLineReader(): LineReader {
  const lines: PlainLine[] = [];
  let letters: string[] = [];
  let column = 0;
  let startedMs = 0;
  let unfinished = '';
  const end = () => {
    const text = letters.join('').trimEnd();
    if (text !== '' && lines.length < mostLines) lines.push({ atMs: startedMs, text });
    letters = [];
    column = 0;
  };
  const put = (letter: string, atMs: number) => {
    if (letters.length === 0) startedMs = atMs;
    while (letters.length < column) letters.push(' ');
    letters[column] = letter;
    column += 1;
    if (column >= longestLine) end();
  };
  const act = (letter: string, atMs: number) => {
    if (letter === '\n') end();
    else if (letter === '\r') column = 0;
    else if (letter === '\b') column = Math.max(0, column - 1);
    else if (letter === '\t') put(' ', atMs);
    else if (letter >= ' ' && letter !== '\x7f') put(letter, atMs);
  };
  return {
    add(more, atMs) {
      const text = unfinished + more;
      unfinished = '';
      for (let at = 0; at < text.length; ) {
        const letter = text.charAt(at);
        if (letter !== '\x1b') {
          act(letter, atMs);
          at += 1;
          continue;
        }
        sequence.lastIndex = at;
        const found = sequence.exec(text);
        if (found !== null) {
          if (movesToLine(found[1])) end();
          at = sequence.lastIndex;
        } else if (text.length - at < longestSequence) {
          unfinished = text.slice(at);
          return;
        } else at += 1;
      }
    },
    lines: () => {
      const last = letters.join('').trimEnd();
      return last === '' ? lines : [...lines, { atMs: startedMs, text: last }];
    },
  };
}

/** CUP, HVP, VPA, CUU, CUD, CNL, CPL, ED. */
function movesToLine(final: string | undefined): boolean {
  return final !== undefined && 'HfdABEFJ'.includes(final);
}

/** Lines that have all these words, whatever their case. */
export function findLines(lines: readonly PlainLine[], text: string): readonly PlainLine[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return lines.filter(line => {
    const lower = line.text.toLowerCase();
    return words.every(word => lower.includes(word));
  });
}
