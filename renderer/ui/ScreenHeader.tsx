import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';

interface Props {
  readonly title: string;
  /** Counts beside the title. */
  readonly detail?: string;
  readonly children?: ReactNode;
}

/** The line on top of every screen: what it is, how much of it, what can be done. */
export function ScreenHeader({ title, detail = '', children }: Props) {
  return (
    <Box
      component="header"
      sx={theme => ({
        display: 'flex',
        alignItems: 'center',
        flexWrap: 'wrap',
        gap: 1,
        px: 2,
        py: 1,
        minHeight: 56,
        borderBottom: `1px solid ${theme.colours.line}`,
      })}
    >
      <Box
        sx={{
          flex: detail === '' ? '1 1 auto' : '1 1 200px',
          minWidth: 0,
          display: 'flex',
          gap: 1.5,
          alignItems: 'baseline',
        }}
      >
        <Typography variant="h1" noWrap sx={{ flexShrink: 0 }}>
          {title}
        </Typography>
        <Box
          component="span"
          sx={{ color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
        >
          {detail}
        </Box>
      </Box>
      {children}
    </Box>
  );
}
