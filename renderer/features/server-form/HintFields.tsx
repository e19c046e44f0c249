import { Box, MenuItem, TextField } from '@mui/material';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { type HintName, type HintTexts, hintNames, listHints } from './hint-texts.ts';

interface Props {
  readonly hints: HintTexts;
  readonly onChange: (hints: HintTexts) => void;
}

/** Root device hints: every given one must match, and exactly one disk. */
export function HintFields({ hints, onChange }: Props) {
  const t = useT();
  const set = (name: HintName, value: string) => onChange({ ...hints, [name]: value });
  return (
    <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(auto-fill, minmax(190px, 1fr))' }}>
      {hintNames.map(name =>
        name === 'rotational' ? (
          <TextField
            key={name}
            select
            label={t('hint.rotational')}
            value={hints.rotational ?? ''}
            onChange={event => set(name, event.target.value)}
          >
            <MenuItem value="">{t('hint.any')}</MenuItem>
            <MenuItem value="true">{t('disk.rotational')}</MenuItem>
            <MenuItem value="false">{t('disk.solid')}</MenuItem>
          </TextField>
        ) : (
          <TextField
            key={name}
            label={t(`hint.${name}`)}
            value={hints[name] ?? ''}
            onChange={event => set(name, event.target.value)}
            multiline={listHints.includes(name)}
            maxRows={4}
            helperText={helpOf(t, name)}
            slotProps={{ htmlInput: { spellCheck: false } }}
          />
        ),
      )}
    </Box>
  );
}

function helpOf(t: Translate, name: HintName): string | undefined {
  if (name === 'size') return t('hint.sizeHelp');
  if (name === 'tran') return t('hint.tranHelp');
  return listHints.includes(name) ? t('hint.listHelp') : undefined;
}
