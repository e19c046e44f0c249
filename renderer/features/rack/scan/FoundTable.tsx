import { Box } from '@mui/material';
import { useMemo, useState } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { nextSort, type Sort, sortedRows } from '../../../ui/table-columns.ts';
import { VirtualTable } from '../../../ui/VirtualTable.tsx';
import { type FoundRow, foundColumns, foundName } from './found-columns.tsx';
import { mayEnroll } from './scan-state.ts';

interface Props {
  readonly rows: readonly FoundRow[];
  readonly isRunning: boolean;
  readonly selectedKeys: ReadonlySet<string>;
  readonly onSelect: (keys: ReadonlySet<string>) => void;
  readonly onOpen: (row: FoundRow) => void;
}

export function FoundTable({ rows, isRunning, selectedKeys, onSelect, onOpen }: Props) {
  const t = useT();
  const [sort, setSort] = useState<Sort>({ columnId: 'address', isDescending: false });
  const columns = useMemo(() => foundColumns(t), [t]);
  const sorted = useMemo(() => sortedRows(rows, columns, sort), [rows, columns, sort]);
  const selection = useMemo(
    () => ({ keys: selectedKeys, onChange: onSelect, keysOf: enrollableKeys }),
    [selectedKeys, onSelect],
  );
  return (
    <Box
      sx={theme => ({ height: 320, border: `1px solid ${theme.colours.line}`, borderRadius: 1, minWidth: 0 })}
    >
      {rows.length === 0 ? (
        <EmptyState title={t(isRunning ? 'scan.nothingYet' : 'scan.nothing')}>
          {!isRunning && t('scan.nothingHint')}
        </EmptyState>
      ) : (
        <VirtualTable<FoundRow>
          label={t('scan.results')}
          columns={columns}
          rows={sorted}
          rowKey={rowKey}
          rowName={row => foundName(t, row)}
          sort={sort}
          onSort={columnId => setSort(known => nextSort(known, columnId))}
          onOpen={onOpen}
          selection={selection}
        />
      )}
    </Box>
  );
}

/** What cannot be enrolled has no box to tick. */
function enrollableKeys(row: FoundRow): readonly string[] {
  return mayEnroll(row.bmc) ? [rowKey(row)] : [];
}

function rowKey({ bmc }: FoundRow): string {
  return bmc.address;
}
