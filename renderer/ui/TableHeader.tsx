import ArrowDownwardIcon from '@mui/icons-material/ArrowDownward';
import ArrowUpwardIcon from '@mui/icons-material/ArrowUpward';
import { Box, ButtonBase } from '@mui/material';
import { memo } from 'react';
import { useT } from '../i18n/i18n.ts';
import type { Column, Sort } from './table-columns.ts';

interface Props<Row> {
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly height: number;
  readonly sort: Sort;
  readonly onSort: (columnId: string) => void;
  /** Undefined: rows cannot be selected. */
  readonly selected: 'none' | 'some' | 'all' | undefined;
  readonly onToggleAll: () => void;
}

function Header<Row>(props: Props<Row>) {
  const { columns, template, height, sort, onSort, selected } = props;
  const t = useT();
  return (
    <Box role="rowgroup" sx={{ position: 'sticky', top: 0, zIndex: 2 }}>
      <Box
        role="row"
        aria-rowindex={1}
        sx={theme => ({
          display: 'grid',
          alignItems: 'center',
          backgroundColor: theme.colours.raised,
          borderBottom: `1px solid ${theme.colours.line}`,
          color: 'text.secondary',
          fontWeight: 600,
        })}
        style={{ gridTemplateColumns: template, height }}
      >
        {selected !== undefined && (
          <Box role="columnheader" sx={{ display: 'grid', placeItems: 'center' }}>
            <input
              type="checkbox"
              className="table-check"
              checked={selected === 'all'}
              onChange={props.onToggleAll}
              aria-label={t('table.selectAll')}
              // The keyboard has Ctrl+A.
              tabIndex={-1}
              ref={input => {
                if (input !== null) input.indeterminate = selected === 'some';
              }}
            />
          </Box>
        )}
        {columns.map(column => (
          <Box
            key={column.id}
            role="columnheader"
            aria-sort={ariaSort(column, sort)}
            sx={{
              px: 1,
              minWidth: 0,
              height: '100%',
              display: 'flex',
              alignItems: 'center',
              whiteSpace: 'nowrap',
            }}
          >
            {column.sortValue === undefined ? (
              column.header
            ) : (
              <ButtonBase
                onClick={() => onSort(column.id)}
                sx={{ font: 'inherit', gap: 0.5, borderRadius: 0.5, px: 0.5, mx: -0.5 }}
              >
                {column.header}
                {column.id === sort.columnId &&
                  (sort.isDescending ? (
                    <ArrowDownwardIcon sx={{ fontSize: 14 }} />
                  ) : (
                    <ArrowUpwardIcon sx={{ fontSize: 14 }} />
                  ))}
              </ButtonBase>
            )}
          </Box>
        ))}
      </Box>
    </Box>
  );
}

function ariaSort<Row>(column: Column<Row>, sort: Sort): 'ascending' | 'descending' | undefined {
  if (column.id !== sort.columnId) return undefined;
  return sort.isDescending ? 'descending' : 'ascending';
}

/** A scrolled list is drawn many times, its header once. */
export const TableHeader = memo(Header) as typeof Header;
