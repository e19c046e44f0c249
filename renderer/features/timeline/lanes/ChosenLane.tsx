import { Box, Button } from '@mui/material';
import { useState } from 'react';
import { goTo } from '../../../app/route.ts';
import { useT } from '../../../i18n/i18n.ts';
import { LiveText } from '../../../ui/LiveText.tsx';
import { ConsoleSaid } from '../ConsoleSaid.tsx';
import { DeploymentSummary } from '../DeploymentSummary.tsx';
import { EventList } from '../EventList.tsx';
import { EventsOrSteps } from '../EventsOrSteps.tsx';
import { eventAtStep } from '../find-event.ts';
import { spokenText } from '../progress.ts';
import { StepTable } from '../StepTable.tsx';
import { SlowNotice, StepNow } from '../usual/SlowNotice.tsx';
import { slowStepOf } from '../usual/slowness.ts';
import { ConsoleTextAt } from './console/ConsoleTextAt.tsx';
import { PointDetail } from './console/PointDetail.tsx';
import type { ConsoleLaneData } from './console/use-console-lane.ts';
import { EventDetail } from './EventDetail.tsx';
import type { Choice, ConsolePoint, LaneRow } from './lane-row.ts';

interface Props {
  readonly row: LaneRow;
  readonly seq: number | null;
  /** Of its console's lane; null where an event is in hand, or nothing. */
  readonly point: ConsolePoint | null;
  readonly lane: ConsoleLaneData;
  readonly shownMs: number;
  readonly onChoice: (choice: Choice) => void;
}

/** Under the lanes: the chosen one's events or steps, and what is known of the event in hand. */
export function ChosenLane({ row, seq, point, lane, shownMs, onChoice }: Props) {
  const t = useT();
  const [shown, setShown] = useState<'events' | 'steps'>('events');
  const { deployment, events } = row;
  if (deployment === undefined) return null;
  const event = events.find(one => one.seq === seq);
  const slow = slowStepOf(deployment, row.past, shownMs);
  const running = deployment.steps.find(({ state }) => state === 'running');
  const choose = (chosen: number | null) => onChoice({ id: row.id, seq: chosen });
  return (
    <Box
      component="section"
      aria-label={t('lanes.of', { name: row.nodeName })}
      sx={theme => ({
        height: 'min(280px, 42%)',
        flex: 'none',
        display: 'flex',
        minHeight: 0,
        borderTop: `1px solid ${theme.colours.line}`,
        backgroundColor: theme.colours.surface,
      })}
    >
      <LiveText text={`${row.nodeName}. ${spokenText(t, deployment)}`} />
      <Box sx={{ flex: '1 1 55%', minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', px: 2, py: 0.5 }}>
          <strong>{row.nodeName}</strong>
          <EventsOrSteps shown={shown} onShow={setShown} />
          <Button onClick={() => goTo('rack', deployment.nodeId)} sx={{ ml: 'auto' }}>
            {t('lanes.openServer')}
          </Button>
        </Box>
        {shown === 'events' ? (
          <EventList events={events} markedSeq={seq} onUnmark={() => choose(null)} onChoose={choose} />
        ) : (
          <Box sx={{ overflow: 'auto', px: 2, pb: 1 }}>
            <StepTable
              deployment={deployment}
              past={row.past}
              onStep={name => choose(eventAtStep(events, name)?.seq ?? null)}
            />
          </Box>
        )}
      </Box>
      <Box
        tabIndex={0}
        role="region"
        aria-label={t('lanes.detail')}
        sx={theme => ({
          flex: '1 1 45%',
          minWidth: 0,
          overflow: 'auto',
          p: 2,
          display: 'grid',
          gap: 1.5,
          alignContent: 'start',
          borderLeft: `1px solid ${theme.colours.line}`,
          '&:focus-visible': { outlineOffset: -2 },
        })}
      >
        {point && (
          <PointDetail
            nodeId={deployment.nodeId}
            point={point}
            mark={lane.marks.find(({ key }) => key === point.mark)}
          />
        )}
        {slow && <SlowNotice slow={slow} />}
        {event && <EventDetail event={event} deployment={deployment} />}
        {event && lane.recordings.length > 0 && <ConsoleTextAt nodeId={deployment.nodeId} atMs={event.at} />}
        {!event && !point && (
          <>
            <DeploymentSummary deployment={deployment} hasLink={false} />
            <ConsoleSaid deployment={deployment} events={events} onShow={choose} />
            {running && !slow && <StepNow name={running.name} />}
          </>
        )}
      </Box>
    </Box>
  );
}
