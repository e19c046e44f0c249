import CloseIcon from '@mui/icons-material/Close';
import { Box, IconButton, TextField } from '@mui/material';
import { useT } from '../../../i18n/i18n.ts';
import type { RowOutcome } from './import-check.ts';
import { type ColumnMeaning, isSecret } from './import-columns.ts';
import { problemText } from './preview-columns.tsx';

interface Props {
  readonly number: number;
  readonly cells: readonly string[];
  readonly header: readonly string[];
  readonly meanings: readonly (ColumnMeaning | null)[];
  readonly outcome: RowOutcome;
  readonly onChange: (column: number, text: string) => void;
  readonly onClose: () => void;
}

/** The cells of one row as fields, with what is wrong under each. */
export function RowEditor({ number, cells, header, meanings, outcome, onChange, onClose }: Props) {
  const t = useT();
  const problems = outcome.is === 'bad' ? outcome.problems : [];
  const columns = header.map((_, column) => column).filter(column => meanings[column] !== 'left-out');
  // The field that is wrong is the one for which a person came; it stays the same while they type.
  const first = problems[0]?.column ?? columns[0];
  return (
    <Box
      role="group"
      aria-label={t('import.editRow', { number })}
      sx={theme => ({
        display: 'flex',
        gap: 1,
        p: 1,
        border: `1px solid ${theme.colours.line}`,
        borderRadius: 1,
      })}
    >
      <Box
        sx={{
          flex: 1,
          display: 'grid',
          gap: 1,
          pt: 0.75,
          maxHeight: 170,
          overflow: 'auto',
          gridTemplateColumns: 'repeat(auto-fill, minmax(170px, 1fr))',
        }}
      >
        {columns.map(column => {
          const wrong = problems.filter(problem => problem.column === column);
          return (
            <TextField
              key={column}
              autoFocus={column === first}
              label={header[column] || t('import.column', { number: column + 1 })}
              type={isSecret(meanings[column] ?? null) ? 'password' : 'text'}
              value={cells[column] ?? ''}
              error={wrong.length > 0}
              helperText={wrong.map(problem => problemText(t, problem)).join('; ') || undefined}
              onChange={event => onChange(column, event.target.value)}
              slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
            />
          );
        })}
      </Box>
      <IconButton aria-label={t('action.close')} onClick={onClose} sx={{ alignSelf: 'start' }}>
        <CloseIcon fontSize="small" />
      </IconButton>
    </Box>
  );
}
