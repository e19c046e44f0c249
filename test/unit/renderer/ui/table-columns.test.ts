import { describe, expect, it } from 'vitest';
import { type Column, columnsThatFit, nextSort, sortedRows } from '#renderer/ui/table-columns.ts';

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

  it('turn round with the second click on a header', () => {
    const first = nextSort({ columnId: 'name', isDescending: false }, 'size');
    expect(first).toEqual({ columnId: 'size', isDescending: false });
    expect(nextSort(first, 'size')).toEqual({ columnId: 'size', isDescending: true });
    expect(nextSort(nextSort(first, 'size'), 'size').isDescending).toBe(false);
  });
});
