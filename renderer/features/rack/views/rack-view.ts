import type { RackFilter, RackView } from '#shared/contract/index.ts';

/** What is shown now: a view that has no name yet, or one of the stored ones and what was changed since. */
export type ShownView = Omit<RackView, 'name'>;

/** Every column, in the order in which a first look shows them. */
export const columnIds = [
  'name',
  'place',
  'bmc',
  'model',
  'hardware',
  'nics',
  'power',
  'state',
  'event',
  'resourceClass',
  'labels',
] as const;
export type ColumnId = (typeof columnIds)[number];

/** There when somebody asks for them. */
const hiddenAtFirst: readonly ColumnId[] = ['resourceClass', 'labels'];

export const noFilter: RackFilter = { text: '', states: [], racks: [], models: [], problemsOnly: false };

export const firstView: ShownView = {
  filter: noFilter,
  sort: { columnId: 'name', isDescending: false },
  grouping: 'none',
  columnIds: columnIds.filter(id => !hiddenAtFirst.includes(id)),
};

export function isFiltered(filter: RackFilter): boolean {
  const { text, states, racks, models, problemsOnly } = filter;
  return text !== '' || problemsOnly || states.length + racks.length + models.length > 0;
}

/** The columns of a view that this page has; a view without any shows the first ones. */
export function shownColumnIds({ columnIds: wanted }: Pick<ShownView, 'columnIds'>): readonly ColumnId[] {
  const known = wanted.flatMap(id => columnIds.find(column => column === id) ?? []);
  const once = [...new Set(known)];
  return once.length === 0 ? (firstView.columnIds as readonly ColumnId[]) : once;
}

/** Shown or not; the one that is left always stays. A column that comes back stands where it stood at first. */
export function withToggledColumn(shown: readonly ColumnId[], id: ColumnId): readonly ColumnId[] {
  if (shown.includes(id)) return shown.length === 1 ? shown : shown.filter(column => column !== id);
  const place = columnIds.indexOf(id);
  const next = shown.findIndex(column => columnIds.indexOf(column) > place);
  return shown.toSpliced(next === -1 ? shown.length : next, 0, id);
}

export function isSameView(one: ShownView, other: ShownView): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

/** Order does not matter in what is chosen from a list; it does in the columns. */
function inOrder({ filter, sort, grouping, columnIds: shown }: ShownView) {
  const { text, states, racks, models, problemsOnly } = filter;
  return [
    text.trim(),
    [...states].sort(),
    [...racks].sort(),
    [...models].sort(),
    problemsOnly,
    [sort.columnId, sort.isDescending],
    grouping,
    shown,
  ];
}
