import { codePage437Text } from '#shared/console/code-page-437.ts';

/** What the bytes of a console mean. `auto` looks at what comes. */
export const codePages = ['auto', 'utf-8', 'cp437'] as const;
export type CodePageChoice = (typeof codePages)[number];
export type CodePage = Exclude<CodePageChoice, 'auto'>;

export interface PageDecoder {
  /** The text of the next bytes; a letter that is cut at their end comes with those behind them. */
  readonly decode: (bytes: Uint8Array) => string;
  /** What the bytes are taken for now. */
  readonly page: () => CodePage;
}

/**
 * What the same font shows for controls, and only where no terminal acts on them. The others stay controls: bell to shift-in, flow
 * control (0x11, 0x13), and those that end a sequence (0x18, 0x1a).
 */
const controlGlyphs: ReadonlyMap<number, string> = new Map([
  ...Array.from('☺☻♥♦♣♠', (glyph, index): [number, string] => [1 + index, glyph]),
  [0x10, '►'],
  [0x12, '↕'],
  ...Array.from('¶§▬↨', (glyph, index): [number, string] => [0x14 + index, glyph]),
  [0x19, '↓'],
  ...Array.from('∟↔▲▼', (glyph, index): [number, string] => [0x1c + index, glyph]),
]);

const table: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => controlGlyphs.get(byte) ?? codePage437Text([byte]),
);

const byteOf: ReadonlyMap<string, number> = new Map(table.map((letter, byte) => [letter, byte]));

/** So much of what came last says what it is: three lines of a screen. */
const judgedBytes = 256;
/** What a new start of another program is told by: a firmware's screen is not left behind for its last line. */
const newestBytes = 64;

export function newDecoder(choice: CodePageChoice): PageDecoder {
  if (choice === 'cp437') return { decode: cp437Text, page: () => 'cp437' };
  const utf8 = utf8Decoder(choice === 'auto');
  if (choice === 'utf-8') return { decode: utf8.decode, page: () => 'utf-8' };
  let page: CodePage = 'utf-8';
  let recent: Uint8Array = new Uint8Array();
  const decodePart = (bytes: Uint8Array): string => {
    recent = joined(recent, bytes).slice(-judgedBytes);
    const before = page;
    page = judged(recent, page);
    if (page === 'utf-8') return utf8.decode(bytes);
    return before === 'utf-8' ? cp437Text(joined(utf8.takeCut(), bytes)) : cp437Text(bytes);
  };
  return {
    decode(bytes) {
      let text = '';
      for (let start = 0; start < bytes.length; start += judgedBytes)
        text += decodePart(bytes.subarray(start, start + judgedBytes));
      return text;
    },
    page: () => page,
  };
}

/** What is typed, as the machine expects it; a letter that its code page lacks becomes a question mark. */
export function encodeTyped(text: string, page: CodePage): Uint8Array {
  if (page === 'utf-8') return new TextEncoder().encode(text);
  return Uint8Array.from(Array.from(text), letter =>
    letter.length === 1 && letter.charCodeAt(0) < 0x80 ? letter.charCodeAt(0) : (byteOf.get(letter) ?? 0x3f),
  );
}

/**
 * Lines and corners of CP437 (0xb0 to 0xdf) are hardly ever UTF-8 by accident, and come in numbers. Whole letters of UTF-8 with
 * nothing between them that is none are not CP437.
 */
export function judged(recent: Uint8Array, page: CodePage): CodePage {
  if (page === 'utf-8') {
    const { letters, boxBytes } = evidenceOf(recent);
    return boxBytes >= 2 && boxBytes > letters ? 'cp437' : 'utf-8';
  }
  const { letters, strayBytes } = evidenceOf(recent.slice(-newestBytes));
  return letters >= 3 && strayBytes === 0 ? 'utf-8' : 'cp437';
}

interface Evidence {
  /** Of more than one byte, valid UTF-8. */
  readonly letters: number;
  /** That are no UTF-8. */
  readonly strayBytes: number;
  /** Those of them that CP437 draws with. */
  readonly boxBytes: number;
}

function evidenceOf(bytes: Uint8Array): Evidence {
  let [letters, strayBytes, boxBytes] = [0, 0, 0];
  // The rest of a letter that began before.
  let at = 0;
  while (at < 3 && isContinuation(bytes[at])) at += 1;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 'cut') break;
    const byte = bytes[at] ?? 0;
    if (length > 1) letters += 1;
    if (length === 0) {
      strayBytes += 1;
      if (byte >= 0xb0 && byte <= 0xdf) boxBytes += 1;
    }
    at += Math.max(1, length);
  }
  return { letters, strayBytes, boxBytes };
}

/** Well-formed sequences alone (Unicode 16, table 3-7): how long the one at `at` is, 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number | 'cut' {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const [from, to] = secondByte(lead);
  for (let index = 1; index < length; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return 'cut';
    if (index === 1 ? byte < from || byte > to : !isContinuation(byte)) return 0;
  }
  return length;
}

function secondByte(lead: number): readonly [number, number] {
  switch (lead) {
    case 0xe0:
      return [0xa0, 0xbf];
    case 0xed:
      return [0x80, 0x9f];
    case 0xf0:
      return [0x90, 0xbf];
    case 0xf4:
      return [0x80, 0x8f];
    default:
      return [0x80, 0xbf];
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte <= 0xbf;
}

/** `drawsStrays`: a byte that is no UTF-8 is shown as CP437 shows it, and not as a question mark. */
function utf8Decoder(drawsStrays: boolean) {
  let cut: Uint8Array = new Uint8Array();
  const takeCut = () => {
    const bytes = cut;
    cut = new Uint8Array();
    return bytes;
  };
  const decode = (more: Uint8Array): string => {
    const bytes = joined(takeCut(), more);
    let text = '';
    for (let at = 0; at < bytes.length; ) {
      const length = sequenceLength(bytes, at);
      if (length === 'cut') {
        cut = bytes.slice(at);
        break;
      }
      const byte = bytes[at] ?? 0;
      if (length === 0) text += drawsStrays ? (table[byte] ?? '') : '\ufffd';
      else text += length === 1 ? String.fromCharCode(byte) : letterAt(bytes, at, length);
      at += Math.max(1, length);
    }
    return text;
  };
  return { decode, takeCut };
}

function letterAt(bytes: Uint8Array, at: number, length: number): string {
  let code = (bytes[at] ?? 0) & (0xff >> (length + 1));
  for (let index = 1; index < length; index += 1) code = (code << 6) | ((bytes[at + index] ?? 0) & 0x3f);
  return String.fromCodePoint(code);
}

function cp437Text(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += table[byte] ?? '';
  return text;
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (before.length === 0) return after;
  const all = new Uint8Array(before.length + after.length);
  all.set(before);
  all.set(after, before.length);
  return all;
}
