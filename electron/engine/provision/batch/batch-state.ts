import type { BatchedDeployment } from '#engine/store/batches.ts';
import type { Batch, BatchServer } from '#shared/contract/index.ts';
import type { DeploymentId, NodeId } from '#shared/model/ids.ts';

type ServerState = BatchServer['state'];
type ServerChange = Partial<Pick<BatchServer, 'state' | 'deploymentId' | 'error'>>;

/** Each server as its deployment is now, and the batch as its servers are. The same object where nothing is new. */
export function settled(batch: Batch, deployments: readonly BatchedDeployment[], now: number): Batch {
  const byId = new Map(deployments.map(deployment => [deployment.id, deployment]));
  const servers = batch.servers.map(server => asDeployed(server, byId));
  const state = stateOf(batch.state, servers);
  const isSame = state === batch.state && servers.every((server, index) => server === batch.servers[index]);
  return isSame
    ? batch
    : { ...batch, servers, state, finishedAt: state === 'ended' ? (batch.finishedAt ?? now) : null };
}

/** Also when a person has cancelled or retried the deployment by itself. */
function asDeployed(server: BatchServer, byId: ReadonlyMap<DeploymentId, BatchedDeployment>): BatchServer {
  const deployment = server.deploymentId === null ? undefined : byId.get(server.deploymentId);
  if (deployment === undefined) {
    // Its server was removed with all that is known of it.
    return server.state === 'running' ? { ...server, state: 'cancelled' } : server;
  }
  const { state, error } = deployment;
  // An end counts for what ran: what waits to be tried again, or was taken out, has an end of before.
  const isNews = server.state === 'running' || state === 'running' || state === 'succeeded';
  return isNews && state !== server.state ? { ...server, state, error } : server;
}

function stateOf(before: Batch['state'], servers: readonly BatchServer[]): Batch['state'] {
  const some = (state: ServerState) => servers.some(server => server.state === state);
  if (!some('waiting') && !some('running')) return 'ended';
  if (before === 'running' || before === 'ended') return 'running';
  return some('running') ? 'stopping' : 'stopped';
}

/** The next whose turn it is: there is a free place, and nobody stopped the batch. */
export function nextOf({ state, concurrency, servers }: Batch): BatchServer | undefined {
  const running = servers.filter(server => server.state === 'running').length;
  if (state !== 'running' || running >= concurrency) return undefined;
  return servers.find(server => server.state === 'waiting');
}

/** Those in one of these states, of all or of the one that was named. */
export function serversIn(
  { servers }: Batch,
  states: readonly ServerState[],
  only: NodeId | undefined,
): BatchServer[] {
  return servers.filter(
    ({ nodeId, state }) => states.includes(state) && (only === undefined || nodeId === only),
  );
}

export function withServers(batch: Batch, chosen: readonly BatchServer[], change: ServerChange): Batch {
  const servers = batch.servers.map(server => (chosen.includes(server) ? { ...server, ...change } : server));
  return { ...batch, servers };
}
