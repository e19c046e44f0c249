import { useTheme } from '@mui/material/styles';
import { clockText, dateText, preciseClockText } from '../../../ui/time-text.ts';
import { type TimeView, ticksOf, xAt } from './time-scale.ts';

interface Props {
  readonly view: TimeView;
  readonly widthPx: number;
}

const heightPx = 26;
const leastGapPx = 92;
/** Room for a text: half of one is read as another time. */
const textPx = 80;

/** The common clock of all lanes, in local time. */
export function TimeAxis({ view, widthPx }: Props) {
  const theme = useTheme();
  const zoneMs = -new Date(view.startMs).getTimezoneOffset() * 60_000;
  const { stepMs, at } = ticksOf(view, widthPx, leastGapPx, zoneMs);
  return (
    <svg width={widthPx} height={heightPx} aria-hidden="true" style={{ display: 'block' }}>
      {at.map(atMs => {
        const x = xAt(view, widthPx, atMs);
        return (
          <g key={atMs}>
            <line x1={x} x2={x} y1={18} y2={heightPx} stroke={theme.colours.outline} />
            {x + textPx <= widthPx && (
              <text
                x={x + 4}
                y={17}
                fontSize={11}
                fontFamily={theme.typography.fontFamily}
                fill={theme.colours.textQuiet}
              >
                {tickText(atMs, stepMs)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

function tickText(atMs: number, stepMs: number): string {
  if (stepMs < 1000) return preciseClockText(atMs);
  if (stepMs < 60_000) return clockText(atMs);
  return stepMs < 86_400_000 ? clockText(atMs).slice(0, 5) : dateText(atMs);
}
