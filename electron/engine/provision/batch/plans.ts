import type { SeenServer, ServerPlan } from '#engine/store/batches.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type DeployRequest, type Node } from '#shared/contract/index.ts';
import type { BatchId, DeploymentId, NodeId } from '#shared/model/ids.ts';
import { checkedIdentity } from '../config-drive.ts';
import { deploymentSecrets, passwordHash, rootPasswordHash } from '../deployment-secrets.ts';
import { requireNode } from '../node-state.ts';
import { review } from '../review.ts';
import type { ProvisionServices } from '../services.ts';

/** Under which the secrets of a server of a batch are sealed until its deployment is made. */
export function planSecrets(id: BatchId, nodeId: NodeId): string {
  return `batch:${id}:${nodeId}`;
}

/** A plan with the hash of the password that nobody keeps. */
export interface NewPlan {
  readonly plan: ServerPlan;
  readonly passwordHash: string | undefined;
}

/** Throws `input.invalid` for an identity that no machine could be given. */
export function newPlan(
  { store, bootServer, hashPassword }: ProvisionServices,
  { rootPassword, ...request }: DeployRequest,
): NewPlan {
  const node = requireNode(store, request.nodeId);
  const { reviewed, networks } = review(store, bootServer, request);
  checkedIdentity(store, node, request, networks, { rootPassword });
  const { provisionState, deploymentId } = node;
  return {
    plan: { request, seen: { provisionState, deploymentId, reviewed } },
    passwordHash: rootPassword === undefined ? undefined : hashPassword(rootPassword),
  };
}

export function sealPassword(store: Store, id: BatchId, { plan, passwordHash }: NewPlan): void {
  if (passwordHash === undefined) return;
  store.secrets.put(planSecrets(id, plan.request.nodeId), rootPasswordHash, passwordHash);
}

/** The deployment has it all now. */
export function handOver(store: Store, id: BatchId, nodeId: NodeId, deploymentId: DeploymentId): void {
  const hash = passwordHash(store, planSecrets(id, nodeId), rootPasswordHash);
  if (hash !== undefined) store.secrets.put(deploymentSecrets(deploymentId), rootPasswordHash, hash);
  forgetPlan(store, id, nodeId);
}

export function forgetPlan(store: Store, id: BatchId, nodeId: NodeId): void {
  store.batches.forgetPlan(id, nodeId);
  store.secrets.remove(planSecrets(id, nodeId));
}

export function forgetOldPlans(store: Store): void {
  for (const { batchId, nodeId } of store.batches.oldPlans()) forgetPlan(store, batchId, nodeId);
}

/** Up to `limit` batches that ended before then (epoch ms) are known no more. Gives how many went. */
export function forgetEndedBatches(store: Store, before: number, limit: number): number {
  return store.transaction(() => {
    const ids = store.batches.endedBefore(before, limit);
    for (const id of ids)
      for (const nodeId of store.batches.plannedIn(id)) store.secrets.remove(planSecrets(id, nodeId));
    store.batches.remove(ids);
    return ids.length;
  });
}

/** Stops where somebody has deployed the server or given it back since: nobody has reviewed what is on it now. */
export function requireAsSeen({ name, provisionState, deploymentId }: Node, seen: SeenServer): void {
  const wasInstalled = provisionState === 'active' && seen.provisionState !== 'active';
  if (deploymentId === seen.deploymentId && !wasInstalled) return;
  throw new CodedError('batch.server_changed', `${name} is not what was reviewed`, { node: name });
}
