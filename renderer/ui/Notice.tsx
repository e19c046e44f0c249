import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/** Something that a person must know before they go on; what can be done about it as buttons. */
export function Notice({ children }: { readonly children: ReactNode }) {
  return (
    <Box
      role="status"
      sx={theme => ({
        borderLeft: `3px solid ${theme.colours.waiting}`,
        backgroundColor: theme.colours.waitingGround,
        borderRadius: 1,
        px: 1.5,
        py: 1,
        display: 'grid',
        gap: 0.5,
        justifyItems: 'start',
      })}
    >
      {children}
    </Box>
  );
}
