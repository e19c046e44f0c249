import { describe, expect, it } from 'vitest';
import {
  type Column,
  columnsThatFit,
  nextSort,
  rememberingSorter,
  sortedRows,
} from '#renderer/ui/table-columns.ts';

interface Row {
  readonly name: string;
  readonly size: number;
}
const column = (id: string, width: number, rank: number, change: Partial<Column<Row>> = {}): Column<Row> => ({
  id,
  header: id,
  width,
  rank,
  cell: () => null,
  ...change,
});
const columns = [
  column('name', 100, 1, { sortValue: row => row.name }),
  column('model', 100, 3),
  column('size', 100, 2, { sortValue: row => row.size }),
];

describe('columns', () => {
  it('go by rank where there is no room, and keep their order', () => {
    expect(columnsThatFit(columns, 300).map(({ id }) => id)).toEqual(['name', 'model', 'size']);
    expect(columnsThatFit(columns, 299).map(({ id }) => id)).toEqual(['name', 'size']);
    expect(columnsThatFit(columns, 10).map(({ id }) => id)).toEqual(['name']);
  });
});

describe('rows', () => {
  const rows: readonly Row[] = [
    { name: 'r1u10', size: 1 },
    { name: 'r1u2', size: 1 },
    { name: 'r1u1', size: 10 },
  ];
  const names = (sorted: readonly Row[]) => sorted.map(({ name }) => name);

  it('are sorted as people count', () => {
    const sort = { columnId: 'name', isDescending: false };
    expect(names(sortedRows(rows, columns, sort))).toEqual(['r1u1', 'r1u2', 'r1u10']);
  });

  it('that are equal keep their order, downwards too', () => {
    const sort = { columnId: 'size', isDescending: true };
    expect(names(sortedRows(rows, columns, sort))).toEqual(['r1u1', 'r1u10', 'r1u2']);
  });

  it('are not compared again while no key of theirs changes, but show what else did', () => {
    const sorter = rememberingSorter<Row & { readonly state?: string }>(row => row.name);
    const sort = { columnId: 'size', isDescending: false };
    expect(names(sorter(rows, columns, sort))).toEqual(['r1u10', 'r1u2', 'r1u1']);
    const changed = rows.map(row => ({ ...row, state: 'deploying' })).reverse();
    const shown = sorter(changed, columns, sort);
    expect(names(shown)).toEqual(['r1u10', 'r1u2', 'r1u1']);
    expect(shown.every(row => row.state === 'deploying')).toBe(true);
  });

  it('are sorted anew for another key, another row or another wish', () => {
    const sorter = rememberingSorter<Row>(row => row.name);
    const sort = { columnId: 'size', isDescending: false };
    sorter(rows, columns, sort);
    const grown = rows.map(row => (row.name === 'r1u10' ? { ...row, size: 99 } : row));
    expect(names(sorter(grown, columns, sort))).toEqual(['r1u2', 'r1u1', 'r1u10']);
    expect(names(sorter([...grown, { name: 'r1u3', size: 0 }], columns, sort))[0]).toBe('r1u3');
    expect(names(sorter(grown.slice(1), columns, sort))).toEqual(['r1u2', 'r1u1']);
    expect(names(sorter(grown, columns, { ...sort, isDescending: true }))[0]).toBe('r1u10');
  });

  it('turn round with the second click on a header', () => {
    const first = nextSort({ columnId: 'name', isDescending: false }, 'size');
    expect(first).toEqual({ columnId: 'size', isDescending: false });
    expect(nextSort(first, 'size')).toEqual({ columnId: 'size', isDescending: true });
    expect(nextSort(nextSort(first, 'size'), 'size').isDescending).toBe(false);
  });
});
