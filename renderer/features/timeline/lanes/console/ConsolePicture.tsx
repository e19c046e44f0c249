import { type Theme, useTheme } from '@mui/material/styles';
import type { ConsoleRecording } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { useT } from '../../../../i18n/i18n.ts';
import { clockText } from '../../../../ui/time-text.ts';
import { toneColour } from '../../../../ui/tone.ts';
import { type Cluster, clustersOf, halfOfCount } from '../clusters.ts';
import { laneMeasures } from '../lane-measures.ts';
import type { ConsolePoint } from '../lane-row.ts';
import { type TimeView, xAt } from '../time-scale.ts';
import type { ConsoleMark } from './console-marks.ts';
import type { ConsoleLaneData } from './use-console-lane.ts';

interface Props {
  readonly lane: ConsoleLaneData;
  readonly view: TimeView;
  readonly widthPx: number;
  readonly shownMs: number;
  readonly point: ConsolePoint | null;
}

const { height, bar, marks: markPlace } = laneMeasures.console;

/** A bar where the console was recorded, nothing where it was not; under it a mark for what was said and noticed. */
export function ConsolePicture({ lane, view, widthPx, shownMs, point }: Props) {
  const theme = useTheme();
  const pointX = point === null ? -1 : xAt(view, widthPx, point.atMs);
  return (
    <svg width={widthPx} height={height} aria-hidden="true" style={{ display: 'block' }}>
      {lane.recordings.map(recording => (
        <Recorded key={recording.id} recording={recording} view={view} widthPx={widthPx} shownMs={shownMs} />
      ))}
      {pointX >= 0 && pointX <= widthPx && (
        <line x1={pointX} x2={pointX} y1={0} y2={height} stroke={theme.colours.focus} strokeWidth={1.5} />
      )}
      {clustersOf(lane.marks, view, widthPx, markPlace.gap).map(cluster => (
        <Mark key={cluster.events[0]?.key} cluster={cluster} chosen={point?.mark ?? null} />
      ))}
    </svg>
  );
}

interface RecordedProps extends Pick<Props, 'view' | 'widthPx' | 'shownMs'> {
  readonly recording: ConsoleRecording;
}

function Recorded({ recording: { startedAt, endedAt }, view, widthPx, shownMs }: RecordedProps) {
  const t = useT();
  const theme = useTheme();
  const endMs = Math.min(endedAt ?? shownMs, shownMs);
  // Cut to the picture: a browser draws no rectangle that is a million pixels wide.
  const left = Math.max(-10, xAt(view, widthPx, startedAt));
  const right = Math.min(widthPx + 10, xAt(view, widthPx, endMs));
  if (right < left) return null;
  return (
    <rect
      x={left}
      y={bar.top}
      width={Math.max(2, right - left)}
      height={bar.height}
      rx={2}
      fill={theme.colours.accent}
      fillOpacity={0.35}
      stroke={theme.colours.accent}
    >
      <title>{t('lanes.consoleRecorded', { from: clockText(startedAt), to: clockText(endMs) })}</title>
    </rect>
  );
}

interface MarkProps {
  readonly cluster: Cluster<ConsoleMark>;
  readonly chosen: string | null;
}

const worstFirst = ['failed', 'waiting', 'busy', 'good', 'idle'] as const;

function Mark({ cluster: { x, events: marks }, chosen }: MarkProps) {
  const t = useT();
  const theme = useTheme();
  const [first] = marks;
  if (first === undefined) return null;
  const { middle } = markPlace;
  const tone = worstFirst.find(one => marks.some(mark => mark.tone === one)) ?? 'idle';
  const colour = toneColour(theme, tone);
  const single = t('word.colon', { what: t(`lanes.mark.${first.kind}`), more: first.text });
  return (
    <g data-mark={first.key} style={{ cursor: 'pointer' }}>
      <title>{marks.length === 1 ? single : t('lanes.consoleMarks', { count: marks.length })}</title>
      {/* Larger than it looks, to be hit. */}
      <rect x={x - 10} y={middle - 12} width={20} height={24} fill="transparent" />
      {marks.some(({ key }) => key === chosen) && (
        <circle cx={x} cy={middle} r={10} fill="none" stroke={theme.colours.focus} strokeWidth={2} />
      )}
      {marks.length === 1 ? (
        <path d={shapeOf(first.kind, x, middle)} fill={colour} />
      ) : (
        <Count x={x} colour={colour} count={marks.length} theme={theme} />
      )}
    </g>
  );
}

interface CountProps {
  readonly x: number;
  readonly colour: string;
  readonly count: number;
  readonly theme: Theme;
}

function Count({ x, colour, count, theme }: CountProps) {
  const { middle } = markPlace;
  return (
    <>
      <rect x={x - halfOfCount} y={middle - 7} width={2 * halfOfCount} height={14} rx={7} fill={colour} />
      <text
        x={x}
        y={middle + 0.5}
        textAnchor="middle"
        dominantBaseline="central"
        fontSize={10}
        fontFamily={theme.typography.fontFamily}
        fill={theme.colours.surface}
      >
        {count > 99 ? '…' : count}
      </text>
    </>
  );
}

/** Each kind has a shape of its own, because colours alone say nothing to many. */
function shapeOf(kind: ConsoleMark['kind'], x: number, y: number): string {
  switch (kind) {
    case 'text':
      return `M${x - 5},${y - 3}h10v6h-10z`;
    case 'event-log':
      return `M${x - 4},${y - 4}h8v8h-8z`;
    case 'alarm':
      return `M${x},${y - 5}l5.5,10h-11z`;
    case 'alarm-over':
      return `M${x},${y + 5}l5.5,-10h-11z`;
    default:
      return assertNever(kind);
  }
}
