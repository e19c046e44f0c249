import { TextField } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';
import { readNameValues } from './name-values.ts';

interface Props {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  /** What is no name with a value here, as it was typed; absent: what cannot be read as one. */
  readonly wrong?: readonly string[];
  readonly onChange: (value: string) => void;
}

/** Names with values, one a line; what is none is named. */
export function NameValuesField({
  label,
  help,
  value,
  onChange,
  wrong = readNameValues(value).wrong,
}: Props) {
  const t = useT();
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
