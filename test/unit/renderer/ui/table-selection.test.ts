import { describe, expect, it } from 'vitest';
import { isSelected, type Selection, selectedPart, withToggled } from '#renderer/ui/table-selection.ts';

interface Row {
  readonly id: string;
  readonly stands?: readonly string[];
}
const rows: readonly Row[] = [
  { id: 'group', stands: ['a', 'b'] },
  { id: 'a' },
  { id: 'b' },
  { id: 'note', stands: [] },
  { id: 'c' },
];
const rowKey = ({ id }: Row) => id;
const selection = (...keys: string[]): Selection<Row> => ({
  keys: new Set(keys),
  onChange: () => undefined,
  keysOf: row => row.stands ?? [row.id],
});
const toggled = (keys: string[], from: string | null, to: string) => [
  ...withToggled(selection(...keys), rows, rowKey, from, to),
];

describe('selected rows', () => {
  it('are taken one by one, or all from the last one', () => {
    expect(toggled([], null, 'a')).toEqual(['a']);
    expect(toggled(['a'], null, 'a')).toEqual([]);
    expect(toggled(['a'], 'a', 'c')).toEqual(['a', 'b', 'c']);
    expect(toggled(['a', 'b', 'c'], 'c', 'b')).toEqual(['a']);
    expect(toggled(['a'], 'gone', 'c')).toEqual(['a', 'c']);
    expect(toggled(['a'], null, 'gone')).toEqual(['a']);
  });

  it('may stand for several, and are selected when all of these are', () => {
    const group = rows[0] as Row;
    expect(isSelected(selection('a'), group, rowKey)).toBe(false);
    expect(isSelected(selection('a', 'b'), group, rowKey)).toBe(true);
    expect(toggled(['a'], null, 'group')).toEqual(['a', 'b']);
    expect(toggled(['a', 'b', 'c'], null, 'group')).toEqual(['c']);
  });

  it('are all where every row is that can be', () => {
    const part = (...keys: string[]) => selectedPart(selection(...keys), rows, rowKey);
    expect(part()).toBe('none');
    expect(part('a')).toBe('some');
    expect(part('a', 'b', 'c')).toBe('all');
    expect(part('of another filter')).toBe('none');
  });

  it('are none where a row stands for nothing', () => {
    expect(isSelected(selection(), rows[3] as Row, rowKey)).toBeUndefined();
    expect(toggled(['a'], null, 'note')).toEqual(['a']);
  });
});
