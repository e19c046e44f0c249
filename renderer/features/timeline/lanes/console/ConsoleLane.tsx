import { Box } from '@mui/material';
import type { KeyboardEvent, MouseEvent } from 'react';
import type { Deployment } from '#shared/contract/index.ts';
import type { Translate } from '../../../../i18n/catalogue.ts';
import { useT } from '../../../../i18n/i18n.ts';
import { clockText } from '../../../../ui/time-text.ts';
import { laneMeasures } from '../lane-measures.ts';
import type { ConsolePoint } from '../lane-row.ts';
import { type TimeView, timeAtX } from '../time-scale.ts';
import { ConsolePicture } from './ConsolePicture.tsx';
import { type ConsoleMark, nextMark } from './console-marks.ts';
import type { ConsoleLaneData } from './use-console-lane.ts';

interface Props {
  readonly name: string;
  readonly deployment: Deployment;
  readonly lane: ConsoleLaneData;
  readonly view: TimeView;
  readonly widthPx: number;
  /** The last moment of which something can be known. */
  readonly shownMs: number;
  /** The moment in hand, of this lane or of an event above. */
  readonly point: ConsolePoint | null;
  readonly onPoint: (point: ConsolePoint | null) => void;
}

const secondMs = 1000;
const pageMs = 60_000;

/** Where the console was recorded, and what it and the BMC said. One stop of the Tab key: a slider along the time. */
export function ConsoleLane(props: Props) {
  const { name, deployment, lane, view, widthPx, shownMs, point, onPoint } = props;
  const t = useT();
  const mark = lane.marks.find(({ key }) => key === point?.mark);
  const atMs = point?.atMs ?? shownMs;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = pointOfKey(event.key, props, atMs);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onPoint(next);
  };
  const onClick = (event: MouseEvent) => {
    const key = (event.target as Element).closest('[data-mark]')?.getAttribute('data-mark') ?? null;
    const hit = lane.marks.find(one => one.key === key);
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - laneMeasures.labelWidth;
    onPoint(hit ? pointOf(hit) : within(props, timeAtX(view, widthPx, Math.max(0, x))));
  };
  return (
    <Box
      role="slider"
      tabIndex={0}
      aria-label={t('lanes.consoleOf', { name })}
      aria-description={t('lanes.consoleKeys')}
      aria-valuemin={deployment.createdAt}
      aria-valuemax={Math.max(deployment.createdAt, shownMs)}
      aria-valuenow={atMs}
      aria-valuetext={momentText(t, atMs, mark)}
      onKeyDown={onKeyDown}
      onClick={onClick}
      sx={theme => ({
        flex: 'none',
        display: 'flex',
        overflow: 'hidden',
        cursor: 'crosshair',
        userSelect: 'none',
        borderTop: `1px solid ${theme.colours.line}`,
        backgroundColor: theme.colours.surface,
        '&:focus-visible': { outlineOffset: -2 },
      })}
    >
      <Box sx={{ width: laneMeasures.labelWidth, flex: 'none', px: 1.5, py: 0.75, minWidth: 0 }}>
        <Box sx={{ fontWeight: 600 }}>{t('lanes.console')}</Box>
        <Box sx={{ color: 'text.secondary', fontSize: 12 }}>
          {lane.recordings.length === 0
            ? t('lanes.consoleNone')
            : t('lanes.consoleMarks', { count: lane.marks.length })}
        </Box>
      </Box>
      <ConsolePicture lane={lane} view={view} widthPx={widthPx} shownMs={shownMs} point={point} />
    </Box>
  );
}

function momentText(t: Translate, atMs: number, mark: ConsoleMark | undefined): string {
  if (mark === undefined) return clockText(atMs);
  return t('word.colon', { what: clockText(mark.at), more: mark.text });
}

function pointOf({ key, at }: ConsoleMark): ConsolePoint {
  return { atMs: at, mark: key };
}

function within({ deployment, shownMs }: Props, atMs: number): ConsolePoint {
  const lastMs = Math.max(deployment.createdAt, shownMs);
  return { atMs: Math.round(Math.min(lastMs, Math.max(deployment.createdAt, atMs))), mark: null };
}

/** Undefined for a key that means nothing here, null for the one that lets go. */
function pointOfKey(key: string, props: Props, atMs: number): ConsolePoint | null | undefined {
  const { lane, point, deployment, shownMs } = props;
  const toMark = (step: 1 | -1) => {
    const mark = nextMark(lane.marks, point?.mark ?? null, atMs, step);
    return mark ? pointOf(mark) : point;
  };
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return within(props, atMs - secondMs);
    case 'ArrowRight':
    case 'ArrowUp':
      return within(props, atMs + secondMs);
    case 'PageDown':
      return within(props, atMs - pageMs);
    case 'PageUp':
      return within(props, atMs + pageMs);
    case 'Home':
      return within(props, deployment.createdAt);
    case 'End':
      return within(props, shownMs);
    case ',':
      return toMark(-1);
    case '.':
      return toMark(1);
    case 'Escape':
      return point === null ? undefined : null;
    default:
      return undefined;
  }
}
