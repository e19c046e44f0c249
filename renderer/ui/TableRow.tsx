import { Box, Checkbox } from '@mui/material';
import { type ComponentProps, memo, type ReactNode } from 'react';
import { useT } from '../i18n/i18n.ts';
import type { Column } from './table-columns.ts';

interface Props<Row> {
  readonly id: string;
  readonly row: Row;
  readonly rowKey: string;
  readonly name: string;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly isNew: boolean;
  readonly hasSelection: boolean;
  /** Undefined: it cannot be selected. */
  readonly isSelected: boolean | undefined;
  /** In a tree, from 1. */
  readonly level: number | undefined;
  /** Undefined: there is nothing below it. */
  readonly isExpanded: boolean | undefined;
  readonly wide: ((row: Row, isActive: boolean) => ReactNode | null) | undefined;
  readonly onActivate: (key: string) => void;
  readonly onOpen: (row: Row) => void;
  /** `isRange`: and all from the one that was toggled before. */
  readonly onToggle: (key: string, isRange: boolean) => void;
}

function Row<R>(props: Props<R>) {
  const { row, rowKey, columns, hasSelection, isSelected } = props;
  const t = useT();
  const wide = props.wide?.(row, props.isActive) ?? null;
  return (
    <Box
      id={props.id}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={isSelected}
      aria-level={props.level}
      aria-expanded={props.isExpanded}
      onClick={() => {
        props.onActivate(rowKey);
        props.onOpen(row);
      }}
      sx={theme => ({
        position: 'absolute',
        insetInline: 0,
        display: 'grid',
        alignItems: 'center',
        cursor: 'pointer',
        borderBottom: `1px solid ${theme.colours.line}`,
        '& > .text': textStyle,
        '&:hover': { backgroundColor: theme.colours.hover },
        ...((props.isOpen || isSelected) && { backgroundColor: theme.colours.chosen }),
        ...(props.isActive && {
          '[role$=grid]:focus-visible &': { boxShadow: `inset 0 0 0 2px ${theme.colours.focus}` },
          boxShadow: `inset 3px 0 0 ${theme.colours.accent}`,
        }),
        ...(props.isNew && {
          animation: 'rackside-arrive 2.4s ease-out',
          '@keyframes rackside-arrive': { from: { backgroundColor: theme.colours.goodGround } },
        }),
      })}
      style={{ gridTemplateColumns: props.template, height: props.height, top: props.top }}
    >
      {hasSelection && (
        <Cell>
          {isSelected !== undefined && (
            <Checkbox
              checked={isSelected}
              onClick={event => {
                event.stopPropagation();
                props.onToggle(rowKey, event.shiftKey);
              }}
              slotProps={{
                input: {
                  'aria-label': t('table.select', { name: props.name }),
                  tabIndex: -1,
                  readOnly: true,
                },
              }}
              sx={{ p: 0.75 }}
            />
          )}
        </Cell>
      )}
      {wide === null ? (
        columns.map(column => (
          <Cell key={column.id} className="text">
            {column.cell(row)}
          </Cell>
        ))
      ) : (
        <Cell
          className="text"
          aria-colspan={columns.length}
          style={{ gridColumn: `${hasSelection ? 2 : 1} / -1` }}
        >
          {wide}
        </Cell>
      )}
    </Box>
  );
}

/** Plain, styled by its row: a component with styles of its own for each cell is most of what a row costs to scroll to. */
function Cell(props: ComponentProps<'div'>) {
  // biome-ignore lint/a11y: the grid itself has the focus and names its active row
  return <div role="gridcell" {...props} />;
}

const textStyle = {
  px: 1,
  minWidth: 0,
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap',
} as const;

/** A row is drawn again only when something of its own has changed. */
export const TableRow = memo(Row) as typeof Row;
