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
  const wide = props.wide?.(row, props.isActive) ?? null;
  return (
    // biome-ignore lint/a11y: the grid itself has the focus and hears the keys
    <div
      id={props.id}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={isSelected}
      aria-level={props.level}
      aria-expanded={props.isExpanded}
      className={rowClasses(props)}
      onClick={() => {
        props.onActivate(rowKey);
        props.onOpen(row);
      }}
      style={{ gridTemplateColumns: props.template, height: props.height, top: props.top }}
    >
      {hasSelection &&
        (isSelected === undefined ? (
          <Cell />
        ) : (
          <Cell
            className="check"
            onClick={event => {
              event.stopPropagation();
              props.onToggle(rowKey, event.shiftKey);
            }}
          >
            <RowCheck name={props.name} isChecked={isSelected} />
          </Cell>
        ))}
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
    </div>
  );
}

type RowLook = Pick<Props<unknown>, 'isOpen' | 'isSelected' | 'isActive' | 'isNew'>;

function rowClasses({ isOpen, isSelected, isActive, isNew }: RowLook): string {
  const chosen = isOpen || isSelected ? ' is-chosen' : '';
  return `table-row${chosen}${isActive ? ' is-active' : ''}${isNew ? ' is-new' : ''}`;
}

function RowCheck({ name, isChecked }: { readonly name: string; readonly isChecked: boolean }) {
  const t = useT();
  return (
    <input
      type="checkbox"
      className="table-check"
      checked={isChecked}
      aria-label={t('table.select', { name })}
      tabIndex={-1}
      readOnly
    />
  );
}

/** Plain, as its row is: see `plain-styles.ts`. */
function Cell(props: ComponentProps<'div'>) {
  // biome-ignore lint/a11y: the grid itself has the focus and names its active row
  return <div role="gridcell" {...props} />;
}

/** A row is drawn again only when something of its own has changed. */
export const TableRow = memo(Row) as typeof Row;
