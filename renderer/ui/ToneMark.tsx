import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { type Tone, toneColour } from './tone.ts';

const shapes: Readonly<Record<Tone, ReactElement>> = {
  idle: <circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  busy: <path d="M5 1.5 A3.5 3.5 0 1 1 1.5 5" fill="none" stroke="currentColor" strokeWidth="2" />,
  good: <circle cx="5" cy="5" r="4" fill="currentColor" />,
  waiting: <path d="M5 0.8 L9.6 9 L0.4 9 Z" fill="currentColor" />,
  failed: <path d="M5 0.3 L9.7 5 L5 9.7 L0.3 5 Z" fill="currentColor" />,
};

/** A small mark whose shape tells the tone to those who do not see its colour. The word stands beside it. */
export function ToneMark({ tone }: { readonly tone: Tone }) {
  return (
    <Box
      component="svg"
      viewBox="0 0 10 10"
      aria-hidden="true"
      sx={theme => ({
        width: 10,
        height: 10,
        flex: 'none',
        color: toneColour(theme, tone),
        ...(tone === 'busy' && { animation: 'rackside-turn 1.6s linear infinite' }),
        '@keyframes rackside-turn': { to: { transform: 'rotate(360deg)' } },
      })}
    >
      {shapes[tone]}
    </Box>
  );
}
