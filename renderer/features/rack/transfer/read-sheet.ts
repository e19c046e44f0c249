import { type Cells, parseDelimited, unprotectedText } from './delimited.ts';
import { isSecret, meaningsOf } from './import-columns.ts';
import { largestFileBytes, longestCell, mostColumns, mostRows } from './sheet-limits.ts';

export const sheetRefusals = [
  'too-large',
  'unpacks-too-large',
  'old-workbook',
  'no-sheet',
  'empty',
  'too-many-rows',
  'too-many-columns',
  'cell-too-long',
] as const;
export type SheetRefusal = (typeof sheetRefusals)[number];

export type SheetResult =
  | { readonly is: 'sheet'; readonly header: readonly string[]; readonly rows: Cells }
  /** `detail`: the reader's own words, English, or empty. */
  | { readonly is: 'refused'; readonly reason: SheetRefusal; readonly detail: string };

/** A CSV file or a workbook, by what is in it: its name says nothing for sure. Never rejects. */
export async function readSheetFile(file: Blob): Promise<SheetResult> {
  if (file.size > largestFileBytes) return refused('too-large');
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch (thrown) {
    // It was removed, or the disk that it is on.
    return refused('no-sheet', thrown instanceof Error ? thrown.message : '');
  }
  if (hasStart(bytes, [0xd0, 0xcf, 0x11, 0xe0])) return refused('old-workbook');
  if (hasStart(bytes, [0x50, 0x4b])) return readWorkbookFile(bytes);
  const text = decodedText(bytes);
  return text === undefined ? refused('no-sheet') : readSheetText(text);
}

/** What was pasted, or what a CSV file holds. */
export function readSheetText(text: string): SheetResult {
  if (text.length > largestFileBytes) return refused('too-large');
  const cells = parseDelimited(text);
  return cells === null ? refused('too-many-rows') : bounded(cells);
}

async function readWorkbookFile(bytes: Uint8Array): Promise<SheetResult> {
  // Most people never import a workbook: its reader is loaded by those who do.
  const { readWorkbook, WorkbookRefusal } = await import('./workbook.ts');
  try {
    return bounded(await readWorkbook(bytes));
  } catch (thrown) {
    if (thrown instanceof WorkbookRefusal) return refused(thrown.reason);
    return refused('no-sheet', thrown instanceof Error ? thrown.message.slice(0, 300) : '');
  }
}

/** The first line that has anything in it is the header. */
function bounded(cells: Cells): SheetResult {
  const texts = cells.map(line => line.map(cell => cell.trim()));
  const start = texts.findIndex(hasText);
  const end = texts.findLastIndex(hasText);
  const header = texts[start]?.map(unprotectedText);
  if (header === undefined || start === end) return refused('empty');
  // A password may begin with an apostrophe, and an export has none.
  const secrets = meaningsOf(header).map(isSecret);
  const rows = texts
    .slice(start + 1, end + 1)
    .map(line => line.map((text, column) => (secrets[column] === true ? text : unprotectedText(text))));
  if (rows.length > mostRows) return refused('too-many-rows');
  const columnCount = Math.max(...[header, ...rows].map(line => line.findLastIndex(text => text !== '') + 1));
  if (columnCount > mostColumns) return refused('too-many-columns');
  if ([header, ...rows].some(line => line.some(text => text.length > longestCell)))
    return refused('cell-too-long');
  const filled = (line: readonly string[]) =>
    Array.from({ length: columnCount }, (_, index) => line[index] ?? '');
  return { is: 'sheet', header: filled(header), rows: rows.map(filled) };
}

function hasText(line: readonly string[]): boolean {
  return line.some(text => text !== '');
}

function refused(reason: SheetRefusal, detail = ''): SheetResult {
  return { is: 'refused', reason, detail };
}

function hasStart(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

/** UTF-8, UTF-16 with its mark, or GB 18030, in which Chinese Excel stores CSV; undefined for what is no text. */
function decodedText(bytes: Uint8Array): string | undefined {
  if (hasStart(bytes, [0xff, 0xfe])) return new TextDecoder('utf-16le').decode(bytes);
  if (hasStart(bytes, [0xfe, 0xff])) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.includes(0)) return undefined;
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // Not this one: the next.
    }
  }
  return undefined;
}
