import { describe, expect, it } from 'vitest';
import { groupedRows } from '#renderer/features/rack/rack-groups.ts';
import type { GroupRow, NodeRow } from '#renderer/features/rack/rack-rows.ts';
import { selectedBy } from '#renderer/features/rack/rack-rows.ts';
import type { Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { aNode } from '#test/fakes/rows.ts';

const row = (name: string, change: Partial<Node> = {}): NodeRow => ({
  is: 'node',
  node: aNode({ id: name as NodeId, name, ...change }),
  ports: [],
  deployment: undefined,
  lastEvent: undefined,
});
const rows = [
  row('a', { extra: { rack: 'R10' }, provisionState: 'active' }),
  row('b', { extra: { rack: 'R2' } }),
  row('c'),
  row('d', { extra: { rack: 'R2' }, provisionState: 'error' }),
];
const none: ReadonlySet<string> = new Set();
const names = (lines: readonly (GroupRow | NodeRow)[]) =>
  lines.map(line => (line.is === 'group' ? `[${line.value}]` : line.node.name));

describe('groups', () => {
  it('of racks stand in the order of their names, numbers as numbers, and those without one last', () => {
    expect(names(groupedRows(rows, 'rack', none, new Map()))).toEqual([
      '[R2]',
      'b',
      'd',
      '[R10]',
      'a',
      '[]',
      'c',
    ]);
  });

  it('of states stand in the order of the states', () => {
    expect(names(groupedRows(rows, 'state', none, new Map()))).toEqual([
      '[available]',
      'b',
      'c',
      '[active]',
      'a',
      '[error]',
      'd',
    ]);
  });

  it('that are folded show their line only, with all that is in them', () => {
    const lines = groupedRows(rows, 'rack', new Set(['rack:R2']), new Map());
    expect(names(lines)).toEqual(['[R2]', '[R10]', 'a', '[]', 'c']);
    const [line] = lines;
    expect(line && selectedBy(line)).toEqual(['b', 'd']);
    expect(line).toMatchObject({
      counts: [
        ['available', 1],
        ['error', 1],
      ],
      isFolded: true,
    });
  });

  it('keep their line while nothing in it changes, so that it is not drawn again', () => {
    const previous = new Map<string, GroupRow>();
    const before = groupedRows(rows, 'rack', none, previous);
    const moved = rows.with(0, row('a', { extra: { rack: 'R10' }, provisionState: 'error' }));
    const after = groupedRows(moved, 'rack', none, previous);
    expect(after[0]).toBe(before[0]);
    expect(after[3]).not.toBe(before[3]);
    expect(after[5]).toBe(before[5]);
  });

  it('are none where nobody wants them', () => {
    expect(groupedRows(rows, 'none', none, new Map())).toBe(rows);
  });
});
