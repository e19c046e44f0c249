import { Box } from '@mui/material';
import type { ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly children: ReactNode;
}

/** Cards below each other that scroll by themselves, by keyboard too. */
export function CardList({ label, children }: Props) {
  return (
    <Box
      component="ul"
      aria-label={label}
      tabIndex={0}
      sx={{
        m: 0,
        p: 2,
        maxWidth: 1180,
        overflow: 'auto',
        display: 'grid',
        gap: 1,
        alignContent: 'start',
        listStyle: 'none',
      }}
    >
      {children}
    </Box>
  );
}
