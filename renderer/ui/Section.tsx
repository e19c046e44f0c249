import { Box, Typography } from '@mui/material';
import { type ReactNode, useId } from 'react';

interface Props {
  readonly title: string;
  /** Of the heading: 2 under a screen's own, 3 inside a sheet. */
  readonly level?: 2 | 3;
  /** Beside the title, at the right. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, level = 3, action, children }: Props) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ display: 'grid', gap: 1, minWidth: 0 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 30 }}>
        <Typography variant="h3" component={`h${level}`} id={id} sx={{ flex: 1 }}>
          {title}
        </Typography>
        {action}
      </Box>
      {children}
    </Box>
  );
}
