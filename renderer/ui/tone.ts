import type { Theme } from '@mui/material/styles';

/** What a colour means, everywhere on the page. Never the only sign: a word or a shape stands beside it. */
export type Tone = 'idle' | 'busy' | 'good' | 'waiting' | 'failed';

export function toneColour(theme: Theme, tone: Tone): string {
  return theme.colours[tone];
}
