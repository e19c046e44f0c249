import { Box } from '@mui/material';
import type { Deployment } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { useLatestEvents } from '../../client/latest-events.ts';
import { useQuery } from '../../client/use-query.ts';
import { useWorld } from '../../client/world-store.ts';
import { nextStepOf } from '../../i18n/error-text.ts';
import { useT } from '../../i18n/i18n.ts';

/** What is heard of a machine comes in bursts. */
const afterMs = 300;

/** Beside *Try again* of a deployment: where it goes on, which a new boot of the machine changes. */
export function RetryFrom({ deployment }: { readonly deployment: Deployment }) {
  const t = useT();
  const client = useClient();
  const { id, nodeId, state, error, finishedAt } = deployment;
  const heardSeq = useLatestEvents(({ byNode }) => byNode.get(nodeId)?.seq);
  const power = useWorld(({ nodes }) => nodes.get(nodeId)?.powerState);
  const isOffered = state === 'failed' && error !== null && nextStepOf[error.code] === 'retry';
  const key = isOffered ? [id, finishedAt, heardSeq, power].join(' ') : null;
  const start = useQuery(key, signal => client.deployments.retryFrom({ id }, signal), afterMs);
  if (start.data === undefined) return null;
  return (
    <Box component="span" sx={{ color: 'text.secondary' }}>
      {t(`retryMeans.${start.data.from}`)}
    </Box>
  );
}
