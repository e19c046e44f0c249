import { Box, Button, Link } from '@mui/material';
import type { BatchServer } from '#shared/contract/index.ts';
import type { BatchId } from '#shared/model/ids.ts';
import { openOverlay } from '../../../app/overlay.ts';
import { goTo, routeHref } from '../../../app/route.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines, type NextActions } from '../../../ui/ErrorLines.tsx';
import { ListCard } from '../../../ui/ListCard.tsx';
import { Mono } from '../../../ui/Mono.tsx';
import { ThinBar } from '../../../ui/ThinBar.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { allowedActions } from '../../rack/node-actions.ts';
import { startAction } from '../../rack/perform-action.ts';
import {
  overallFraction,
  presentStep,
  progressLabel,
  stepName,
  stepProgressText,
} from '../../timeline/progress.ts';
import { RetryFrom } from '../../timeline/RetryFrom.tsx';
import { mayCancel, mayRetry, serverTone } from './batch-text.ts';

interface Props {
  readonly batchId: BatchId;
  readonly server: BatchServer;
}

/** A server of a batch: its state, how far it is, and where it failed the cause with the button that mends it. */
export function BatchServerRow({ batchId, server }: Props) {
  const t = useT();
  const client = useClient();
  const { nodeId, nodeName: name } = server;
  const isWaiting = server.state === 'waiting';
  const retry = useCommand(() => client.batches.retry({ id: batchId, nodeId }));
  const takeOut = useCommand(() => client.batches.cancel({ id: batchId, nodeId }));
  const node = useWorld(world => world.nodes.get(nodeId));
  const deployment = useWorld(world => world.deployments.get(server.deploymentId ?? ''));
  const failure = retry.error ?? takeOut.error;
  // What runs is stopped as anywhere else, after a question.
  const cancel = () => {
    if (server.state === 'running' && node !== undefined) startAction(client, node, 'abort');
    else void takeOut.run();
  };
  const nextActions = useNextActions(server, () => void retry.run());
  return (
    <li>
      <ListCard
        title={
          <>
            <Link href={routeHref('rack', nodeId, 'timeline')} sx={{ fontWeight: 600 }}>
              {name}
            </Link>
            <ToneText tone={serverTone(server.state)}>{t(`batchServer.${server.state}`)}</ToneText>
            <Mono>{server.hostName}</Mono>
            <span>{server.imageName}</span>
          </>
        }
        actions={
          <>
            {mayRetry(server) && (
              <Button
                variant="outlined"
                disabled={retry.isPending}
                aria-label={t('batches.retryOne', { name })}
                onClick={() => void retry.run()}
              >
                {t('batches.retry')}
              </Button>
            )}
            {mayCancel(server) && (
              <Button
                disabled={takeOut.isPending}
                aria-label={t(isWaiting ? 'batches.takeOutOne' : 'batches.cancelOne', { name })}
                onClick={cancel}
              >
                {t(isWaiting ? 'batches.takeOut' : 'batches.cancel')}
              </Button>
            )}
          </>
        }
      >
        {server.state === 'running' && <Progress server={server} />}
        {server.error && mayRetry(server) && (
          <ErrorLines error={server.error} actions={nextActions}>
            {deployment && <RetryFrom deployment={deployment} />}
          </ErrorLines>
        )}
        {failure && <ErrorLines error={failure} />}
      </ListCard>
    </li>
  );
}

/** What mends a failure from here; after it, *Retry* goes on. */
function useNextActions({ nodeId }: BatchServer, retry: () => void): NextActions {
  const client = useClient();
  const node = useWorld(world => world.nodes.get(nodeId));
  if (node === undefined) return { retry };
  const allowed = allowedActions(node, undefined);
  return {
    retry,
    'open-networks': () => goTo('networks'),
    'edit-server': () => openOverlay({ is: 'edit-server', nodeId }),
    ...(allowed.has('deploy') && { 'deploy-again': () => openOverlay({ is: 'deploy', nodeId }) }),
    ...(allowed.has('inspect') && { inspect: () => startAction(client, node, 'inspect') }),
  };
}

function Progress({ server }: { readonly server: BatchServer }) {
  const t = useT();
  const deployment = useWorld(world => world.deployments.get(server.deploymentId ?? ''));
  if (deployment === undefined) return null;
  const step = presentStep(deployment);
  return (
    <Box sx={{ display: 'grid', gap: 0.5 }}>
      <ThinBar value={overallFraction(deployment)} label={progressLabel(t, deployment)} />
      {step && <span>{[stepName(step.name), stepProgressText(t, step)].filter(Boolean).join(' · ')}</span>}
    </Box>
  );
}
