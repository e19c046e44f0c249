import { Box } from '@mui/material';

interface Props {
  /** 0 to 1; null while nothing can be counted. */
  readonly value: number | null;
  /** What progresses: `Write image on r1u01`. */
  readonly label: string;
  readonly height?: number;
}

/** A progress bar thin enough for a table row. */
export function ThinBar({ value, label, height = 3 }: Props) {
  return (
    <Box
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(value !== null && { 'aria-valuenow': Math.floor(value * 100) })}
      sx={theme => ({
        height,
        width: '100%',
        borderRadius: height,
        overflow: 'hidden',
        backgroundColor: theme.colours.line,
      })}
    >
      <Box
        // Not in `sx`: each value there is a rule that the page keeps as long as it lives.
        style={{ width: value === null ? '35%' : `${value * 100}%` }}
        sx={theme => ({
          height: '100%',
          backgroundColor: theme.colours.busy,
          transition: 'width 200ms linear',
          ...(value === null && { animation: 'rackside-slide 1.4s ease-in-out infinite alternate' }),
          '@keyframes rackside-slide': { from: { marginLeft: 0 }, to: { marginLeft: '65%' } },
        })}
      />
    </Box>
  );
}
