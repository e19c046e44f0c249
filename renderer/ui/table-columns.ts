import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** The least that it can be read in, pixels. */
  readonly width: number;
  /** Share of what is left over; 0 or absent keeps the width. */
  readonly grow?: number;
  /** Where there is no room for all, the highest number goes first. */
  readonly rank: number;
  readonly cell: (row: Row) => ReactNode;
  readonly sortValue?: (row: Row) => string | number;
}

export interface Sort {
  readonly columnId: string;
  readonly isDescending: boolean;
}

/** The columns that fit side by side, in their own order. The first column in rank always stays. */
export function columnsThatFit<Row>(
  columns: readonly Column<Row>[],
  availablePx: number,
): readonly Column<Row>[] {
  const byRank = [...columns].sort((a, b) => a.rank - b.rank);
  const kept = new Set<Column<Row>>();
  let used = 0;
  for (const column of byRank) {
    if (kept.size > 0 && used + column.width > availablePx) break;
    kept.add(column);
    used += column.width;
  }
  return columns.filter(column => kept.has(column));
}

export function gridTemplate<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ width, grow }) => (grow ? `minmax(${width}px, ${grow}fr)` : `${width}px`)).join(' ');
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** Sorted copy; equal rows keep their order; `r2u2` comes before `r2u10`. */
export function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort,
): readonly Row[] {
  const value = columns.find(column => column.id === sort.columnId)?.sortValue;
  if (value === undefined) return rows;
  const sign = sort.isDescending ? -1 : 1;
  return rows
    .map(row => ({ row, key: value(row) }))
    .sort((a, b) => sign * compare(a.key, b.key))
    .map(entry => entry.row);
}

/**
 * Sorts as `sortedRows`, and remembers the order while no key, no row and no wish changes: rows that change many times
 * a second in other columns are not compared again.
 */
export function rememberingSorter<Row>(rowKey: (row: Row) => string) {
  let known: SortedBefore<Row> | undefined;
  return (rows: readonly Row[], columns: readonly Column<Row>[], sort: Sort): readonly Row[] => {
    const value = columns.find(column => column.id === sort.columnId)?.sortValue;
    if (value === undefined) return rows;
    const isSameWish = known?.value === value && known.isDescending === sort.isDescending;
    if (known !== undefined && isSameWish && takeRows(known, rows, rowKey))
      return known.order.map(({ row }) => row);
    const sorted = sortedRows(rows, columns, sort);
    const order = sorted.map(row => ({ row, key: value(row) }));
    const entries = new Map(order.map(entry => [rowKey(entry.row), entry]));
    known = { value, isDescending: sort.isDescending, order, entries };
    return sorted;
  };
}

interface SortedBefore<Row> {
  readonly value: (row: Row) => string | number;
  readonly isDescending: boolean;
  readonly order: readonly Sorted<Row>[];
  readonly entries: ReadonlyMap<string, Sorted<Row>>;
}

interface Sorted<Row> {
  row: Row;
  readonly key: string | number;
}

/** Puts these rows in the places of those before them. False: one has another place, has come or has gone. */
function takeRows<Row>(
  { value, entries }: SortedBefore<Row>,
  rows: readonly Row[],
  rowKey: (row: Row) => string,
): boolean {
  if (rows.length !== entries.size) return false;
  for (const row of rows) {
    const entry = entries.get(rowKey(row));
    if (entry === undefined) return false;
    if (entry.row === row) continue;
    if (entry.key !== value(row)) return false;
    entry.row = row;
  }
  return true;
}

/** A click on a header: upwards, downwards, upwards … */
export function nextSort(sort: Sort, columnId: string): Sort {
  return { columnId, isDescending: sort.columnId === columnId && !sort.isDescending };
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}
