import CloseIcon from '@mui/icons-material/Close';
import { Box, Button, IconButton, Snackbar } from '@mui/material';
import { useT } from '../i18n/i18n.ts';
import { ToneMark } from '../ui/ToneMark.tsx';
import { notificationText } from './notification-text.ts';
import { hideShownNotification, useNotifications } from './notifications.ts';
import { goTo } from './route.ts';

/** The newest notification for a moment; all of them stay in the drawer. */
export function ShownNotification() {
  const t = useT();
  const shown = useNotifications(state => state.shown);
  if (shown === null) return null;
  const { route } = shown;
  return (
    <Snackbar
      key={shown.id}
      open
      autoHideDuration={shown.tone === 'failed' ? 12_000 : 6_000}
      onClose={(_, reason) => {
        if (reason !== 'clickaway') hideShownNotification();
      }}
      // Not on the right: there a dialog has the button that a person is about to press.
      anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
      sx={{ mb: 3, ml: 7 }}
    >
      <Box
        role={shown.tone === 'failed' ? 'alert' : 'status'}
        sx={theme => ({
          display: 'flex',
          alignItems: 'center',
          gap: 1.25,
          maxWidth: 560,
          pl: 1.5,
          pr: 0.5,
          py: 0.75,
          borderRadius: 1,
          border: `1px solid ${theme.colours.outline}`,
          backgroundColor: theme.colours.surface,
          boxShadow: '0 6px 24px rgb(0 0 0 / 0.25)',
        })}
      >
        <ToneMark tone={shown.tone} />
        <span>{notificationText(t, shown.text)}</span>
        {route && (
          <Button
            onClick={() => {
              hideShownNotification();
              goTo(...route);
            }}
          >
            {t('notifications.show')}
          </Button>
        )}
        <IconButton aria-label={t('action.close')} onClick={hideShownNotification}>
          <CloseIcon fontSize="small" />
        </IconButton>
      </Box>
    </Snackbar>
  );
}
