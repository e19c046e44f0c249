import { TextField } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';
import { readMacs } from './server-form.ts';

interface Props {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** MAC addresses, pasted in any form; the field says how it reads them. */
export function MacsField({ value, onChange }: Props) {
  const t = useT();
  const { macs, wrong } = readMacs(value);
  const help =
    wrong.length > 0
      ? t('mac.wrong', { text: wrong.join(', ') })
      : macs.length > 0
        ? macs.join('  ')
        : t('mac.help');
  return (
    <TextField
      label={t('mac.label')}
      multiline
      minRows={2}
      maxRows={6}
      value={value}
      error={wrong.length > 0}
      helperText={help}
      onChange={event => onChange(event.target.value)}
      slotProps={{ htmlInput: { spellCheck: false } }}
    />
  );
}
