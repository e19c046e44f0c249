import { describe, expect, it } from 'vitest';
import {
  columnIds,
  firstView,
  isSameView,
  noFilter,
  shownColumnIds,
  withToggledColumn,
} from '#renderer/features/rack/views/rack-view.ts';

describe('the columns of a view', () => {
  it('are those that this page knows, each once', () => {
    expect(shownColumnIds({ columnIds: ['state', 'of-a-newer-page', 'name', 'state'] })).toEqual([
      'state',
      'name',
    ]);
    expect(shownColumnIds({ columnIds: ['of-a-newer-page'] })).toEqual(firstView.columnIds);
  });

  it('come back where they stood at first, and the last one stays', () => {
    expect(withToggledColumn(['name', 'state'], 'bmc')).toEqual(['name', 'bmc', 'state']);
    expect(withToggledColumn(['name', 'state'], 'labels')).toEqual(['name', 'state', 'labels']);
    expect(withToggledColumn(['name', 'state'], 'name')).toEqual(['state']);
    expect(withToggledColumn(['state'], 'state')).toEqual(['state']);
    for (const id of columnIds)
      expect(withToggledColumn(withToggledColumn(columnIds, id), id), id).toEqual(columnIds);
  });
});

describe('a view', () => {
  it('is the same in whatever order states and racks were chosen, but not in another order of columns', () => {
    const filter = { ...noFilter, racks: ['R1', 'R2'] };
    expect(
      isSameView({ ...firstView, filter }, { ...firstView, filter: { ...filter, racks: ['R2', 'R1'] } }),
    ).toBe(true);
    expect(isSameView(firstView, { ...firstView, columnIds: firstView.columnIds.toReversed() })).toBe(false);
    expect(isSameView(firstView, { ...firstView, grouping: 'rack' })).toBe(false);
  });
});
