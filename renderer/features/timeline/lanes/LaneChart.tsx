import { Box } from '@mui/material';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, type RefObject, useEffect, useId, useRef } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { hiddenText } from '../../../ui/hidden-text.ts';
import { Lane } from './Lane.tsx';
import { laneMeasures } from './lane-measures.ts';
import { type Choice, type LaneRow, neighbour, nextEvent } from './lane-row.ts';
import { TimeAxis } from './TimeAxis.tsx';
import { xAt } from './time-scale.ts';
import { useChartPointer } from './use-chart-pointer.ts';
import type { TimeWindow } from './use-time-view.ts';

interface Props {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly rows: readonly LaneRow[];
  readonly window: TimeWindow;
  readonly widthPx: number;
  /** The moment that is shown: the present, or the one that is replayed. */
  readonly shownMs: number;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
  readonly found: ReadonlySet<number> | null;
  readonly onPlay: () => void;
}

const panShare = 0.15;
const zoomStep = 1.5;

/** The lanes under one axis. Only those in view are drawn. One stop of the Tab key, with keys of its own. */
export function LaneChart(props: Props) {
  const { frame, rows, window, widthPx, shownMs, choice, onChoice } = props;
  const t = useT();
  const keysId = useId();
  const axis = useRef<HTMLDivElement>(null);
  const pointer = useChartPointer(frame, axis, window, widthPx);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => laneMeasures.height,
    getItemKey: index => rows[index]?.id ?? index,
    overscan: 2,
  });
  const chosenIndex = rows.findIndex(({ id }) => id === choice.id);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new choice scrolls, not every picture
  useEffect(() => {
    if (chosenIndex >= 0) virtual.scrollToIndex(chosenIndex, { align: 'auto' });
  }, [choice.id]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!takeKey(event.key, props)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  /** Before a lane hears of the click, which would take the event out of the hand again. */
  const onClickCapture = (event: MouseEvent) => {
    const target = (event.target as Element).closest('[data-seq]');
    const seq = Number(target?.getAttribute('data-seq'));
    if (pointer.isDragged() || target !== null) event.stopPropagation();
    if (pointer.isDragged() || target === null) return;
    const row = rows.find(({ events }) => events.some(one => one.seq === seq));
    if (row) onChoice({ id: row.id, seq });
  };
  const nowX = xAt(window.view, widthPx, shownMs);
  return (
    <>
      <Box id={keysId} sx={hiddenText}>
        {t('lanes.keys')}
      </Box>
      <Box
        ref={frame}
        role="application"
        aria-label={t('lanes.picture', { count: rows.length })}
        aria-describedby={keysId}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClickCapture={onClickCapture}
        onPointerDown={pointer.onPointerDown}
        onPointerMove={pointer.onPointerMove}
        onPointerUp={pointer.onPointerUp}
        sx={{
          flex: 1,
          minHeight: 0,
          overflowY: 'auto',
          overflowX: 'hidden',
          position: 'relative',
          userSelect: 'none',
          '&:focus-visible': { outlineOffset: -2 },
        }}
      >
        <Box
          ref={axis}
          sx={theme => ({
            position: 'sticky',
            top: 0,
            zIndex: 2,
            pl: `${laneMeasures.labelWidth}px`,
            borderBottom: `1px solid ${theme.colours.line}`,
            backgroundColor: theme.colours.raised,
            cursor: 'ew-resize',
          })}
        >
          <TimeAxis view={window.view} widthPx={widthPx} />
        </Box>
        <Box sx={{ position: 'relative' }} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(item => {
            const row = rows[item.index];
            if (row?.deployment === undefined) return null;
            return (
              <Lane
                key={row.id}
                deployment={row.deployment}
                events={row.events}
                past={row.past}
                view={window.view}
                widthPx={widthPx}
                nowMs={row.deployment.finishedAt ?? shownMs}
                selectedSeq={row.id === choice.id ? choice.seq : null}
                found={props.found}
                isChosen={row.id === choice.id}
                top={item.start}
                onChoose={onChoice}
              />
            );
          })}
          {nowX >= 0 && nowX <= widthPx && (
            <Box
              style={{ left: laneMeasures.labelWidth + nowX }}
              sx={theme => ({
                position: 'absolute',
                insetBlock: 0,
                width: 0,
                pointerEvents: 'none',
                borderLeft: `1px dashed ${theme.colours.accent}`,
              })}
            />
          )}
        </Box>
      </Box>
    </>
  );
}

/** False for a key that means nothing here. */
function takeKey(key: string, { rows, window, choice, onChoice, onPlay, shownMs }: Props): boolean {
  const present = rows.find(({ id }) => id === choice.id) ?? rows[0];
  const goToLane = (step: 1 | -1) => onChoice({ id: neighbour(rows, choice.id, step)?.id, seq: null });
  const goToEvent = (step: 1 | -1) => {
    const event = nextEvent(present?.events ?? [], choice.seq, step);
    if (present === undefined || event === undefined) return;
    onChoice({ id: present.id, seq: event.seq });
    window.show(event.at);
  };
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => window.pan(-panShare),
    ArrowRight: () => window.pan(panShare),
    ArrowUp: () => goToLane(-1),
    ArrowDown: () => goToLane(1),
    '+': () => window.zoom(1 / zoomStep),
    '=': () => window.zoom(1 / zoomStep),
    '-': () => window.zoom(zoomStep),
    '0': window.fit,
    Home: () => window.show(present?.deployment?.createdAt ?? shownMs),
    End: window.followPresent,
    ',': () => goToEvent(-1),
    '.': () => goToEvent(1),
    ' ': onPlay,
    Escape: () => onChoice({ id: choice.id, seq: null }),
  };
  const act = Object.hasOwn(actions, key) ? actions[key] : undefined;
  // Escape without an event in hand is for whoever is around.
  if (act === undefined || (key === 'Escape' && choice.seq === null)) return false;
  act();
  return true;
}
