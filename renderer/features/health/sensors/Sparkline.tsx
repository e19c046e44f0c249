import { useTheme } from '@mui/material/styles';
import type { SensorPoint } from '#shared/contract/index.ts';
import { type SparkSize, sparkPath, sparkY } from './sparkline.ts';
import type { ThresholdLine } from './thresholds.ts';
import type { TimeSpan } from './time-span.ts';
import { linesWithin, valueRange } from './value-scale.ts';

interface Props {
  readonly points: readonly SensorPoint[];
  readonly lines: readonly ThresholdLine[];
  readonly span: TimeSpan;
}

const size: SparkSize = { widthPx: 132, heightPx: 22 };

/** A day of a sensor in a line, with the limits that are near. Beside it stands the value in words. */
export function Sparkline({ points, lines, span }: Props) {
  const { colours } = useTheme();
  const range = valueRange(points, lines);
  if (range === null) return null;
  return (
    <svg
      width={size.widthPx}
      height={size.heightPx}
      aria-hidden="true"
      style={{ display: 'block', overflow: 'visible' }}
    >
      {linesWithin(lines, range).map(({ name, value, tone }) => (
        <line
          key={name}
          x1={0}
          x2={size.widthPx}
          y1={sparkY(range, size, value)}
          y2={sparkY(range, size, value)}
          stroke={colours[tone]}
          strokeDasharray="3 2"
        />
      ))}
      <path
        d={sparkPath(points, span, range, size)}
        fill="none"
        stroke={colours.text}
        strokeWidth={1.4}
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
