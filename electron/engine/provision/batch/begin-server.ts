import { databaseFault } from '#engine/store/database.ts';
import { type Batch, type BatchServer, CodedError, type Deployment } from '#shared/contract/index.ts';
import { admit } from '../admission.ts';
import type { Deployer } from '../deployer.ts';
import { requireNode } from '../node-state.ts';
import { requireSameReview } from '../reviewed-disks.ts';
import type { ProvisionServices } from '../services.ts';
import { withServers } from './batch-state.ts';
import { forgetPlan, handOver, requireAsSeen } from './plans.ts';

export interface BatchParts {
  readonly services: ProvisionServices;
  readonly deployer: Pick<Deployer, 'create' | 'retry' | 'cancel'>;
  readonly asCoded: (error: unknown) => CodedError;
}

/**
 * Its turn: the deployment and its place in the batch are stored in one transaction, so that a kill leaves both or
 * neither. What stands against it is stored with the server, and the batch goes on. Throws only when nothing can be stored.
 */
export function beginServer(parts: BatchParts, batch: Batch, server: BatchServer): void {
  try {
    deploy(parts, batch, server);
  } catch (error) {
    if (databaseFault(error) !== undefined) throw error;
    refuse(parts, batch, server, parts.asCoded(error));
  }
}

function deploy({ services, deployer }: BatchParts, batch: Batch, server: BatchServer): void {
  const { store, bootServer } = services;
  const { nodeId } = server;
  const note = ({ id: deploymentId }: Deployment) =>
    store.batches.save(withServers(batch, [server], { state: 'running', deploymentId, error: null }));
  const plan = store.batches.plan(batch.id, nodeId);
  if (plan === undefined) {
    if (server.deploymentId === null) throw notAskedFor(server);
    deployer.retry(server.deploymentId, note);
    return;
  }
  const { request, seen } = plan;
  requireAsSeen(requireNode(store, nodeId), seen);
  const reviewed = admit(store, bootServer, request);
  requireSameReview(seen.reviewed, reviewed);
  const { confirmed: _, ...wanted } = request;
  deployer.create(wanted, reviewed, deployment => {
    note(deployment);
    handOver(store, batch.id, nodeId, deployment.id);
  });
}

/** Its request was forgotten long ago. */
function notAskedFor({ nodeName }: BatchServer): CodedError<'input.not_found'> {
  return new CodedError('input.not_found', 'what was asked for is not known any more', {
    what: 'deployment',
    id: nodeName,
  });
}

function refuse(
  { services: { store } }: BatchParts,
  batch: Batch,
  server: BatchServer,
  error: CodedError,
): void {
  const { nodeId } = server;
  const isGone = store.nodes.find(nodeId) === undefined;
  store.transaction(() => {
    store.batches.save(withServers(batch, [server], { state: 'refused', error: error.toData() }));
    // Nobody can try that again.
    if (isGone) forgetPlan(store, batch.id, nodeId);
    store.timeline.append({
      kind: 'warning',
      nodeId: isGone ? null : nodeId,
      message: 'batch.refused',
      details: { name: batch.name, code: error.code, text: error.message },
    });
  });
}
