import { Box } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { TableHeader } from './TableHeader.tsx';
import { TableRow } from './TableRow.tsx';
import { type Column, columnsThatFit, gridTemplate, type Sort } from './table-columns.ts';
import { allKeys, isSelected, type Selection, selectedPart, withToggled } from './table-selection.ts';
import { useElementWidth } from './use-element-width.ts';

/** Rows that hold those below them: the arrows to the left and right fold and unfold. */
export interface Tree<Row> {
  readonly levelOf: (row: Row) => number;
  /** Undefined: it holds nothing. */
  readonly isExpanded: (row: Row) => boolean | undefined;
  readonly onExpand: (row: Row, isExpanded: boolean) => void;
}

interface Props<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** In the order in which they are shown. */
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly rowName: (row: Row) => string;
  readonly sort: Sort;
  readonly onSort: (columnId: string) => void;
  readonly onOpen: (row: Row) => void;
  /** The row whose details are open beside the table. */
  readonly openKey?: string | null;
  /** Content across all columns instead of cells. What can be focused in it may be so while its row is active. */
  readonly wide?: (row: Row, isActive: boolean) => ReactNode | null;
  /** A row that has just come. */
  readonly isNew?: (row: Row) => boolean;
  readonly selection?: Selection<Row>;
  readonly tree?: Tree<Row> | undefined;
  /** The last rows are in view: more of them may be fetched. Told once for each number of rows. */
  readonly onNearEnd?: () => void;
}

const checkboxWidth = 38;
/** Rows below what is in view that a person scrolls past in the time of an answer. */
const nearEndRows = 30;

/**
 * A grid of any length: only what is in view is drawn. One tab stop; arrows, Page, Home and End move, Enter opens,
 * Space selects, with Shift all from the last one, Ctrl+A selects all.
 */
export function VirtualTable<Row>(props: Props<Row>) {
  const { columns, rows, rowKey, selection, tree, onOpen } = props;
  const { measures } = useTheme();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useElementWidth(scroller);
  const idBase = useId();
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const room = width - (selection ? checkboxWidth : 0);
  const shownColumns = useMemo(() => columnsThatFit(columns, room), [columns, room]);
  const template = `${selection ? `${checkboxWidth}px ` : ''}${gridTemplate(shownColumns)}`;
  // The same function while the rows are the same: another one has every row of the list measured again.
  const getItemKey = useCallback((index: number) => keyAt(rows, index, rowKey) ?? index, [rows, rowKey]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => measures.rowHeight,
    getItemKey,
    overscan: 8,
    scrollPaddingStart: measures.rowHeight,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed row height is what makes old sizes wrong
  useEffect(() => virtual.measure(), [measures.rowHeight]);
  const items = virtual.getVirtualItems();
  const activeIndex = useMemo(
    () => (activeKey === null ? -1 : rows.findIndex(row => rowKey(row) === activeKey)),
    [rows, rowKey, activeKey],
  );
  const latestNearEnd = useRef(props.onNearEnd);
  latestNearEnd.current = props.onNearEnd;
  const isNearEnd = rows.length > 0 && (items.at(-1)?.index ?? -1) >= rows.length - nearEndRows;
  // biome-ignore lint/correctness/useExhaustiveDependencies: more rows, and the end is near again
  useEffect(() => {
    if (isNearEnd) latestNearEnd.current?.();
  }, [isNearEnd, rows.length]);
  const selected = useMemo(
    () => selection && selectedPart(selection, rows, rowKey),
    [selection, rows, rowKey],
  );

  const moveTo = (index: number) => {
    const target = Math.min(rows.length - 1, Math.max(0, index));
    const row = rows[target];
    if (row === undefined) return;
    setActiveKey(rowKey(row));
    virtual.scrollToIndex(target, { align: 'auto' });
  };
  const latest = useRef({ selection, selected, rows, rowKey });
  latest.current = { selection, selected, rows, rowKey };
  const lastToggled = useRef<string | null>(null);
  const toggle = useCallback((key: string, isRange: boolean) => {
    const { current } = latest;
    if (current.selection === undefined) return;
    const from = isRange ? lastToggled.current : null;
    lastToggled.current = key;
    current.selection.onChange(withToggled(current.selection, current.rows, current.rowKey, from, key));
  }, []);
  const toggleAll = useCallback(() => {
    const { current } = latest;
    if (current.selected === 'all') current.selection?.onChange(new Set());
    else current.selection?.onChange(allKeys(current.selection, current.rows, current.rowKey));
  }, []);
  const expand = (row: Row | undefined, isExpanded: boolean) => {
    if (row === undefined || tree?.isExpanded(row) !== !isExpanded) return;
    tree.onExpand(row, isExpanded);
  };
  /** A click has a row of its own, which would scroll away from under it: only the keyboard begins with the first row. */
  const isPointed = useRef(false);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / measures.rowHeight) - 2);
    const step = stepOfKey(event.key, activeIndex, rows.length, page);
    const active = rows[activeIndex];
    if (step !== undefined) moveTo(step);
    else if (event.key === 'Enter' && active !== undefined) onOpen(active);
    else if (event.key === ' ' && active !== undefined) toggle(rowKey(active), event.shiftKey);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && selection)
      selection.onChange(allKeys(selection, rows, rowKey));
    else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft')
      expand(active, event.key === 'ArrowRight');
    else return;
    event.preventDefault();
  };

  return (
    <Box
      ref={scroller}
      role={tree === undefined ? 'grid' : 'treegrid'}
      aria-label={props.label}
      aria-rowcount={rows.length + 1}
      aria-colcount={shownColumns.length + (selection ? 1 : 0)}
      aria-multiselectable={selection !== undefined}
      tabIndex={0}
      {...(items.some(({ index }) => index === activeIndex) && {
        'aria-activedescendant': `${idBase}-${activeKey}`,
      })}
      onKeyDown={onKeyDown}
      onPointerDown={() => {
        isPointed.current = true;
      }}
      onFocus={event => {
        if (event.target === event.currentTarget && activeIndex < 0 && !isPointed.current) moveTo(0);
        isPointed.current = false;
      }}
      onBlur={() => {
        isPointed.current = false;
      }}
      sx={{
        height: '100%',
        overflow: 'auto',
        contain: 'strict',
        // Opaque, so that the browser can move what is drawn instead of drawing it again.
        backgroundColor: 'background.paper',
        '&:focus-visible': { outlineOffset: -2 },
      }}
    >
      <TableHeader
        columns={shownColumns}
        template={template}
        height={measures.rowHeight}
        sort={props.sort}
        onSort={props.onSort}
        selected={selected}
        onToggleAll={toggleAll}
      />
      {/* biome-ignore lint/a11y: as the rows are, a plain element of a grid */}
      <div role="rowgroup" style={{ position: 'relative', height: virtual.getTotalSize() }}>
        {items.map(item => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const key = rowKey(row);
          return (
            <TableRow
              key={key}
              id={`${idBase}-${key}`}
              row={row}
              rowKey={key}
              name={props.rowName(row)}
              index={item.index}
              top={item.start}
              height={measures.rowHeight}
              columns={shownColumns}
              template={template}
              isActive={key === activeKey}
              isOpen={key === props.openKey}
              isNew={props.isNew?.(row) ?? false}
              isSelected={selection && isSelected(selection, row, rowKey)}
              hasSelection={selection !== undefined}
              level={tree?.levelOf(row)}
              isExpanded={tree?.isExpanded(row)}
              wide={props.wide}
              onActivate={setActiveKey}
              onOpen={onOpen}
              onToggle={toggle}
            />
          );
        })}
      </div>
    </Box>
  );
}

function keyAt<Row>(rows: readonly Row[], index: number, rowKey: (row: Row) => string): string | undefined {
  const row = rows[index];
  return row === undefined ? undefined : rowKey(row);
}

function stepOfKey(key: string, active: number, count: number, page: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return active + 1;
    case 'ArrowUp':
      return active - 1;
    case 'PageDown':
      return active + page;
    case 'PageUp':
      return active - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
