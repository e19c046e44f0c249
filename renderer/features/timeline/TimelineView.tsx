import { Box, Button } from '@mui/material';
import { useMemo, useRef, useState } from 'react';
import type { Deployment, Node } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useEvents } from '../../client/use-events.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { LiveText } from '../../ui/LiveText.tsx';
import { useElementWidth } from '../../ui/use-element-width.ts';
import { useNow } from '../../ui/use-now.ts';
import { allowedActions } from '../rack/node-actions.ts';
import { startAction } from '../rack/perform-action.ts';
import { ConsoleSaid } from './ConsoleSaid.tsx';
import { DeploymentSummary } from './DeploymentSummary.tsx';
import { ErasedDisks } from './ErasedDisks.tsx';
import { EventList } from './EventList.tsx';
import { EventsOrSteps } from './EventsOrSteps.tsx';
import { errorEvent, eventAtStep } from './find-event.ts';
import { openTimeline } from './open-timeline.ts';
import { PhaseLane } from './PhaseLane.tsx';
import { spokenText } from './progress.ts';
import { RetryFrom } from './RetryFrom.tsx';
import { StepTable } from './StepTable.tsx';
import { SlowNotice } from './usual/SlowNotice.tsx';
import { slowStepOf } from './usual/slowness.ts';
import { usePastPhases } from './usual/use-past-phases.ts';

interface Props {
  readonly node: Node;
  readonly deployment: Deployment | undefined;
}

/** Room for steps and events side by side. */
const wideEnoughPx = 900;

/** The picture of a server's last deployment: phases on a lane, steps with figures, and every event. */
export function TimelineView({ node, deployment }: Props) {
  const t = useT();
  const frame = useRef<HTMLDivElement>(null);
  const isWide = useElementWidth(frame) >= wideEnoughPx;
  const events = useEvents({ nodeId: node.id });
  const now = useNow();
  const past = usePastPhases(useMemo(() => (deployment ? [deployment] : []), [deployment]));
  const usual = deployment && past(deployment);
  const slow = deployment && slowStepOf(deployment, usual, now);
  const [shown, setShown] = useState<'steps' | 'events'>('events');
  const [markedSeq, setMarkedSeq] = useState<number | null>(null);
  const own = useMemo(
    () => events?.filter(event => deployment !== undefined && event.at >= deployment.createdAt) ?? [],
    [events, deployment],
  );
  const mark = (seq: number | undefined) => {
    setShown('events');
    setMarkedSeq(seq ?? null);
  };
  const showStep = (name: string) => mark(eventAtStep(own, name)?.seq);
  const hasSteps = deployment !== undefined && (isWide || shown === 'steps');
  const hasEvents = deployment === undefined || isWide || shown === 'events';
  return (
    <Box ref={frame} sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 360 }}>
      {deployment && (
        <Box
          sx={{
            p: 2,
            pb: 1.5,
            display: 'grid',
            gridTemplateColumns: 'minmax(0, 1fr)',
            gap: 1.25,
            flex: 'none',
          }}
        >
          <LiveText text={spokenText(t, deployment)} />
          <DeploymentSummary deployment={deployment} hasLink={false} />
          <DeploymentError node={node} deployment={deployment} onShow={() => mark(errorEvent(own)?.seq)} />
          <ConsoleSaid deployment={deployment} events={own} onShow={mark} />
          <ErasedDisks deployment={deployment} />
          {slow && <SlowNotice slow={slow} />}
          <PhaseLane deployment={deployment} past={usual} onStep={showStep} />
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
            {!isWide && <EventsOrSteps shown={shown} onShow={setShown} />}
            <Button onClick={() => openTimeline([deployment.id])}>{t('lanes.open')}</Button>
          </Box>
        </Box>
      )}
      <Box sx={{ flex: 1, minHeight: 0, display: 'flex' }}>
        {hasSteps && (
          <Box sx={{ flex: isWide ? '0 0 42%' : 1, overflow: 'auto', px: 2, pb: 2 }}>
            <StepTable deployment={deployment} past={usual} onStep={showStep} />
          </Box>
        )}
        {hasEvents && <EventList events={events} markedSeq={markedSeq} onUnmark={() => setMarkedSeq(null)} />}
      </Box>
    </Box>
  );
}

interface ErrorProps {
  readonly node: Node;
  readonly deployment: Deployment;
  readonly onShow: () => void;
}

function DeploymentError({ node, deployment, onShow }: ErrorProps) {
  const t = useT();
  const client = useClient();
  const retry = useCommand(() => client.deployments.retry({ id: deployment.id }));
  const { error, nodeId, kind } = deployment;
  if (error === null) return null;
  const allowed = allowedActions(node, deployment);
  const mayInspect = allowed.has('inspect');
  const isCleaning = kind === 'cleaning';
  return (
    <>
      <ErrorLines
        error={error}
        actions={{
          ...(deployment.state === 'failed' && { retry: () => void retry.run() }),
          ...(!isCleaning &&
            kind !== 'rescue' && { 'deploy-again': () => openOverlay({ is: 'deploy', nodeId }) }),
          ...(mayInspect && { inspect: () => startAction(client, node, 'inspect') }),
          'edit-server': () => openOverlay({ is: 'edit-server', nodeId }),
          'open-networks': () => goTo('networks'),
        }}
      >
        <RetryFrom deployment={deployment} />
        <Button onClick={onShow}>{t('timeline.showError')}</Button>
        {isCleaning && allowed.has('clean') && (
          <Button onClick={() => startAction(client, node, 'clean')}>{t('action.clean')}</Button>
        )}
      </ErrorLines>
      {retry.error && <ErrorLines error={retry.error} />}
    </>
  );
}
