import { TextField } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';
import { readNameValues } from './name-values.ts';

interface Props {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Names with values, one a line; what is none is named. */
export function NameValuesField({ label, help, value, onChange }: Props) {
  const t = useT();
  const { wrong } = readNameValues(value);
  return (
    <TextField
      label={label}
      multiline
      minRows={2}
      maxRows={6}
      value={value}
      error={wrong.length > 0}
      helperText={wrong.length > 0 ? t('nameValues.wrong', { text: wrong.join(', ') }) : help}
      onChange={event => onChange(event.target.value)}
      slotProps={{ htmlInput: { spellCheck: false } }}
    />
  );
}
