import { useTheme } from '@mui/material/styles';
import { type Tone, toneColour } from './tone.ts';

interface Props {
  readonly isLit: boolean;
  readonly tone?: Tone;
  /** What it shows, in full: `eth0 52:54:00:aa:00:01, link at 10 Gbit/s`. */
  readonly label: string;
}

/** A small indicator lamp: filled is yes, hollow is no. */
export function Lamp({ isLit, tone = 'good', label }: Props) {
  const theme = useTheme();
  const colour = isLit ? toneColour(theme, tone) : theme.colours.outline;
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      // Not a styled component: a table of servers has a hundred lamps in view.
      style={{
        display: 'inline-block',
        width: 9,
        height: 9,
        borderRadius: '2px',
        border: `1.5px solid ${colour}`,
        backgroundColor: isLit ? colour : 'transparent',
        flex: 'none',
      }}
    />
  );
}
