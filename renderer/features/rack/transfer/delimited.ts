import { mostTextCells, mostTextLines } from './sheet-limits.ts';

/** Lines of cells, as a file or the clipboard has them; lines may be of different length. */
export type Cells = readonly (readonly string[])[];

const delimiters = ['\t', ',', ';'] as const;

/**
 * Text with delimiters and quotes (RFC 4180, and what spreadsheets make of it): `\t` from the clipboard, `;` where a comma
 * stands in numbers. What is between quotes may hold delimiters, line ends and doubled quotes. Never throws; null for more
 * lines or cells than anybody's list has, because 20 MB of commas take gigabytes as cells.
 */
export function parseDelimited(text: string): Cells | null {
  return readCells(text.replace(/^\uFEFF/, ''), delimiterOf(text));
}

/** The one that most often stands in the first line that has anything, outside of quotes. */
function delimiterOf(text: string): string {
  const [header = ''] = text
    .replaceAll(/"[^"]*"/g, '')
    .replace(/^[\r\n]+/, '')
    .split(/\r?\n/, 1);
  const counts = delimiters.map(delimiter => ({ delimiter, count: header.split(delimiter).length }));
  return counts.reduce((best, other) => (other.count > best.count ? other : best)).delimiter;
}

function readCells(text: string, delimiter: string): Cells | null {
  const lines: string[][] = [];
  let line: string[] = [];
  let cellCount = 0;
  let at = 0;
  while (at < text.length) {
    const cell = readCell(text, at, delimiter);
    line.push(cell.text);
    cellCount += 1;
    if (cellCount > mostTextCells || lines.length >= mostTextLines) return null;
    at = cell.end;
    if (text[at] === delimiter) {
      at += 1;
      if (at === text.length) line.push('');
      continue;
    }
    lines.push(line);
    line = [];
    at += text.startsWith('\r\n', at) ? 2 : 1;
  }
  if (line.length > 0) lines.push(line);
  return lines;
}

interface ReadCell {
  readonly text: string;
  /** Of the delimiter or line end behind it, or the end of the text. */
  readonly end: number;
}

function readCell(text: string, start: number, delimiter: string): ReadCell {
  if (text[start] !== '"') return readPlain(text, start, delimiter, '');
  let quoted = '';
  let at = start + 1;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return { text: quoted + text.slice(at), end: text.length };
    quoted += text.slice(at, quote);
    // Behind the closing quote there should be nothing; what is there belongs to the cell.
    if (text[quote + 1] !== '"') return readPlain(text, quote + 1, delimiter, quoted);
    quoted += '"';
    at = quote + 2;
  }
  return { text: quoted, end: text.length };
}

function readPlain(text: string, start: number, delimiter: string, before: string): ReadCell {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return { text: before + text.slice(start, end), end };
}

/** As RFC 4180 has it, with the mark by which Excel knows UTF-8. */
export function formatCsv(cells: Cells): string {
  const lines = cells.map(line => line.map(quoted).join(','));
  return `\uFEFF${lines.map(line => `${line}\r\n`).join('')}`;
}

function quoted(text: string): string {
  return /["\r\n,;\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A spreadsheet would calculate what begins with one of these instead of showing it (OWASP, "CSV Injection"; the wide ones
 * in East Asian editions): an apostrophe makes it text. Blanks before them are not always kept.
 */
const calculated = /^'*\s*[=+\-@\t\r\n＝＋－＠]/;

export function protectedText(text: string): string {
  return calculated.test(text) ? `'${text}` : text;
}

/** A cell as it was before `protectedText`. */
export function unprotectedText(text: string): string {
  return text.startsWith("'") && calculated.test(text) ? text.slice(1) : text;
}
