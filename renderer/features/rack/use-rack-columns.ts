import { useMemo } from 'react';
import { useT } from '../../i18n/i18n.ts';
import type { Column } from '../../ui/table-columns.ts';
import { rackColumns } from './rack-columns.tsx';
import type { RackRow } from './rack-rows.ts';
import { shownColumnIds } from './views/rack-view.ts';
import { useShownRack } from './views/rack-view-store.ts';

export interface RackColumns {
  /** Rows can be sorted by one that is not shown. */
  readonly all: readonly Column<RackRow>[];
  readonly shown: readonly Column<RackRow>[];
}

export function useRackColumns(): RackColumns {
  const t = useT();
  const columnIds = useShownRack(state => state.view.columnIds);
  return useMemo(() => {
    const all = rackColumns(t);
    const shown = shownColumnIds({ columnIds }).flatMap(id => all.find(column => column.id === id) ?? []);
    return { all, shown };
  }, [t, columnIds]);
}
