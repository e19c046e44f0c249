import ArrowDownwardIcon from '@mui/icons-material/ArrowDownward';
import ArrowUpwardIcon from '@mui/icons-material/ArrowUpward';
import { Box, ButtonBase, Checkbox } from '@mui/material';
import { useT } from '../i18n/i18n.ts';
import type { Column, Sort } from './table-columns.ts';

interface Props<Row> {
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly height: number;
  readonly sort: Sort;
  readonly onSort: (columnId: string) => void;
  /** Undefined: rows cannot be selected. */
  readonly select: SelectAll | undefined;
}

interface SelectAll {
  readonly selected: 'none' | 'some' | 'all';
  readonly onToggle: () => void;
}

export function TableHeader<Row>({ columns, template, height, sort, onSort, select }: Props<Row>) {
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
        {select && (
          <Box role="columnheader">
            <Checkbox
              checked={select.selected === 'all'}
              indeterminate={select.selected === 'some'}
              onChange={select.onToggle}
              // The keyboard has Ctrl+A.
              slotProps={{ input: { 'aria-label': t('table.selectAll'), tabIndex: -1 } }}
              sx={{ p: 0.75 }}
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
