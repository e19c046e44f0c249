import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { monoFont } from './fonts.ts';

/** Addresses, serial numbers, paths: text that is compared letter by letter. */
export function Mono({
  children,
  isWrapped = true,
}: {
  readonly children: ReactNode;
  readonly isWrapped?: boolean;
}) {
  return (
    <Box
      component="span"
      sx={{
        fontFamily: monoFont,
        fontSize: '0.92em',
        ...(isWrapped ? { overflowWrap: 'anywhere' } : { whiteSpace: 'nowrap' }),
      }}
    >
      {children}
    </Box>
  );
}
