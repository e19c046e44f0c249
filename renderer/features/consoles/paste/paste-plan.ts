/** How fast a text goes into a console. A serial line has no way to say "wait", and what it cannot take is lost. */
export const paces = ['echo', 'slow', 'medium', 'fast'] as const;
export type Pace = (typeof paces)[number];

/** `echo` sends a line at this rate, and the next one when its end came back. */
export const bytesPerSecond: Readonly<Record<Pace, number>> = {
  echo: 960,
  slow: 100,
  medium: 480,
  fast: 4800,
};

export interface PasteStep {
  readonly text: string;
  readonly sizeBytes: number;
  /** Before the next step. */
  readonly pauseMs: number;
  /** What must come back before the next step; after a while it goes on without. Empty: nothing. */
  readonly echo: string;
}

/** A piece is sent ten times a second: small enough for the buffer of a serial port (16 bytes and what the BMC adds). */
const piecesPerSecond = 10;
/** Of the end of a line: longer ones are wrapped or redrawn by a shell. */
const echoLetters = 8;
/** A configuration file; a program is brought over another way. */
export const pasteLimitBytes = 1_000_000;

/** Every kind of line end as Return, which is what a keyboard sends. */
export function asTyped(text: string): string {
  return text.replaceAll(/\r\n|\n/g, '\r');
}

export function lineCount(text: string): number {
  const lines = asTyped(text).split('\r');
  return lines.at(-1) === '' ? Math.max(1, lines.length - 1) : lines.length;
}

/** The steps that send this text, in order. Bytes are counted as UTF-8. */
export function planPaste(text: string, pace: Pace): readonly PasteStep[] {
  const pieceBytes = Math.max(1, Math.floor(bytesPerSecond[pace] / piecesPerSecond));
  return asTyped(text)
    .split(/(?<=\r)/)
    .filter(line => line !== '')
    .flatMap(line => {
      const pieces = piecesOf(line, pieceBytes);
      const echo = pace === 'echo' && line.endsWith('\r') ? line.trimEnd().slice(-echoLetters) : '';
      return pieces.map((piece, index) => ({
        text: piece.text,
        sizeBytes: piece.sizeBytes,
        pauseMs: Math.ceil((piece.sizeBytes * 1000) / bytesPerSecond[pace]),
        echo: index === pieces.length - 1 ? echo : '',
      }));
    });
}

function piecesOf(line: string, pieceBytes: number) {
  const pieces: { text: string; sizeBytes: number }[] = [];
  let piece = { text: '', sizeBytes: 0 };
  for (const letter of line) {
    const size = utf8Size(letter);
    if (piece.text !== '' && piece.sizeBytes + size > pieceBytes) {
      pieces.push(piece);
      piece = { text: '', sizeBytes: 0 };
    }
    piece = { text: piece.text + letter, sizeBytes: piece.sizeBytes + size };
  }
  return [...pieces, piece];
}

function utf8Size(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
}

/** How long the whole takes at least. */
export function pasteDurationMs(steps: readonly PasteStep[]): number {
  return steps.reduce((sum, { pauseMs }) => sum + pauseMs, 0);
}

/** What a terminal must not get from a clipboard: controls other than Tab and line ends (an escape sequence types commands). */
export function withoutControls(text: string): string {
  return text.replaceAll(/(?![\t\n\r])\p{Cc}/gu, '');
}
