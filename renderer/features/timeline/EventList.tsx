import { Box, MenuItem, Select, TextField } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type EventKind, eventKinds, type TimelineEvent } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { preciseClockText, zonedText } from '../../ui/time-text.ts';
import { isOfCleaning, useCleanings } from './cleanings.ts';
import { eventText, remembered } from './event-text.ts';

interface Props {
  /** Oldest first; null before the first answer. */
  readonly events: readonly TimelineEvent[] | null;
  /** The event to show and mark. */
  readonly markedSeq: number | null;
  readonly onUnmark: () => void;
  /** An event can be taken in hand: by a click, or by the arrow keys. */
  readonly onChoose?: (seq: number) => void;
}

const stepOfKey: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };

/** Every observation with its time. Follows the newest line as long as the end is in view. */
export function EventList({ events, markedSeq, onUnmark, onChoose }: Props) {
  const t = useT();
  const { measures } = useTheme();
  const [text, setText] = useState('');
  const [kind, setKind] = useState<EventKind | ''>('');
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const cleanings = useCleanings();
  const sentenceOf = useMemo(
    () => remembered(event => eventText(t, event, isOfCleaning(event, cleanings))),
    [t, cleanings],
  );
  const lines = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return (events ?? [])
      .map(event => ({ event, sentence: sentenceOf(event) }))
      .filter(
        line =>
          (kind === '' || line.event.kind === kind) &&
          words.every(word => line.sentence.toLowerCase().includes(word)),
      );
  }, [events, text, kind, sentenceOf]);
  // The same function while the lines are the same: another one has each of thousands measured again.
  const getItemKey = useCallback((index: number) => lines[index]?.event.seq ?? index, [lines]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => measures.rowHeight - 10,
    getItemKey,
    overscan: 10,
  });
  const latestChoose = useRef(onChoose);
  latestChoose.current = onChoose;
  const choose = useCallback((seq: number) => latestChoose.current?.(seq), []);
  const lastSeq = lines.at(-1)?.event.seq;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is what makes it scroll
  useEffect(() => {
    if (isAtEnd.current && markedSeq === null && lines.length > 0)
      virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [lastSeq]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new mark scrolls, not every new line
  useEffect(() => {
    const index = lines.findIndex(line => line.event.seq === markedSeq);
    if (index >= 0) virtual.scrollToIndex(index, { align: 'center' });
  }, [markedSeq]);

  return (
    <Box sx={{ flex: 1, minHeight: 180, display: 'flex', flexDirection: 'column' }}>
      <Box
        sx={theme => ({
          display: 'flex',
          gap: 1,
          px: 2,
          py: 1,
          alignItems: 'center',
          borderBlock: `1px solid ${theme.colours.line}`,
          backgroundColor: theme.colours.raised,
        })}
      >
        <TextField
          value={text}
          onChange={event => setText(event.target.value)}
          placeholder={t('timeline.filter')}
          slotProps={{ htmlInput: { 'aria-label': t('timeline.filter') } }}
          sx={{ maxWidth: 220 }}
        />
        <Select<EventKind | ''>
          displayEmpty
          value={kind}
          onChange={event => setKind(event.target.value)}
          slotProps={{ input: { 'aria-label': t('timeline.kind') } }}
          sx={{ minWidth: 130 }}
        >
          <MenuItem value="">{t('timeline.allKinds')}</MenuItem>
          {eventKinds.map(name => (
            <MenuItem key={name} value={name}>
              {t(`eventKind.${name}`)}
            </MenuItem>
          ))}
        </Select>
        <Box component="span" sx={{ color: 'text.secondary', ml: 'auto', whiteSpace: 'nowrap' }}>
          {t('timeline.events', { count: lines.length })}
        </Box>
      </Box>
      <Box
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t('timeline.eventList')}
        tabIndex={0}
        onKeyDown={event => {
          const step = onChoose && stepOfKey[event.key];
          if (!step) return;
          const index = lines.findIndex(line => line.event.seq === markedSeq);
          const target = lines[index < 0 ? lines.length - 1 : index + step];
          if (target) onChoose(target.event.seq);
          event.preventDefault();
        }}
        onScroll={() => {
          const element = scroller.current;
          if (element === null) return;
          isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
        }}
        onPointerDown={onUnmark}
        sx={{ flex: 1, overflow: 'auto', '&:focus-visible': { outlineOffset: -2 } }}
      >
        {events !== null && lines.length === 0 && (
          <Box sx={{ p: 2, color: 'text.secondary' }}>{t('timeline.nothing')}</Box>
        )}
        <Box sx={{ position: 'relative' }} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(item => {
            const line = lines[item.index];
            if (line === undefined) return null;
            return (
              <EventLine
                key={line.event.seq}
                event={line.event}
                sentence={line.sentence}
                isMarked={line.event.seq === markedSeq}
                top={item.start}
                height={item.size}
                onChoose={onChoose && choose}
              />
            );
          })}
        </Box>
      </Box>
    </Box>
  );
}

interface LineProps {
  readonly event: TimelineEvent;
  readonly sentence: string;
  readonly isMarked: boolean;
  readonly top: number;
  readonly height: number;
  readonly onChoose: ((seq: number) => void) | undefined;
}

/** Drawn again only when it is marked or moves: its list grows many times a second. */
const EventLine = memo(function Line({ event, sentence, isMarked, top, height, onChoose }: LineProps) {
  const t = useT();
  const marks = `${isMarked ? ' is-marked' : ''}${event.kind === 'warning' ? ' tone-failed' : ''}`;
  return (
    // biome-ignore lint/a11y: the list itself has the focus and hears the keys
    <div
      className={`event-line${onChoose ? ' is-choosable' : ''}${marks}`}
      style={{ top, height }}
      onClick={() => onChoose?.(event.seq)}
    >
      <time className="mono" title={zonedText(event.at)}>
        {preciseClockText(event.at)}
      </time>
      <span className="text-quiet">{t(`eventKind.${event.kind}`)}</span>
      <span className="text-cut" title={sentence}>
        {sentence}
      </span>
    </div>
  );
});
