import type { RackGrouping } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { type ProvisionState, provisionStates } from '#shared/model/provision-state.ts';
import { modelText } from './hardware-text.ts';
import { placeOf } from './rack-place.ts';
import type { Grouping, GroupRow, NodeRow } from './rack-rows.ts';

export function groupValue(grouping: Grouping, { node }: Pick<NodeRow, 'node'>): string {
  switch (grouping) {
    case 'rack':
      return placeOf(node).rack;
    case 'state':
      return node.provisionState;
    case 'model':
      return modelText(node);
    default:
      return assertNever(grouping);
  }
}

const collator = new Intl.Collator(undefined, { numeric: true });

/**
 * The rows under the lines of their groups, within each as they were sorted. States come in their own order, other groups
 * by name, and those without a value last. A line in which nothing changed is the very object that it was in `previous`.
 */
export function groupedRows(
  rows: readonly NodeRow[],
  grouping: RackGrouping,
  foldedGroups: ReadonlySet<string>,
  previous: Map<string, GroupRow>,
): readonly (GroupRow | NodeRow)[] {
  if (grouping === 'none') return rows;
  const groups = Map.groupBy(rows, row => groupValue(grouping, row));
  const values = [...groups.keys()].sort((a, b) => compareValues(grouping, a, b));
  return values.flatMap(value => {
    const members = groups.get(value) ?? [];
    const line = sameOrNew(groupRow(grouping, value, members, foldedGroups), previous);
    return line.isFolded ? [line] : [line, ...members];
  });
}

function groupRow(
  grouping: Grouping,
  value: string,
  members: readonly NodeRow[],
  foldedGroups: ReadonlySet<string>,
): GroupRow {
  const key = `${grouping}:${value}`;
  const byState = Map.groupBy(members, ({ node }) => node.provisionState);
  return {
    is: 'group',
    key,
    grouping,
    value,
    memberIds: members.map(({ node }) => node.id),
    counts: provisionStates.flatMap(state => {
      const count = byState.get(state)?.length ?? 0;
      return count === 0 ? [] : [[state, count] as const];
    }),
    isFolded: foldedGroups.has(key),
  };
}

function sameOrNew(line: GroupRow, previous: Map<string, GroupRow>): GroupRow {
  const known = previous.get(line.key);
  if (known !== undefined && isSameLine(known, line)) return known;
  previous.set(line.key, line);
  return line;
}

function isSameLine(a: GroupRow, b: GroupRow): boolean {
  return (
    a.isFolded === b.isFolded &&
    a.memberIds.length === b.memberIds.length &&
    a.memberIds.every((id, index) => id === b.memberIds[index]) &&
    String(a.counts) === String(b.counts)
  );
}

function compareValues(grouping: Grouping, a: string, b: string): number {
  if (grouping === 'state')
    return provisionStates.indexOf(a as ProvisionState) - provisionStates.indexOf(b as ProvisionState);
  if ((a === '') !== (b === '')) return a === '' ? 1 : -1;
  return collator.compare(a, b);
}
