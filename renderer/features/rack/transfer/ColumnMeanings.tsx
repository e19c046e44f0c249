import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import { Accordion, AccordionDetails, AccordionSummary, Button, MenuItem, TextField } from '@mui/material';
import { useT } from '../../../i18n/i18n.ts';
import { isPlaceLabel } from '../rack-place.ts';
import { type ColumnMeaning, importFields } from './import-columns.ts';

type Meanings = readonly (ColumnMeaning | null)[];

interface Props {
  readonly header: readonly string[];
  readonly meanings: Meanings;
  readonly onChange: (meanings: Meanings) => void;
}

/** What each column is taken for; one that nobody knows must be told. */
export function ColumnMeanings({ header, meanings, onChange }: Props) {
  const t = useT();
  const unknown = meanings.filter(meaning => meaning === null).length;
  return (
    <Accordion elevation={0} defaultExpanded={unknown > 0}>
      <AccordionSummary expandIcon={<ExpandMoreIcon />}>
        {t('import.columns', { count: header.length })}
      </AccordionSummary>
      <AccordionDetails
        sx={{ display: 'grid', gap: 1, gridTemplateColumns: 'repeat(auto-fill, minmax(180px, 1fr))' }}
      >
        {header.map((text, column) => {
          const meaning = meanings[column] ?? null;
          const others = new Set(meanings.filter((_, index) => index !== column));
          return (
            <TextField
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place, and never moves
              key={column}
              select
              label={text === '' ? t('import.column', { number: column + 1 }) : text}
              value={meaning ?? ''}
              error={meaning === null}
              helperText={meaning === null ? t('cell.unknown-column') : undefined}
              onChange={event => onChange(meanings.with(column, meaningNamed(event.target.value, text)))}
            >
              <MenuItem value="left-out">{t('import.leftOut')}</MenuItem>
              {labelName(text) !== '' && !isPlaceLabel(labelName(text)) && (
                <MenuItem value={`label:${labelName(text)}`}>
                  {t('import.asLabel', { name: labelName(text) })}
                </MenuItem>
              )}
              {importFields
                .filter(field => field === 'macs' || field === meaning || !others.has(field))
                .map(field => (
                  <MenuItem key={field} value={field}>
                    {t(`field.${field}`)}
                  </MenuItem>
                ))}
            </TextField>
          );
        })}
        {unknown > 0 && (
          <Button
            variant="outlined"
            onClick={() => onChange(meanings.map(meaning => meaning ?? 'left-out'))}
            sx={{ justifySelf: 'start', alignSelf: 'center' }}
          >
            {t('import.leaveOutUnknown')}
          </Button>
        )}
      </AccordionDetails>
    </Accordion>
  );
}

/** `Label: owner` → `owner`. */
function labelName(header: string): string {
  return header
    .replace(/^[^:：]+[:：]\s*/, '')
    .trim()
    .slice(0, 80);
}

function meaningNamed(value: string, header: string): ColumnMeaning | null {
  if (value === 'left-out') return value;
  if (value === `label:${labelName(header)}`) return `label:${labelName(header)}`;
  return importFields.find(field => field === value) ?? null;
}
