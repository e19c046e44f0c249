import { Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { useId } from 'react';
import { useT } from '../i18n/i18n.ts';
import { useUncopied } from './copy-text.ts';
import { monoFont } from './fonts.ts';

const close = () => useUncopied.setState({ text: null });

/** A text that the page may not copy by itself, selected. */
export function CopyByHand() {
  const t = useT();
  const titleId = useId();
  const text = useUncopied(state => state.text);
  if (text === null) return null;
  return (
    <Dialog open onClose={close} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>{t('copy.title')}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
        {t('copy.text')}
        <TextField
          autoFocus
          multiline
          maxRows={12}
          value={text}
          onFocus={event => event.target.select()}
          slotProps={{
            htmlInput: { readOnly: true, 'aria-label': t('copy.field'), style: { fontFamily: monoFont } },
          }}
        />
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={close}>
          {t('action.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
