import AddIcon from '@mui/icons-material/Add';
import { Box, Button } from '@mui/material';
import { type ReactNode, useRef } from 'react';
import { type Keyed, withChangedRow, withMovedRow, withoutRow } from './list-rows.ts';
import { RowButtons } from './RowButtons.tsx';
import { ToneText } from './ToneText.tsx';

interface Props<Row extends Keyed> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly onChange: (rows: readonly Row[]) => void;
  readonly rowName: (row: Row, index: number) => string;
  readonly addLabel: string;
  readonly newRow: () => Row;
  readonly maxRows: number;
  readonly isOrdered?: boolean;
  /** What is wrong with the row as a whole, in words. */
  readonly problems?: (index: number) => readonly string[];
  /** The fields of a row. */
  readonly children: (row: Row, change: (change: Partial<Row>) => void, index: number) => ReactNode;
}

/** A field for choosing has a hidden input besides, which the keyboard cannot use. */
const firstField = '[role=combobox], input:not([aria-hidden=true])';

/** A list in a form: rows of fields that are added, moved and removed by buttons. */
export function EditableList<Row extends Keyed>(props: Props<Row>) {
  const { rows, onChange, isOrdered = true } = props;
  const add = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const append = () => {
    onChange([...rows, props.newRow()]);
    requestAnimationFrame(() =>
      list.current?.lastElementChild?.querySelector<HTMLElement>(firstField)?.focus(),
    );
  };
  const remove = (index: number) => {
    onChange(withoutRow(rows, index));
    add.current?.focus();
  };
  return (
    <Box sx={{ display: 'grid', gap: 1, justifyItems: 'start' }}>
      <Box
        component="ul"
        ref={list}
        aria-label={props.label}
        sx={{ m: 0, p: 0, width: '100%', display: 'grid', gap: 1, listStyle: 'none' }}
      >
        {rows.map((row, index) => {
          const problems = props.problems?.(index) ?? [];
          return (
            <Box
              component="li"
              key={row.key}
              sx={theme => ({
                display: 'grid',
                gap: 0.75,
                p: 1,
                minWidth: 0,
                border: `1px solid ${problems.length > 0 ? theme.colours.failed : theme.colours.line}`,
                borderRadius: 1,
              })}
            >
              <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start', minWidth: 0 }}>
                <Box sx={{ flex: 1, minWidth: 0 }}>
                  {props.children(row, change => onChange(withChangedRow<Row>(rows, index, change)), index)}
                </Box>
                <RowButtons
                  name={props.rowName(row, index)}
                  isFirst={index === 0}
                  isLast={index === rows.length - 1}
                  isOrdered={isOrdered}
                  onMove={by => onChange(withMovedRow(rows, index, by))}
                  onRemove={() => remove(index)}
                />
              </Box>
              {problems.map(problem => (
                <ToneText key={problem} tone="failed">
                  {problem}
                </ToneText>
              ))}
            </Box>
          );
        })}
      </Box>
      <Button
        ref={add}
        variant="outlined"
        startIcon={<AddIcon fontSize="small" />}
        disabled={rows.length >= props.maxRows}
        onClick={append}
      >
        {props.addLabel}
      </Button>
    </Box>
  );
}
