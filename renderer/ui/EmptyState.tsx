import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';

interface Props {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** What a screen says before there is anything: what will stand here and how to begin. */
export function EmptyState({ title, children, actions }: Props) {
  return (
    <Box
      sx={{ p: 3, maxWidth: 720, display: 'grid', gap: 1.5, justifyItems: 'start', alignContent: 'start' }}
    >
      <Typography variant="h2">{title}</Typography>
      {children && <Box sx={{ color: 'text.secondary' }}>{children}</Box>}
      {actions && <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>{actions}</Box>}
    </Box>
  );
}
