import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  Switch,
} from '@mui/material';
import { useId } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { Choice } from '../pane/Choice.tsx';
import { fontFamilies, fontSizes, setViewSettings, useViewSettings } from '../session/view-settings.ts';

/** How all consoles look in this browser; taken at once. */
export function ViewSettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const titleId = useId();
  const { fontFamily, fontSize, readsAloud } = useViewSettings();
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <DialogTitle id={titleId}>{t('consoles.viewTitle')}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
        <Choice
          label={t('consoles.fontFamily')}
          value={fontFamily}
          options={fontFamilies}
          textOf={name => t(`consoleFont.${name}`)}
          onChange={value => setViewSettings({ fontFamily: value })}
        />
        <Choice
          label={t('consoles.fontSize')}
          value={fontSize}
          options={fontSizes}
          textOf={size => (size === 'auto' ? t('consoles.fontAuto') : t('consoles.fontPx', { px: size }))}
          onChange={value => setViewSettings({ fontSize: value })}
        />
        <FormControlLabel
          control={
            <Switch
              checked={readsAloud}
              onChange={(_, checked) => setViewSettings({ readsAloud: checked })}
            />
          }
          label={t('consoles.readsAloud')}
        />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('action.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
