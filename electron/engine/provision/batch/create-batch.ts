import { randomUUID } from 'node:crypto';
import type { Store } from '#engine/store/store.ts';
import { type Batch, CodedError, type DeployRequest } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { BatchId } from '#shared/model/ids.ts';
import { requireNode } from '../node-state.ts';
import type { ProvisionServices } from '../services.ts';
import { requireImage } from '../stored-deployment.ts';
import { type Conflict, conflictsAmong } from './conflicts.ts';
import { nextTurn } from './next-turn.ts';
import { forgetOldPlans, type NewPlan, newPlan, sealPassword } from './plans.ts';

/** As of any other input. */
const maxIssues = 20;

export interface NewBatch {
  readonly name: string;
  readonly concurrency: number;
  readonly servers: readonly DeployRequest[];
}

/** Stores all of it or nothing. What only stands against a deployment now is decided when its turn comes. */
export async function createBatch(services: ProvisionServices, wanted: NewBatch): Promise<Batch> {
  const { store, clock } = services;
  refuseConflicts(store, wanted.servers);
  const plans: NewPlan[] = [];
  for (const [index, request] of wanted.servers.entries()) {
    plans.push(planAt(services, index, request));
    await nextTurn(); // a password's hash takes its time
  }
  const batch: Batch = {
    id: randomUUID() as BatchId,
    name: wanted.name,
    concurrency: wanted.concurrency,
    state: 'running',
    servers: wanted.servers.map(({ nodeId, hostName, imageId }) => ({
      nodeId,
      nodeName: requireNode(store, nodeId).name,
      hostName,
      imageName: requireImage(store, imageId).name,
      state: 'waiting',
      deploymentId: null,
      error: null,
    })),
    createdAt: clock.now(),
    finishedAt: null,
  };
  const { name, concurrency, servers } = batch;
  store.transaction(() => {
    refuseConflicts(store, wanted.servers); // another batch may have been made meanwhile
    store.batches.create(
      batch,
      plans.map(({ plan }) => plan),
    );
    for (const plan of plans) sealPassword(store, batch.id, plan);
    forgetOldPlans(store);
    const details = { name, servers: servers.length, concurrency };
    store.timeline.append({ kind: 'state', message: 'batch.begun', details });
  });
  return batch;
}

/** What is wrong with a request, said of its place in the batch. */
function planAt(services: ProvisionServices, index: number, request: DeployRequest): NewPlan {
  try {
    return newPlan(services, request);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'input.invalid') throw error;
    const { issues } = error.details as CodedError<'input.invalid'>['details'];
    throw new CodedError('input.invalid', error.message, {
      issues: issues.map(issue => ({ ...issue, path: `servers.${index}.${issue.path}` })),
    });
  }
}

function refuseConflicts(store: Store, servers: readonly DeployRequest[]): void {
  for (const { nodeId } of servers) {
    const { name: what } = requireNode(store, nodeId);
    const by =
      store.batches.holding(nodeId)?.name ??
      (store.deployments.runningOf(nodeId) === undefined ? undefined : 'deployment');
    if (by !== undefined) throw new CodedError('input.in_use', `${what} is in ${by}`, { what, by });
  }
  const issues = conflictsAmong(store, servers).flatMap((conflicts, index) =>
    conflicts.map(conflict => ({
      path: `servers.${index}.${fieldOf(conflict.code)}`,
      message: `the same as another server's`,
    })),
  );
  if (issues.length > 0)
    throw new CodedError('input.invalid', 'two servers of a batch cannot have the same', {
      issues: issues.slice(0, maxIssues),
    });
}

function fieldOf(code: Conflict['code']): string {
  switch (code) {
    case 'same_server':
    case 'waits_in_batch':
      return 'nodeId';
    case 'same_host_name':
      return 'hostName';
    case 'same_address':
      return 'networks';
    default:
      return assertNever(code);
  }
}
