import { Box, Button, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useMemo, useRef, useState } from 'react';
import type { Deployment, TimelineEvent } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import type { ScreenProps } from '../../../app/feature.ts';
import { goTo } from '../../../app/route.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { ScreenHeader } from '../../../ui/ScreenHeader.tsx';
import { useElementWidth } from '../../../ui/use-element-width.ts';
import { useNow } from '../../../ui/use-now.ts';
import { eventText, remembered } from '../event-text.ts';
import { idsOfRoute } from '../open-timeline.ts';
import { ExportMenu } from '../report/ExportMenu.tsx';
import { usePastPhases } from '../usual/use-past-phases.ts';
import { ChartToolbar } from './ChartToolbar.tsx';
import { LaneInHand } from './console/LaneInHand.tsx';
import { type EventQuery, nextFound, searchEvents } from './event-search.ts';
import { LaneChart } from './LaneChart.tsx';
import { LaneTable } from './LaneTable.tsx';
import { laneMeasures } from './lane-measures.ts';
import type { Choice, LaneRow } from './lane-row.ts';
import { ReplayBar } from './ReplayBar.tsx';
import { eventsUntil, knownAt } from './replay.ts';
import { rangeOf } from './segments.ts';
import { type LaneEvents, noEvents, useLaneEvents } from './use-lane-events.ts';
import { useReplay } from './use-replay.ts';
import { useShownDeployments } from './use-shown-deployments.ts';
import { useTimeView } from './use-time-view.ts';

/** Several deployments under each other on a common clock: those of the address, else all that run and the recent ones. */
export function TimelineScreen({ path: [named] }: ScreenProps) {
  const t = useT();
  const ids = useMemo(() => idsOfRoute(named), [named]);
  const deployments = useShownDeployments(ids);
  const isLoaded = useWorld(world => world.isLoaded);
  if (isLoaded && deployments.length === 0)
    return (
      <>
        <ScreenHeader title={t('lanes.title')} />
        <EmptyState
          title={t('lanes.emptyTitle')}
          actions={
            <Button variant="contained" onClick={() => goTo('rack')}>
              {t('lanes.toRack')}
            </Button>
          }
        >
          {t('lanes.emptyText')}
        </EmptyState>
      </>
    );
  return <Lanes key={named} deployments={deployments} isChosen={ids !== undefined} />;
}

interface LanesProps {
  readonly deployments: readonly Deployment[];
  /** They were named, and are not simply the recent ones. */
  readonly isChosen: boolean;
}

function Lanes({ deployments, isChosen }: LanesProps) {
  const t = useT();
  const [form, setForm] = useState<'picture' | 'table'>('picture');
  const [choice, setChoice] = useState<Choice>({ id: undefined, seq: null });
  const chart = useRef<HTMLDivElement>(null);
  const screen = useRef<HTMLDivElement>(null);
  const widthPx = Math.max(0, useElementWidth(screen) - laneMeasures.labelWidth - scrollBarPx);
  const isRunning = deployments.some(({ state }) => state === 'running');
  const range = useRange(deployments, isRunning);
  const replay = useReplay(range.endMs);
  const window = useTimeView(range, range.endMs);
  const shownMs = replay.atMs ?? range.endMs;
  const events = useEventsOfLanes(deployments, choice.id);
  const rows = useRows(deployments, events, replay.atMs);
  const search = useSearch(events, rows);
  const chosen = rows.find(({ id }) => id === choice.id) ?? (rows.length === 1 ? rows[0] : undefined);
  const inHand = deployments.find(({ id }) => id === chosen?.id);
  const found = search.found && eventsUntil(search.found, replay.atMs ?? Number.POSITIVE_INFINITY);
  const goToFound = (step: 1 | -1) => {
    const event = nextFound(found ?? [], choice.seq, step);
    if (event === undefined || event.deploymentId === null) return;
    setChoice({ id: event.deploymentId, seq: event.seq });
    window.show(event.at);
  };
  const running = deployments.filter(({ state }) => state === 'running').length;
  return (
    <Box ref={screen} sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
      <ScreenHeader
        title={t('lanes.title')}
        detail={t('lanes.summary', { count: deployments.length, running })}
      >
        {isChosen && <Button onClick={() => goTo('timeline')}>{t('lanes.showRecent')}</Button>}
        <ToggleButtonGroup
          exclusive
          aria-label={t('timeline.shown')}
          value={form}
          onChange={(_, picked: typeof form | null) => {
            if (picked !== null) setForm(picked);
          }}
        >
          <ToggleButton value="picture">{t('lanes.asPicture')}</ToggleButton>
          <ToggleButton value="table">{t('lanes.asTable')}</ToggleButton>
        </ToggleButtonGroup>
        <ExportMenu deployments={deployments} chosen={chosen?.deployment} />
      </ScreenHeader>
      <ChartToolbar
        window={window}
        query={search.query}
        onQuery={search.setQuery}
        found={found && { count: found.length, position: positionOf(found, choice.seq) }}
        onFound={goToFound}
      />
      {form === 'picture' ? (
        <LaneChart
          frame={chart}
          rows={rows}
          window={window}
          widthPx={widthPx}
          shownMs={shownMs}
          choice={choice}
          onChoice={setChoice}
          found={search.foundSeqs}
          onPlay={() => replay.toggle(range.startMs)}
        />
      ) : (
        <LaneTable rows={rows} shownMs={shownMs} choice={choice} onChoice={setChoice} />
      )}
      {chosen && inHand && (
        <LaneInHand
          row={chosen}
          deployment={inHand}
          choice={choice}
          onChoice={setChoice}
          shownMs={shownMs}
          view={form === 'picture' ? window.view : undefined}
          widthPx={widthPx}
        />
      )}
      <ReplayBar replay={replay} range={range} />
    </Box>
  );
}

/** Room for the lanes' scroll bar, there or not: the clock must not jump. */
const scrollBarPx = 16;

function positionOf(found: readonly TimelineEvent[], seq: number | null): number {
  return found.findIndex(event => event.seq === seq) + 1;
}

/** All of the time that these deployments took; grows each second while one runs. */
function useRange(deployments: readonly Deployment[], isRunning: boolean) {
  const now = useNow();
  const untilMs = isRunning ? now : 0;
  return useMemo(() => rangeOf(deployments, untilMs), [deployments, untilMs]);
}

/** Many lanes have a share of the events each; the one in hand has all of its own. */
function useEventsOfLanes(
  deployments: readonly Deployment[],
  chosenId: DeploymentId | undefined,
): LaneEvents {
  const shared = useLaneEvents(deployments.map(({ id }) => id));
  const own = useLaneEvents(chosenId === undefined || deployments.length === 1 ? noIds : [chosenId]);
  return useMemo(() => new Map([...shared, ...own]), [shared, own]);
}

const noIds: readonly DeploymentId[] = [];

function useRows(
  deployments: readonly Deployment[],
  events: LaneEvents,
  replayedMs: number | null,
): readonly LaneRow[] {
  const pastOf = usePastPhases(deployments);
  return deployments.map(deployment => {
    const own = events.get(deployment.id) ?? noEvents;
    return {
      id: deployment.id,
      nodeName: deployment.nodeName,
      deployment: replayedMs === null ? deployment : knownAt(deployment, own, replayedMs),
      events: replayedMs === null ? own : eventsUntil(own, replayedMs),
      past: pastOf(deployment),
    };
  });
}

/** What is searched for, and where it was found. */
function useSearch(events: LaneEvents, rows: readonly LaneRow[]) {
  const t = useT();
  const [query, setQuery] = useState<EventQuery>({ text: '', kind: '' });
  const cleanings = rows
    .filter(({ deployment }) => deployment?.kind === 'cleaning')
    .map(({ id }) => id)
    .join();
  const sentenceOf = useMemo(
    () =>
      remembered((event: TimelineEvent) =>
        eventText(t, event, cleanings.includes(event.deploymentId ?? ' ')),
      ),
    [t, cleanings],
  );
  const found = useMemo(() => searchEvents(events, query, sentenceOf), [events, query, sentenceOf]);
  const foundSeqs = useMemo(() => found && new Set(found.map(({ seq }) => seq)), [found]);
  return { query, setQuery, found, foundSeqs };
}
