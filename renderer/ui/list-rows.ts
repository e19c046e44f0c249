/** A row of a form's list; the key stays while the row moves. */
export interface Keyed {
  readonly key: string;
}

let lastKey = 0;

export function newRowKey(): string {
  lastKey += 1;
  return String(lastKey);
}

/** Swapped with its neighbour; at the end of the list it stays. */
export function withMovedRow<Row>(rows: readonly Row[], index: number, by: -1 | 1): readonly Row[] {
  const [row, other] = [rows[index], rows[index + by]];
  if (row === undefined || other === undefined) return rows;
  return rows.with(index, other).with(index + by, row);
}

export function withoutRow<Row>(rows: readonly Row[], index: number): readonly Row[] {
  return rows.toSpliced(index, 1);
}

export function withChangedRow<Row>(
  rows: readonly Row[],
  index: number,
  change: Partial<Row>,
): readonly Row[] {
  const row = rows[index];
  return row === undefined ? rows : rows.with(index, { ...row, ...change });
}
