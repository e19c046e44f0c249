import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { ToneMark } from './ToneMark.tsx';
import type { Tone } from './tone.ts';

interface Props {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** More than the word: a sentence for the pointer. */
  readonly title?: string;
}

/** A mark with its word. */
export function ToneText({ tone, children, title }: Props) {
  return (
    <Box
      component="span"
      title={title}
      sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75, minWidth: 0, maxWidth: '100%' }}
    >
      <ToneMark tone={tone} />
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
        {children}
      </Box>
    </Box>
  );
}
