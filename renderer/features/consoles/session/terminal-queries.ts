import type { Terminal } from '@xterm/xterm';

interface Answers {
  readonly onAnswer: (text: string) => void;
  readonly mayAnswer: () => boolean;
}

/** Reports of focus and mouse (xterm's ctlseqs, DECSET): a watcher's click must not type into a server. */
const swallowedModes: ReadonlySet<number> = new Set([
  9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016,
]);

/**
 * A program asks its terminal where the cursor is, or what it is (ECMA-48 DSR, DA). Of all that watch a console the one who types
 * answers, and nobody does for what is drawn again from the past. What else asks, or makes links, is not heard.
 */
export function answerQueries(term: Terminal, { onAnswer, mayAnswer }: Answers): void {
  const { parser } = term;
  const answer = (text: string) => {
    if (mayAnswer()) onAnswer(text);
    return true;
  };
  const silence = () => true;
  parser.registerCsiHandler({ final: 'n' }, ([what]) => {
    if (what === 5) return answer('\x1b[0n');
    const { cursorX, cursorY } = term.buffer.active;
    return what === 6 ? answer(`\x1b[${cursorY + 1};${Math.min(cursorX, term.cols - 1) + 1}R`) : true;
  });
  // A VT100 with advanced video: what every program on a serial line knows.
  parser.registerCsiHandler({ final: 'c' }, () => answer('\x1b[?1;2c'));
  parser.registerCsiHandler({ prefix: '>', final: 'c' }, silence);
  parser.registerCsiHandler({ prefix: '=', final: 'c' }, silence);
  parser.registerCsiHandler({ prefix: '>', final: 'q' }, silence);
  parser.registerCsiHandler({ prefix: '?', final: 'n' }, silence);
  parser.registerCsiHandler({ intermediates: '$', final: 'p' }, silence);
  parser.registerCsiHandler({ prefix: '?', intermediates: '$', final: 'p' }, silence);
  parser.registerCsiHandler({ final: 't' }, silence);
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, silence);
  for (const number of [4, 8, 10, 11, 12, 52]) parser.registerOscHandler(number, silence);
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, modes =>
    modes.every(mode => typeof mode === 'number' && swallowedModes.has(mode)),
  );
}
