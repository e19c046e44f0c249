import CloseIcon from '@mui/icons-material/Close';
import { Box, IconButton, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useT } from '../i18n/i18n.ts';

interface Props {
  readonly title: string;
  /** Beside the title: chips, states. */
  readonly marks?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** One row of a list, beside the list. */
export function SideSheet({ title, marks, onClose, children }: Props) {
  const t = useT();
  return (
    <Box
      component="aside"
      aria-label={title}
      onKeyDown={event => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
      sx={theme => ({
        width: 'min(500px, 45%)',
        flex: 'none',
        overflow: 'auto',
        p: 2,
        display: 'grid',
        gap: 2,
        alignContent: 'start',
        borderLeft: `1px solid ${theme.colours.line}`,
        backgroundColor: theme.colours.surface,
      })}
    >
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        <Typography variant="h2" noWrap>
          {title}
        </Typography>
        {marks}
        <IconButton aria-label={t('action.close')} onClick={onClose} sx={{ ml: 'auto' }}>
          <CloseIcon fontSize="small" />
        </IconButton>
      </Box>
      {children}
    </Box>
  );
}
