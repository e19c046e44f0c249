import CloseIcon from '@mui/icons-material/Close';
import KeyboardArrowDownIcon from '@mui/icons-material/KeyboardArrowDown';
import KeyboardArrowUpIcon from '@mui/icons-material/KeyboardArrowUp';
import { Box, IconButton, TextField } from '@mui/material';
import { useState } from 'react';
import { useStore } from 'zustand';
import { useT } from '../../../i18n/i18n.ts';
import type { ConsoleSession } from '../session/console-session.ts';

/** Searches what the terminal still holds. */
export function FindBar({ session }: { readonly session: ConsoleSession }) {
  const t = useT();
  const [text, setText] = useState('');
  const found = useStore(session.state, state => state.found);
  const close = () => {
    session.endFind();
    session.focus();
  };
  return (
    <Box sx={{ flex: 'none', display: 'flex', alignItems: 'center', gap: 0.5, px: 1, py: 0.5 }}>
      <TextField
        autoFocus
        value={text}
        onChange={event => {
          setText(event.target.value);
          session.find(event.target.value, -1);
        }}
        onKeyDown={event => {
          if (event.key === 'Escape') close();
          else if (event.key === 'Enter') session.find(text, event.shiftKey ? 1 : -1);
          else return;
          event.preventDefault();
        }}
        placeholder={t('console.findPlaceholder')}
        slotProps={{ htmlInput: { 'aria-label': t('console.findPlaceholder'), type: 'search' } }}
        sx={{ width: 240 }}
      />
      <IconButton aria-label={t('console.findUp')} onClick={() => session.find(text, -1)}>
        <KeyboardArrowUpIcon fontSize="small" />
      </IconButton>
      <IconButton aria-label={t('console.findDown')} onClick={() => session.find(text, 1)}>
        <KeyboardArrowDownIcon fontSize="small" />
      </IconButton>
      <Box component="span" role="status" sx={{ color: 'text.secondary', flex: 1 }}>
        {found !== null && text !== '' && t('console.found', { position: found.index, count: found.count })}
      </Box>
      <IconButton aria-label={t('action.close')} onClick={close}>
        <CloseIcon fontSize="small" />
      </IconButton>
    </Box>
  );
}
