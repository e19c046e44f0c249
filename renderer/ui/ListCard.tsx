import { Box } from '@mui/material';
import type { ReactNode } from 'react';

interface Props {
  readonly title: ReactNode;
  /** Beside the title, at the right. */
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** One thing of several: a disk, a NIC, a network. */
export function ListCard({ title, actions, children }: Props) {
  return (
    <Box
      sx={theme => ({
        display: 'grid',
        gap: 1,
        px: 1.5,
        py: 1.25,
        minWidth: 0,
        border: `1px solid ${theme.colours.line}`,
        borderRadius: 1,
        backgroundColor: theme.colours.surface,
      })}
    >
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: 1.25, minWidth: 0 }}>
        {title}
        {actions && <Box sx={{ ml: 'auto', display: 'flex', gap: 1 }}>{actions}</Box>}
      </Box>
      {children}
    </Box>
  );
}
