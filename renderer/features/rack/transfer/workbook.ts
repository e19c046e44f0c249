import { type CellValue, streamXlsxRows, writeXlsx } from 'hucre/xlsx';
import type { Cells } from './delimited.ts';
import { longestCell, mostColumns, mostRows, mostUnpackedCells } from './sheet-limits.ts';
import { isBoundedZip } from './zip-bounds.ts';

type WorkbookRefusalReason = 'unpacks-too-large' | 'too-many-rows' | 'too-many-columns';

export class WorkbookRefusal extends Error {
  readonly reason: WorkbookRefusalReason;

  constructor(reason: WorkbookRefusalReason) {
    super(reason);
    this.name = 'WorkbookRefusal';
    this.reason = reason;
  }
}

/** The first sheet, as text: what a formula gave when the file was stored, never the formula. Throws for what is none. */
export async function readWorkbook(bytes: Uint8Array): Promise<Cells> {
  if (!isBoundedZip(bytes)) throw new WorkbookRefusal('unpacks-too-large');
  const lines: string[][] = [];
  let cellCount = 0;
  for await (const { index, values } of streamXlsxRows(bytes)) {
    // An empty cell in the last column makes its row 16,384 cells long.
    cellCount += values.length;
    if (cellCount > mostUnpackedCells) throw new WorkbookRefusal('unpacks-too-large');
    const texts = values.map(cellText);
    const last = texts.findLastIndex(text => text !== '');
    if (last === -1) continue;
    if (last >= mostColumns) throw new WorkbookRefusal('too-many-columns');
    if (index > mostRows || lines.length > mostRows) throw new WorkbookRefusal('too-many-rows');
    // Empty rows are not in the file; with them a row has the number that the spreadsheet shows.
    while (lines.length < index) lines.push([]);
    lines.push(texts.slice(0, last + 1));
  }
  return lines;
}

function cellText(value: CellValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 10);
  if (typeof value === 'object') return '';
  return String(value).slice(0, longestCell + 1);
}

/** One sheet; every cell is text, so nothing in it is calculated. */
export async function writeWorkbook(name: string, cells: Cells): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await writeXlsx({ sheets: [{ name, rows: cells.map(line => [...line]) }] });
  return new Uint8Array(bytes);
}
