import { type Theme, useTheme } from '@mui/material/styles';
import type { Deployment, PastPhases, TimelineEvent } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { durationText } from '../../../ui/time-text.ts';
import { type Tone, toneColour } from '../../../ui/tone.ts';
import { stepFraction, stepName, stepProgressText } from '../progress.ts';
import { stepTone } from '../step-tone.ts';
import { isSlow } from '../usual/slowness.ts';
import { type Cluster, clustersOf, halfOfCount, halfOfDot } from './clusters.ts';
import { laneMeasures } from './lane-measures.ts';
import { bootPhasesOf, type Segment, segmentsOf } from './segments.ts';
import { type TimeView, xAt } from './time-scale.ts';

export interface LanePictureProps {
  readonly deployment: Deployment;
  /** Oldest first. */
  readonly events: readonly TimelineEvent[];
  readonly past: PastPhases | undefined;
  readonly view: TimeView;
  readonly widthPx: number;
  /** Up to where a step that runs is drawn. */
  readonly nowMs: number;
  readonly selectedSeq: number | null;
  /** Null: nothing is searched for. */
  readonly found: ReadonlySet<number> | null;
}

/** One deployment on the common clock: its steps, what its machine did while they waited, and a mark for each event. */
export function LanePicture(props: LanePictureProps) {
  const { deployment, events, view, widthPx, nowMs } = props;
  const segments = segmentsOf(deployment, events).filter(({ startMs, endMs }) =>
    isInView(view, startMs, endMs ?? nowMs),
  );
  return (
    <svg width={widthPx} height={laneMeasures.height} aria-hidden="true" style={{ display: 'block' }}>
      {segments.map(segment => (
        <Bar key={`${segment.step} ${segment.startMs}`} segment={segment} {...props} />
      ))}
      {segments.map(segment => (
        <Phases key={`${segment.step} ${segment.startMs}`} segment={segment} {...props} />
      ))}
      {clustersOf(events, view, widthPx, laneMeasures.marks.gap).map(cluster => (
        <Mark key={cluster.events[0]?.seq} cluster={cluster} {...props} />
      ))}
    </svg>
  );
}

function isInView(view: TimeView, startMs: number, endMs: number): boolean {
  return startMs <= view.endMs && endMs >= view.startMs;
}

/** Cut to the picture: a browser draws no rectangle that is a million pixels wide. */
function placeOf({ view, widthPx }: LanePictureProps, startMs: number, endMs: number) {
  const left = Math.max(-10, xAt(view, widthPx, startMs));
  const right = Math.min(widthPx + 10, xAt(view, widthPx, endMs));
  return { x: left, width: Math.max(2, right - left - 1) };
}

const leastTextPx = 34;

function Bar(props: LanePictureProps & { readonly segment: Segment }) {
  const { segment, deployment, past, nowMs } = props;
  const t = useT();
  const theme = useTheme();
  const endMs = segment.endMs ?? nowMs;
  const durationMs = endMs - segment.startMs;
  const { x, width } = placeOf(props, segment.startMs, endMs);
  const { top, height } = laneMeasures.bar;
  const slow = segment.state !== 'skipped' && isSlow(past, segment.step, durationMs);
  const colour = toneColour(theme, barTone(segment, slow));
  const row = segment.endMs === null ? deployment.steps.find(({ name }) => name === segment.step) : undefined;
  const filled = segment.endMs === null ? (row && stepFraction(row)) || 0 : 1;
  const progress = row === undefined ? '' : stepProgressText(t, row);
  const title = [
    stepName(segment.step),
    t(`stepState.${segment.state}`),
    durationText(t, durationMs),
    slow ? t('lanes.slow') : '',
    progress,
  ].filter(part => part !== '');
  return (
    <g data-at={segment.startMs}>
      <title>{title.join(', ')}</title>
      <rect x={x} y={top} width={width} height={height} rx={3} fill={colour} fillOpacity={0.06} />
      <rect x={x} y={top} width={width * filled} height={height} rx={3} fill={colour} fillOpacity={0.24} />
      <rect
        x={x + 0.5}
        y={top + 0.5}
        width={Math.max(1, width - 1)}
        height={height - 1}
        rx={3}
        fill="none"
        stroke={colour}
        strokeWidth={slow ? 2 : 1}
      />
      <BarText x={x} width={width} y={top} height={height} theme={theme}>
        {[slow ? '!' : '', stepName(segment.step), progress].filter(part => part !== '').join(' ')}
      </BarText>
    </g>
  );
}

function barTone({ state }: Segment, slow: boolean): Tone {
  return slow && state !== 'failed' ? 'waiting' : stepTone(state);
}

interface BarTextProps {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  readonly fontSize?: number;
  readonly children: string;
}

/** Cut off where the bar ends; from the left edge of what is seen of it. */
function BarText({ x, y, width, height, theme, fontSize = 12, children }: BarTextProps) {
  const left = Math.max(0, x);
  const room = width - (left - x) - 8;
  if (room < leastTextPx) return null;
  return (
    <svg x={left + 5} y={y} width={room} height={height} aria-hidden="true">
      <text
        x={0}
        y={height / 2}
        dominantBaseline="central"
        fill={theme.colours.text}
        fontSize={fontSize}
        fontFamily={theme.typography.fontFamily}
      >
        {children}
      </text>
    </svg>
  );
}

function Phases(props: LanePictureProps & { readonly segment: Segment }) {
  const { segment, events, nowMs } = props;
  const t = useT();
  const theme = useTheme();
  const { top, height } = laneMeasures.phases;
  return bootPhasesOf(segment, events, nowMs).map(({ name, startMs, endMs }) => {
    const { x, width } = placeOf(props, startMs, endMs);
    return (
      <g key={name} data-at={startMs}>
        <title>{`${t(`bootPhase.${name}`)}, ${durationText(t, endMs - startMs)}`}</title>
        <rect x={x} y={top} width={width} height={height} rx={2} fill={theme.colours.line} />
        <BarText x={x} y={top} width={width} height={height} theme={theme} fontSize={10}>
          {t(`bootPhase.${name}`)}
        </BarText>
      </g>
    );
  });
}

function Mark({
  cluster,
  selectedSeq,
  found,
}: LanePictureProps & { readonly cluster: Cluster<TimelineEvent> }) {
  const t = useT();
  const theme = useTheme();
  const { x, events } = cluster;
  const shown = found === null ? events : events.filter(({ seq }) => found.has(seq));
  const first = shown[0] ?? events[0];
  const isSelected = events.some(({ seq }) => seq === selectedSeq);
  const colour = toneColour(theme, markTone(events));
  const { middle } = laneMeasures.marks;
  const count = events.length;
  return (
    <g data-seq={first?.seq} opacity={shown.length === 0 ? 0.25 : 1} style={{ cursor: 'pointer' }}>
      <title>{count === 1 && first ? t(`eventKind.${first.kind}`) : t('timeline.events', { count })}</title>
      {/* Larger than it looks, to be hit. */}
      <rect x={x - 10} y={middle - 12} width={20} height={24} fill="transparent" />
      {isSelected && (
        <circle cx={x} cy={middle} r={10} fill="none" stroke={theme.colours.focus} strokeWidth={2} />
      )}
      {count === 1 ? (
        <circle cx={x} cy={middle} r={halfOfDot} fill={colour} />
      ) : (
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
      )}
    </g>
  );
}

function markTone(events: readonly TimelineEvent[]): Tone {
  if (events.some(({ kind, message }) => kind === 'warning' || message === 'deployment.failed'))
    return 'failed';
  return events.some(({ kind }) => kind === 'step') ? 'busy' : 'idle';
}
