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
    const values = new Map(rows.map(row => [rowKey(row), value(row)]));
    if (known?.value === value && known.isDescending === sort.isDescending && isSame(known.values, values)) {
      const byKey = new Map(rows.map(row => [rowKey(row), row]));
      return known.order.flatMap(key => byKey.get(key) ?? []);
    }
    const sorted = sortedRows(rows, columns, sort);
    known = { value, isDescending: sort.isDescending, values, order: sorted.map(rowKey) };
    return sorted;
  };
}

interface SortedBefore<Row> {
  readonly value: (row: Row) => string | number;
  readonly isDescending: boolean;
  readonly values: ReadonlyMap<string, string | number>;
  /** Keys of the rows. */
  readonly order: readonly string[];
}

function isSame(before: SortedBefore<unknown>['values'], now: SortedBefore<unknown>['values']): boolean {
  if (before.size !== now.size) return false;
  for (const [key, value] of now) if (before.get(key) !== value) return false;
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
