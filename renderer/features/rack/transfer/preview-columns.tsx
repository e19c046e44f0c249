import { Box } from '@mui/material';
import { assertNever } from '#shared/model/assert-never.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import type { Column } from '../../../ui/table-columns.ts';
import type { CellProblem, RowOutcome } from './import-check.ts';
import { type ColumnMeaning, isSecret } from './import-columns.ts';
import { isChange } from './import-rows.ts';

export interface PreviewRow {
  readonly index: number;
  readonly cells: readonly string[];
  readonly outcome: RowOutcome;
}

/** The row's number, what becomes of it, then the columns that are taken over. */
export function previewColumns(
  t: Translate,
  header: readonly string[],
  meanings: readonly (ColumnMeaning | null)[],
  changesKnown: boolean,
  badColumns: ReadonlySet<number>,
): readonly Column<PreviewRow>[] {
  const cells = header.flatMap((text, column): Column<PreviewRow>[] => {
    const meaning = meanings[column] ?? null;
    if (meaning === 'left-out') return [];
    return [
      {
        id: String(column),
        header: text,
        width: meaning === 'unit' || meaning === 'height' || meaning === 'bmcPort' ? 72 : 112,
        grow: 1,
        // Where there is no room for all, those with something wrong in them stay.
        rank: badColumns.has(column) ? column + 3 : column + 3 + header.length,
        cell: row => <PreviewCell row={row} column={column} meaning={meaning} />,
      },
    ];
  });
  return [
    { id: 'number', header: t('import.row'), width: 52, rank: 1, cell: ({ index }) => index + 1 },
    {
      id: 'outcome',
      header: t('import.outcome'),
      width: 220,
      grow: 2,
      rank: 2,
      cell: ({ outcome }) => outcomeText(t, outcome, changesKnown),
    },
    ...cells,
  ];
}

function outcomeText(t: Translate, outcome: RowOutcome, changesKnown: boolean) {
  switch (outcome.is) {
    case 'bad': {
      const text = outcome.problems.map(problem => problemText(t, problem)).join('; ');
      return (
        <ToneText tone="failed" title={text}>
          {text}
        </ToneText>
      );
    }
    case 'new':
      return <ToneText tone="good">{t('import.becomesNew')}</ToneText>;
    case 'known': {
      const values = { name: outcome.node.name };
      if (!isChange(outcome)) return <ToneText tone="idle">{t('import.same', values)}</ToneText>;
      return changesKnown ? (
        <ToneText tone="busy">{t('import.changes', values)}</ToneText>
      ) : (
        <ToneText tone="idle">{t('import.exists', values)}</ToneText>
      );
    }
    default:
      return assertNever(outcome);
  }
}

export function problemText(t: Translate, { code, value }: CellProblem): string {
  return t(`cell.${code}`, { value });
}

interface CellProps {
  readonly row: PreviewRow;
  readonly column: number;
  readonly meaning: ColumnMeaning | null;
}

function PreviewCell({ row, column, meaning }: CellProps) {
  const { outcome } = row;
  const text = isSecret(meaning)
    ? '•'.repeat(Math.min(8, (row.cells[column] ?? '').length))
    : row.cells[column];
  const isBad = outcome.is === 'bad' && outcome.problems.some(problem => problem.column === column);
  if (!isBad) return <span title={text}>{text}</span>;
  return (
    <Box component="span" sx={theme => ({ backgroundColor: theme.colours.failedGround, px: 0.5 })}>
      <ToneText tone="failed">{text}</ToneText>
    </Box>
  );
}
