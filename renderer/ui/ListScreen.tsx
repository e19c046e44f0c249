import { Box } from '@mui/material';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { EmptyState } from './EmptyState.tsx';
import { ScreenHeader } from './ScreenHeader.tsx';
import { type Column, nextSort, type Sort, sortedRows } from './table-columns.ts';
import { VirtualTable } from './VirtualTable.tsx';

interface NamedRow {
  readonly id: string;
  readonly name: string;
}

interface Props<Row extends NamedRow> {
  readonly title: string;
  /** Counts beside the title, where there is anything. */
  readonly detail: string;
  readonly rows: readonly Row[];
  readonly isLoaded: boolean;
  readonly columns: readonly Column<Row>[];
  readonly openId: string | undefined;
  readonly onOpen: (row: Row) => void;
  /** The button that makes a row. */
  readonly create: ReactNode;
  readonly emptyTitle: string;
  readonly emptyText: string;
  /** Between header and list. */
  readonly notices?: ReactNode;
  /** Beside the list: the row that is open. */
  readonly children: ReactNode;
}

/** A screen that is one list, sorted by name at first, with a sheet for the row that is open. */
export function ListScreen<Row extends NamedRow>(props: Props<Row>) {
  const { columns } = props;
  const [sort, setSort] = useState<Sort>({ columnId: 'name', isDescending: false });
  const rows = useMemo(() => sortedRows(props.rows, columns, sort), [props.rows, columns, sort]);
  const onSort = useCallback((columnId: string) => setSort(known => nextSort(known, columnId)), []);
  const isEmpty = rows.length === 0;
  return (
    <Box sx={{ display: 'flex', height: '100%', minHeight: 0 }}>
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <ScreenHeader title={props.title} detail={isEmpty ? '' : props.detail}>
          {!isEmpty && props.create}
        </ScreenHeader>
        {props.notices}
        <Box sx={{ flex: 1, minHeight: 0, display: 'flex', backgroundColor: 'background.paper' }}>
          {props.isLoaded && isEmpty ? (
            <EmptyState title={props.emptyTitle} actions={props.create}>
              {props.emptyText}
            </EmptyState>
          ) : (
            <Box sx={{ flex: 1, minWidth: 0 }}>
              <VirtualTable<Row>
                label={props.title}
                columns={columns}
                rows={rows}
                rowKey={rowKey}
                rowName={rowName}
                sort={sort}
                onSort={onSort}
                onOpen={props.onOpen}
                openKey={props.openId ?? null}
              />
            </Box>
          )}
        </Box>
      </Box>
      {props.children}
    </Box>
  );
}

const rowKey = ({ id }: NamedRow): string => id;
const rowName = ({ name }: NamedRow): string => name;
