import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useT } from '../i18n/i18n.ts';
import { closeOverlay } from './overlay.ts';
import type { Thing } from './overlay-subject.ts';

/** In the place of a dialog whose row somebody has removed: a dialog that vanishes by itself would say nothing. */
export function GoneDialog({ thing }: { readonly thing: Thing }) {
  const t = useT();
  return (
    <Dialog open onClose={closeOverlay} maxWidth="sm" fullWidth aria-labelledby="gone">
      <DialogTitle id="gone">{t('gone.title', { thing: t(`thing.${thing}`) })}</DialogTitle>
      <DialogContent>{t('gone.text')}</DialogContent>
      <DialogActions>
        <Button autoFocus onClick={closeOverlay}>
          {t('action.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
