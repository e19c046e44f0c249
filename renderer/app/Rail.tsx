import KeyboardCommandKeyIcon from '@mui/icons-material/KeyboardCommandKey';
import NotificationsNoneIcon from '@mui/icons-material/NotificationsNone';
import { Badge, Box, ButtonBase } from '@mui/material';
import type { ReactNode } from 'react';
import { useT } from '../i18n/i18n.ts';
import { features } from './features.ts';
import { useNotifications } from './notifications.ts';
import { routeHref } from './route.ts';

interface Props {
  readonly currentId: string;
  readonly onPalette: () => void;
  readonly onNotifications: () => void;
}

export function Rail({ currentId, onPalette, onNotifications }: Props) {
  const t = useT();
  const unread = useNotifications(state => state.unread);
  return (
    <Box
      component="nav"
      aria-label={t('app.navigation')}
      sx={theme => ({
        display: 'flex',
        flexDirection: 'column',
        backgroundColor: theme.colours.rail,
        color: theme.colours.railText,
        py: 1,
        overflow: 'auto',
      })}
    >
      {features.map(({ id, title, Icon }) => (
        <ButtonBase
          key={id}
          component="a"
          href={routeHref(id)}
          aria-current={id === currentId ? 'page' : undefined}
          sx={theme => ({
            ...itemStyle,
            '&[aria-current=page]': {
              color: '#ffffff',
              backgroundColor: theme.colours.railChosen,
              boxShadow: `inset 3px 0 0 ${theme.colours.railMark}`,
            },
            '&:hover': { color: '#ffffff' },
            '&.Mui-focusVisible': { outline: `2px solid ${theme.colours.railMark}`, outlineOffset: -3 },
          })}
        >
          <Icon sx={{ fontSize: 22 }} />
          {t(title)}
        </ButtonBase>
      ))}
      <Box sx={{ flex: 1 }} />
      <RailButton
        label={t('palette.open')}
        text={t('palette.short')}
        shortcut="Control+K"
        onClick={onPalette}
      >
        <KeyboardCommandKeyIcon sx={{ fontSize: 20 }} />
      </RailButton>
      <RailButton
        label={t('notifications.openWith', { count: unread })}
        text={t('notifications.short')}
        onClick={onNotifications}
      >
        <Badge badgeContent={unread} color="error" max={99}>
          <NotificationsNoneIcon sx={{ fontSize: 22 }} />
        </Badge>
      </RailButton>
    </Box>
  );
}

const itemStyle = {
  flexDirection: 'column',
  gap: '3px',
  py: 1.25,
  px: 0.5,
  fontSize: 12,
  lineHeight: 1.2,
  textAlign: 'center',
} as const;

interface RailButtonProps {
  readonly label: string;
  readonly text: string;
  readonly shortcut?: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function RailButton({ label, text, shortcut, onClick, children }: RailButtonProps) {
  return (
    <ButtonBase
      aria-label={label}
      aria-keyshortcuts={shortcut}
      title={label}
      onClick={onClick}
      sx={theme => ({
        ...itemStyle,
        '&:hover': { color: '#ffffff' },
        '&.Mui-focusVisible': { outline: `2px solid ${theme.colours.railMark}`, outlineOffset: -3 },
      })}
    >
      {children}
      <span aria-hidden="true">{text}</span>
    </ButtonBase>
  );
}
