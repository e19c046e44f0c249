import CloseIcon from '@mui/icons-material/Close';
import { Box, IconButton } from '@mui/material';
import type { ReactNode } from 'react';
import { useT } from '../i18n/i18n.ts';

interface Props {
  readonly children: ReactNode;
  /** What went wrong with what it offers. */
  readonly below?: ReactNode;
  readonly onClose: () => void;
}

/** A line under a screen's header that offers something, until it is closed. */
export function Strip({ children, below, onClose }: Props) {
  const t = useT();
  return (
    <Box
      sx={theme => ({
        backgroundColor: theme.colours.raised,
        borderBottom: `1px solid ${theme.colours.line}`,
      })}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 2, py: 0.5 }}>
        {children}
        <IconButton aria-label={t('action.close')} onClick={onClose} sx={{ ml: 'auto' }}>
          <CloseIcon fontSize="small" />
        </IconButton>
      </Box>
      {below}
    </Box>
  );
}
