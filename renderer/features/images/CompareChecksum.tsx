import { Box, TextField } from '@mui/material';
import { useState } from 'react';
import type { Image } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { ToneText } from '../../ui/ToneText.tsx';
import type { Tone } from '../../ui/tone.ts';
import { type Comparison, compareChecksum } from './compare-checksum.ts';

const tones: Readonly<Record<Exclude<Comparison, 'empty'>, Tone>> = {
  'none-given': 'waiting',
  'same-file': 'good',
  'same-content': 'good',
  'not-counted': 'waiting',
  different: 'failed',
};

/** Whether the file is the one that its publisher made. */
export function CompareChecksum({ image }: { readonly image: Image }) {
  const t = useT();
  const [text, setText] = useState('');
  const result = compareChecksum(text, image);
  return (
    <Box sx={{ display: 'grid', gap: 0.5 }}>
      <TextField
        multiline
        maxRows={3}
        label={t('images.compare')}
        helperText={t('images.compareHelp')}
        value={text}
        onChange={event => setText(event.target.value)}
        slotProps={{ htmlInput: { maxLength: 100_000, spellCheck: false } }}
      />
      <Box role="status">
        {result !== 'empty' && <ToneText tone={tones[result]}>{t(`images.compared.${result}`)}</ToneText>}
      </Box>
    </Box>
  );
}
