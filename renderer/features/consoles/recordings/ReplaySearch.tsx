import KeyboardArrowDownIcon from '@mui/icons-material/KeyboardArrowDown';
import KeyboardArrowUpIcon from '@mui/icons-material/KeyboardArrowUp';
import { Box, IconButton, TextField } from '@mui/material';
import { type Ref, useMemo, useState } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { findLines, type PlainLine } from './plain-lines.ts';

interface Props {
  readonly ref: Ref<HTMLInputElement>;
  readonly lines: readonly PlainLine[];
  readonly atMs: number;
  readonly onSeek: (atMs: number) => void;
}

/** Goes to the moments at which a line with these words came. */
export function ReplaySearch({ ref, lines, atMs, onSeek }: Props) {
  const t = useT();
  const [text, setText] = useState('');
  const found = useMemo(() => findLines(lines, text), [lines, text]);
  const position = found.findLastIndex(line => line.atMs <= atMs) + 1;
  const go = (step: 1 | -1) => {
    const before = found.findLast(line => line.atMs < atMs) ?? found.at(-1);
    const after = found.find(line => line.atMs > atMs) ?? found[0];
    const target = step === 1 ? after : before;
    if (target !== undefined) onSeek(target.atMs);
  };
  return (
    <Box role="search" sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}>
      <TextField
        inputRef={ref}
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          go(event.shiftKey ? -1 : 1);
        }}
        placeholder={t('recordings.searchHere')}
        slotProps={{ htmlInput: { 'aria-label': t('recordings.searchHere'), type: 'search' } }}
        sx={{ width: 200 }}
      />
      {text !== '' && (
        <Box component="span" role="status" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
          {t('console.found', { position, count: found.length })}
        </Box>
      )}
      <IconButton aria-label={t('console.findUp')} onClick={() => go(-1)}>
        <KeyboardArrowUpIcon fontSize="small" />
      </IconButton>
      <IconButton aria-label={t('console.findDown')} onClick={() => go(1)}>
        <KeyboardArrowDownIcon fontSize="small" />
      </IconButton>
    </Box>
  );
}
