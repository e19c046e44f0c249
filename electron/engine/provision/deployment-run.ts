import { databaseFault } from '#engine/store/database.ts';
import type { StoredStep } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import type { CodedError, Deployment, ErrorData } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { transition } from '#shared/model/state-machine.ts';
import { stepsOfKind } from './deploy/kinds.ts';
import type { DeployStep, Evidence, StepContext } from './deploy/step.ts';
import { deploymentSecrets } from './deployment-secrets.ts';
import { applyEvent, requireNode } from './node-state.ts';
import { progressKeeper } from './progress-keeper.ts';
import type { ProvisionServices } from './services.ts';
import { stopInstaller } from './stop-installer.ts';
import { noteDeployment, requireDeployment, requireImage } from './stored-deployment.ts';

/** The reason of a signal that ends runs without changing anything stored. */
export const engineStops = new Error('the engine stops');

/**
 * Runs a deployment from its first step that is not done to its end, which is stored. Rejects only when something cannot
 * be stored: run again, it goes on.
 */
export async function runDeployment(
  services: ProvisionServices,
  asCoded: (error: unknown) => CodedError,
  id: DeploymentId,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const step of stepsOfKind[requireDeployment(services.store, id).kind]) {
      const stored = services.store.deployments.steps(id).find(({ name }) => name === step.name);
      // One that an older version began does without the steps that it did not have.
      if (stored === undefined || stored.state === 'done' || stored.state === 'skipped') continue;
      await runStep(services, step, stored, signal);
    }
    succeed(services, id);
  } catch (error) {
    if (signal.reason === engineStops) return;
    // Nothing is wrong with the machine, and an end could not be stored either.
    if (databaseFault(error) !== undefined) throw error;
    if (signal.aborted) await stopInstaller(services, requireDeployment(services.store, id));
    endUnfinished(services, id, asCoded(signal.aborted ? signal.reason : error).toData());
  }
}

/**
 * The end of a deployment that failed or was cancelled, whatever state store and machine are in: what would go on by
 * itself is taken back, and the row says `failed` or `cancelled`.
 */
export function endUnfinished(services: ProvisionServices, id: DeploymentId, error: ErrorData): void {
  const { store, clock } = services;
  const deployment = requireDeployment(store, id);
  const isCancel = error.code === 'deploy.cancelled';
  const steps = store.deployments.steps(id);
  store.transaction(() => {
    for (const step of stepsOfKind[deployment.kind].toReversed()) {
      const hasBegun = steps.some(({ name, state }) => name === step.name && state !== 'pending');
      if (hasBegun) undo(services, deployment, step);
    }
    const stopped = steps.find(({ state }) => state === 'running');
    if (stopped !== undefined) {
      store.deployments.saveStep({ ...stopped, state: 'failed', finishedAt: clock.now(), error });
    }
    store.deployments.save({
      ...deployment,
      state: isCancel ? 'cancelled' : 'failed',
      error,
      finishedAt: clock.now(),
    });
    const event = isCancel ? 'abort' : 'fail';
    const state = store.nodes.find(deployment.nodeId)?.provisionState;
    if (state !== undefined && transition(state, event) !== undefined)
      applyEvent(store, deployment.nodeId, event, clock.now(), { lastError: error });
  });
  services.installer.forget(deployment);
  noteDeployment(store, deployment, {
    message: `${deployment.kind === 'rescue' ? 'rescue' : 'deployment'}.${isCancel ? 'cancelled' : 'failed'}`,
    details: { code: error.code, text: error.message },
  });
}

function undo(services: ProvisionServices, deployment: Deployment, step: DeployStep): void {
  try {
    step.undo?.(services, deployment.nodeId);
  } catch (error) {
    const text = error instanceof Error ? error.message : 'unknown error';
    noteDeployment(services.store, deployment, {
      message: 'step.undo_failed',
      details: { step: step.name, text },
    });
  }
}

function succeed({ store, clock, installer }: ProvisionServices, id: DeploymentId): void {
  const deployment = requireDeployment(store, id);
  store.transaction(() => {
    store.deployments.save({ ...deployment, state: 'succeeded', finishedAt: clock.now() });
    // A cleaned machine belongs to nobody, and its name is free again.
    const left = deployment.kind === 'cleaning' ? { deploymentId: null } : {};
    applyEvent(store, deployment.nodeId, 'done', clock.now(), { lastError: null, ...left });
    // The key of a rescue is wanted as long as its shell is.
    if (deployment.kind !== 'rescue') store.secrets.remove(deploymentSecrets(id));
  });
  installer.forget(deployment);
  noteDeployment(
    store,
    deployment,
    deployment.kind === 'rescue'
      ? { message: 'rescue.ready' }
      : { message: 'deployment.succeeded', details: { host: deployment.hostName } },
  );
}

async function runStep(
  services: ProvisionServices,
  step: DeployStep,
  stored: StoredStep,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock } = services;
  signal.throwIfAborted();
  const context = contextOf(services, stored, signal);
  const begun: StoredStep = {
    ...stored,
    state: 'running',
    startedAt: stored.startedAt ?? clock.now(),
    error: null,
  };
  if (stored.state !== 'running')
    noteDeployment(store, context.deployment, { message: 'step.started', details: { step: step.name } });
  store.transaction(() => {
    store.deployments.saveStep(begun);
    step.begin?.(context);
  });
  const skipped = step.skip?.(context);
  const evidence: Evidence = skipped ?? (await step.run(context));
  signal.throwIfAborted();
  const state = skipped === undefined ? 'done' : 'skipped';
  // What others kept of it meanwhile (an installer's phase) stays.
  const now = storedStep(store, stored.deploymentId, step.name);
  store.deployments.saveStep({ ...now, state, finishedAt: clock.now(), evidence });
  noteDeployment(store, context.deployment, { message: `step.${state}`, details: { step: step.name } });
}

function contextOf(services: ProvisionServices, stored: StoredStep, signal: AbortSignal): StepContext {
  const { store } = services;
  const deployment = requireDeployment(store, stored.deploymentId);
  const keepTenths = progressKeeper(store, deployment, stored.name);
  return {
    services,
    deployment,
    get request() {
      return store.deployments.request(deployment.id);
    },
    node: requireNode(store, deployment.nodeId),
    get image() {
      return requireImage(store, deployment.imageId);
    },
    stepId: `${deployment.id}-${stored.position}-${stored.attempt}`,
    signal,
    showProgress(progress) {
      store.deployments.showProgress(deployment.id, stored.name, progress);
      keepTenths(progress);
    },
  };
}

function storedStep(store: Store, id: DeploymentId, name: string): StoredStep {
  const found = store.deployments.steps(id).find(step => step.name === name);
  if (found === undefined) throw new Error(`deployment ${id} has no step ${name}`);
  return found;
}
