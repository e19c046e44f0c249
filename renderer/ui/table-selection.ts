export interface Selection<Row> {
  readonly keys: ReadonlySet<string>;
  readonly onChange: (keys: ReadonlySet<string>) => void;
  /** The keys that a row stands for; absent: its own. A row without any cannot be selected. */
  readonly keysOf?: (row: Row) => readonly string[];
}

function keysOfRow<Row>(
  selection: Selection<Row>,
  row: Row,
  rowKey: (row: Row) => string,
): readonly string[] {
  return selection.keysOf?.(row) ?? [rowKey(row)];
}

/** Of every row that can be selected. */
export function allKeys<Row>(
  selection: Selection<Row>,
  rows: readonly Row[],
  rowKey: (row: Row) => string,
): ReadonlySet<string> {
  return new Set(rows.flatMap(row => keysOfRow(selection, row, rowKey)));
}

/** Undefined: it cannot be. */
export function isSelected<Row>(
  selection: Selection<Row>,
  row: Row,
  rowKey: (row: Row) => string,
): boolean | undefined {
  const keys = keysOfRow(selection, row, rowKey);
  return keys.length === 0 ? undefined : keys.every(key => selection.keys.has(key));
}

/** All rows from `from` to `to` become what `to` becomes: the other than it was. Without a `from`: `to` alone. */
export function withToggled<Row>(
  selection: Selection<Row>,
  rows: readonly Row[],
  rowKey: (row: Row) => string,
  from: string | null,
  to: string,
): ReadonlySet<string> {
  const end = rows.findIndex(row => rowKey(row) === to);
  const start = from === null ? -1 : rows.findIndex(row => rowKey(row) === from);
  const last = rows[end];
  if (last === undefined) return selection.keys;
  const touched = start === -1 ? [last] : rows.slice(Math.min(start, end), Math.max(start, end) + 1);
  const keys = touched.flatMap(row => keysOfRow(selection, row, rowKey));
  const isOn = isSelected(selection, last, rowKey) !== true;
  const after = new Set(selection.keys);
  for (const key of keys) {
    if (isOn) after.add(key);
    else after.delete(key);
  }
  return after;
}

/** How much of what can be selected is. */
export function selectedPart<Row>(
  selection: Selection<Row>,
  rows: readonly Row[],
  rowKey: (row: Row) => string,
): 'none' | 'some' | 'all' {
  if (selection.keys.size === 0) return 'none';
  const states = new Set(rows.map(row => isSelected(selection, row, rowKey)));
  if (!states.has(true)) return 'none';
  return states.has(false) ? 'some' : 'all';
}
