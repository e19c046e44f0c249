import { Box, Button } from '@mui/material';
import { useMemo, useState } from 'react';
import type { Deployment, Node } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useEvents } from '../../client/use-events.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { LiveText } from '../../ui/LiveText.tsx';
import { DeploymentSummary } from './DeploymentSummary.tsx';
import { EventList } from './EventList.tsx';
import { errorEvent, eventAtStep } from './find-event.ts';
import { PhaseLane } from './PhaseLane.tsx';
import { presentStep, stepName } from './progress.ts';
import { StepTable } from './StepTable.tsx';

interface Props {
  readonly node: Node;
  readonly deployment: Deployment | undefined;
}

/** The picture of a server's last deployment: phases on a lane, steps with figures, and every event under them. */
export function TimelineView({ node, deployment }: Props) {
  const t = useT();
  const client = useClient();
  const events = useEvents({ nodeId: node.id });
  const [markedSeq, setMarkedSeq] = useState<number | null>(null);
  const retry = useCommand(async () => {
    if (deployment) await client.deployments.retry({ id: deployment.id });
  });
  const own = useMemo(
    () => events?.filter(event => deployment !== undefined && event.at >= deployment.createdAt) ?? [],
    [events, deployment],
  );
  const step = deployment && presentStep(deployment);
  const spoken = deployment
    ? t('timeline.spoken', {
        state: t(`deployment.${deployment.state}`),
        step: step ? stepName(step.name) : '',
      })
    : '';
  const showStep = (name: string) => setMarkedSeq(eventAtStep(own, name)?.seq ?? null);
  const error = deployment?.error;
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 420 }}>
      <LiveText text={spoken} />
      {deployment && (
        <Box sx={{ p: 2, pb: 1, display: 'grid', gap: 1.25, flex: 'none' }}>
          <DeploymentSummary deployment={deployment} />
          {error && (
            <ErrorLines
              error={error}
              actions={{
                ...(deployment.state === 'failed' && { retry: () => void retry.run() }),
                'deploy-again': () => openOverlay({ is: 'deploy', nodeId: node.id }),
                'edit-server': () => openOverlay({ is: 'edit-server', nodeId: node.id }),
                'open-networks': () => goTo('networks'),
              }}
            >
              <Button onClick={() => setMarkedSeq(errorEvent(own)?.seq ?? null)}>
                {t('timeline.showError')}
              </Button>
            </ErrorLines>
          )}
          {retry.error && <ErrorLines error={retry.error} />}
          <PhaseLane deployment={deployment} onStep={showStep} />
          <StepTable deployment={deployment} onStep={showStep} />
        </Box>
      )}
      <EventList events={events} markedSeq={markedSeq} onUnmark={() => setMarkedSeq(null)} />
    </Box>
  );
}
