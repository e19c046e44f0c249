import CloseIcon from '@mui/icons-material/Close';
import { Box, Button, Drawer, IconButton, ToggleButton, ToggleButtonGroup, Typography } from '@mui/material';
import { useEffect, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { ToneMark } from '../ui/ToneMark.tsx';
import { ageText, zonedText } from '../ui/time-text.ts';
import { useNow } from '../ui/use-now.ts';
import type { Notification } from './notification.ts';
import { notificationText } from './notification-text.ts';
import { markNotificationsRead, useNotifications } from './notifications.ts';
import { goTo } from './route.ts';

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** What was told in this browser, newest first. */
export function NotificationDrawer({ isOpen, onClose }: Props) {
  const unread = useNotifications(state => state.unread);
  useEffect(() => {
    // Also those that come while a person looks.
    if (isOpen && unread > 0) markNotificationsRead();
  }, [isOpen, unread]);
  return (
    <Drawer
      anchor="right"
      open={isOpen}
      onClose={onClose}
      slotProps={{ paper: { role: 'dialog', 'aria-labelledby': 'notifications-title', sx: { width: 420 } } }}
    >
      <Notices onClose={onClose} />
    </Drawer>
  );
}

const filters = ['all', 'trouble', 'good'] as const;
type Filter = (typeof filters)[number];

function isShown(filter: Filter, { tone }: Notification): boolean {
  return filter === 'all' || (filter === 'good') === (tone === 'good');
}

function Notices({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const now = useNow();
  const all = useNotifications(state => state.all);
  const [filter, setFilter] = useState<Filter>('all');
  const found = all.filter(notification => isShown(filter, notification));
  return (
    <Box sx={{ p: 2, display: 'grid', gap: 1, alignContent: 'start' }}>
      <Box sx={{ display: 'flex', alignItems: 'center' }}>
        <Typography variant="h2" id="notifications-title" sx={{ flex: 1 }}>
          {t('notifications.title')}
        </Typography>
        <IconButton aria-label={t('action.close')} onClick={onClose}>
          <CloseIcon fontSize="small" />
        </IconButton>
      </Box>
      <ToggleButtonGroup
        exclusive
        aria-label={t('notifications.filter')}
        value={filter}
        onChange={(_, chosen: Filter | null) => {
          if (chosen !== null) setFilter(chosen);
        }}
      >
        {filters.map(name => (
          <ToggleButton key={name} value={name}>
            {t(`notifications.filter.${name}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {found.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('notifications.none')}</Box>}
      {found.map(({ id, at, tone, text, route }) => (
        <Box
          key={id}
          sx={theme => ({ borderTop: `1px solid ${theme.colours.line}`, py: 1, display: 'grid', gap: 0.5 })}
        >
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'baseline' }}>
            <ToneMark tone={tone} />
            <Box sx={{ flex: 1, overflowWrap: 'anywhere' }}>{notificationText(t, text)}</Box>
          </Box>
          <Box sx={{ display: 'flex', alignItems: 'center', pl: 2.25, color: 'text.secondary' }}>
            <span title={zonedText(at)}>{ageText(t, at, now)}</span>
            {route && (
              <Button
                sx={{ ml: 'auto' }}
                onClick={() => {
                  onClose();
                  goTo(...route);
                }}
              >
                {t('notifications.show')}
              </Button>
            )}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
