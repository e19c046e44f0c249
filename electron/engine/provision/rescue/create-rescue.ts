import { randomUUID } from 'node:crypto';
import type { StoredRescueRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import type { Deployment, Node } from '#shared/contract/index.ts';
import type { DeploymentId, NodeId } from '#shared/model/ids.ts';
import { deploymentSecrets } from '../deployment-secrets.ts';
import { applyEvent, requireNode } from '../node-state.ts';
import type { ProvisionServices } from '../services.ts';
import { notBegun, noteDeployment } from '../stored-deployment.ts';
import { rescueSteps, stepsOfEachBoot } from './steps.ts';

/** The rows of a new rescue. Throws `state.not_allowed`. What the one before sealed stays: it may be tried again afterwards. */
export function createRescue({ store, clock }: ProvisionServices, nodeId: NodeId): Deployment {
  const node = requireNode(store, nodeId);
  const earlier = rescueOf(store, node);
  const deployment: Deployment = {
    id: randomUUID() as DeploymentId,
    nodeId,
    nodeName: node.name,
    kind: 'rescue',
    imageId: null,
    imageName: '',
    hostName: '',
    state: 'running',
    disk: null,
    steps: rescueSteps.map(({ name }) => ({ name, ...notBegun })),
    error: null,
    createdAt: clock.now(),
    finishedAt: null,
  };
  applyEvent(store, nodeId, 'rescue', clock.now(), { lastError: null, deploymentId: deployment.id });
  // A rescue after a rescue goes back to what was before the first.
  const former = earlier === undefined ? formerOf(node) : store.deployments.rescueRequest(earlier.id).former;
  store.deployments.create(deployment, { nodeId, former, leaving: null });
  store.agentSessions.forgetResults(nodeId);
  if (earlier !== undefined) store.secrets.remove(deploymentSecrets(earlier.id));
  return deployment;
}

/** The rescue that a server is in, or that failed and was not left. */
export function rescueOf(store: Store, { provisionState, deploymentId }: Node): Deployment | undefined {
  if (!rescueStates.has(provisionState) || deploymentId === null) return undefined;
  const deployment = store.deployments.find(deploymentId);
  return deployment?.kind === 'rescue' ? deployment : undefined;
}

const rescueStates: ReadonlySet<Node['provisionState']> = new Set([
  'rescuing',
  'rescue wait',
  'rescue',
  'rescue failed',
  'unrescuing',
  'unrescue failed',
]);

function formerOf(node: Node): StoredRescueRequest['former'] {
  const { provisionState, targetProvisionState, bootTarget, deploymentId, lastError } = node;
  return { provisionState, targetProvisionState, bootTarget, deploymentId, lastError };
}

/** Waits for the new system's call and gives it a shell, with the key of before. */
export function beginRescueAgain({ store, clock }: ProvisionServices, deployment: Deployment): void {
  store.transaction(() => {
    applyEvent(store, deployment.nodeId, 'rescue', clock.now());
    store.deployments.save({ ...deployment, state: 'running', finishedAt: null });
    for (const step of store.deployments.steps(deployment.id))
      if (stepsOfEachBoot.has(step.name))
        store.deployments.saveStep({ ...step, ...notBegun, attempt: step.attempt + 1 });
  });
  noteDeployment(store, deployment, { message: 'rescue.restarted' });
}
