import { randomUUID } from 'node:crypto';
import type { StoredRequest, StoredStep } from '#engine/store/deployments.ts';
import type { EventMessage } from '#shared/contract/event-messages.ts';
import { CodedError, type Deployment, type DeployRequest, type ErrorData } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { diskImageSteps, reachingRamdisk } from './deploy/disk-image/steps.ts';
import type { DeployStep, Evidence, StepContext } from './deploy/step.ts';
import { applyEvent, changeNode, requireNode } from './node-state.ts';
import type { ProvisionServices } from './services.ts';

/** A ramdisk that spoke within this time is still waiting for us: a retry can go on where it stopped. */
const liveRamdiskMs = 60_000;

export type Deployer = ReturnType<typeof createDeployer>;

/**
 * Runs deployments: the list of steps is stored before the first one starts, each effect before the next begins, so
 * that a killed engine goes on from `resumeAll()`.
 */
export function createDeployer(services: ProvisionServices, asCoded: (error: unknown) => CodedError) {
  const { store, clock } = services;
  const running = new Map<DeploymentId, { abort: AbortController; ended: Promise<void> }>();

  function requireDeployment(id: DeploymentId): Deployment {
    const found = store.deployments.find(id);
    if (found === undefined)
      throw new CodedError('input.not_found', `no deployment ${id}`, { what: 'deployment', id });
    return found;
  }

  function create({ rootPassword, ...request }: DeployRequest): Deployment {
    const node = requireNode(store, request.nodeId);
    const image = store.images.find(request.imageId);
    if (image === undefined) {
      throw new CodedError('input.not_found', 'no such image', { what: 'image', id: request.imageId });
    }
    const rootPasswordHash = rootPassword === undefined ? undefined : services.hashPassword(rootPassword);
    const deployment: Deployment = {
      id: randomUUID() as DeploymentId,
      nodeId: node.id,
      nodeName: node.name,
      imageId: image.id,
      imageName: image.name,
      hostName: request.hostName,
      state: 'running',
      disk: request.disk.by === 'person' ? request.disk.disk : null,
      steps: diskImageSteps.map(step => ({
        name: step.name,
        state: 'pending',
        startedAt: null,
        finishedAt: null,
        progress: null,
        evidence: {},
        error: null,
      })),
      error: null,
      createdAt: clock.now(),
      finishedAt: null,
    };
    store.transaction(() => {
      applyEvent(store, node.id, 'deploy', clock.now(), { lastError: null, deploymentId: deployment.id });
      store.deployments.create(deployment, request);
      if (rootPasswordHash !== undefined) {
        store.secrets.put(`deployment:${deployment.id}`, 'root-password-hash', rootPasswordHash);
      }
    });
    start(deployment.id);
    return requireDeployment(deployment.id);
  }

  function start(id: DeploymentId): void {
    const abort = new AbortController();
    const ended = run(id, abort.signal).finally(() => running.delete(id));
    running.set(id, { abort, ended });
  }

  async function run(id: DeploymentId, signal: AbortSignal): Promise<void> {
    const begun: DeployStep[] = [];
    try {
      for (const step of diskImageSteps) {
        const stored = storedStep(id, step.name);
        begun.push(step);
        if (stored.state === 'done' || stored.state === 'skipped') continue;
        await runStep(step, stored, signal);
      }
      succeed(id);
    } catch (error) {
      if (signal.reason === engineStops) return;
      await fail(id, begun, error, signal);
    }
  }

  async function runStep(step: DeployStep, stored: StoredStep, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const context = contextOf(stored, signal);
    const startedAt = stored.startedAt ?? clock.now();
    const begun: StoredStep = { ...stored, state: 'running', startedAt, error: null };
    if (stored.state !== 'running') note(context.deployment, 'step.started', { step: step.name });
    store.deployments.saveStep(begun);
    const skipped = step.skip?.(context);
    const evidence: Evidence = skipped ?? (await step.run(context));
    signal.throwIfAborted();
    store.deployments.saveStep({
      ...begun,
      state: skipped === undefined ? 'done' : 'skipped',
      finishedAt: clock.now(),
      evidence,
    });
    note(context.deployment, skipped === undefined ? 'step.done' : 'step.skipped', { step: step.name });
  }

  function contextOf(stored: StoredStep, signal: AbortSignal): StepContext {
    const deployment = requireDeployment(stored.deploymentId);
    const request: StoredRequest = store.deployments.request(deployment.id);
    const image = store.images.find(deployment.imageId);
    if (image === undefined) {
      throw new CodedError('input.not_found', 'the image is gone', { what: 'image', id: deployment.imageId });
    }
    return {
      services,
      deployment,
      request,
      node: requireNode(store, deployment.nodeId),
      image,
      stepId: `${deployment.id}-${stored.position}-${stored.attempt}`,
      signal,
      showProgress: progress => store.deployments.showProgress(deployment.id, stored.name, progress),
    };
  }

  function storedStep(id: DeploymentId, name: string): StoredStep {
    const found = store.deployments.steps(id).find(step => step.name === name);
    if (found === undefined) throw new Error(`deployment ${id} has no step ${name}`);
    return found;
  }

  function note(deployment: Deployment, message: EventMessage, details: Record<string, unknown>): void {
    store.timeline.append({
      kind: 'step',
      nodeId: deployment.nodeId,
      deploymentId: deployment.id,
      message,
      details,
    });
  }

  function succeed(id: DeploymentId): void {
    const deployment = requireDeployment(id);
    store.transaction(() => {
      store.deployments.save({ ...deployment, state: 'succeeded', finishedAt: clock.now() });
      applyEvent(store, deployment.nodeId, 'done', clock.now(), { lastError: null });
      store.secrets.remove(`deployment:${id}`);
    });
    note(deployment, 'deployment.succeeded', { host: deployment.hostName });
  }

  async function fail(
    id: DeploymentId,
    begun: DeployStep[],
    cause: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    const error: ErrorData = asCoded(signal.aborted ? signal.reason : cause).toData();
    const deployment = requireDeployment(id);
    const cancelled = error.code === 'deploy.cancelled';
    const failed = store.deployments.steps(id).find(step => step.state === 'running');
    for (const step of begun.reverse()) {
      const stored = failed ?? storedStep(id, step.name);
      await step.undo?.(contextOf(stored, signal)).catch(undoError => {
        note(deployment, 'step.undo_failed', { step: step.name, text: asCoded(undoError).message });
      });
    }
    store.transaction(() => {
      if (failed !== undefined) {
        store.deployments.saveStep({ ...failed, state: 'failed', finishedAt: clock.now(), error });
      }
      store.deployments.save({
        ...requireDeployment(id),
        state: cancelled ? 'cancelled' : 'failed',
        error,
        finishedAt: clock.now(),
      });
      applyEvent(store, deployment.nodeId, cancelled ? 'abort' : 'fail', clock.now(), { lastError: error });
    });
    note(deployment, cancelled ? 'deployment.cancelled' : 'deployment.failed', {
      code: error.code,
      text: error.message,
    });
  }

  function cancel(id: DeploymentId): void {
    const deployment = requireDeployment(id);
    const run = running.get(id);
    if (run === undefined) {
      throw new CodedError('state.not_allowed', 'this deployment is over', {
        verb: 'cancel',
        state: deployment.state,
      });
    }
    run.abort.abort(new CodedError('deploy.cancelled', 'cancelled by a person', {}));
  }

  /** A failed or cancelled one again: from where it stopped if its ramdisk still waits, else from power-on. */
  function retry(id: DeploymentId): Deployment {
    const deployment = requireDeployment(id);
    if (deployment.state === 'running' || deployment.state === 'succeeded') {
      throw new CodedError('state.not_allowed', 'only a failed deployment can be tried again', {
        verb: 'retry',
        state: deployment.state,
      });
    }
    if (requireNode(store, deployment.nodeId).deploymentId !== id) {
      throw new CodedError('state.not_allowed', 'the server has a newer deployment', {
        verb: 'retry',
        state: 'superseded',
      });
    }
    const stillThere = services.agent.isLive(deployment.nodeId, liveRamdiskMs);
    store.transaction(() => {
      applyEvent(store, deployment.nodeId, 'deploy', clock.now(), { lastError: null });
      if (stillThere) changeNode(store, deployment.nodeId, { bootTarget: 'ramdisk' }, clock.now());
      store.deployments.save({ ...deployment, state: 'running', error: null, finishedAt: null });
      for (const step of store.deployments.steps(id)) {
        const again =
          step.state === 'failed' ||
          step.state === 'running' ||
          (!stillThere && reachingRamdisk.has(step.name));
        if (again) store.deployments.saveStep({ ...emptied(step), attempt: step.attempt + 1 });
      }
    });
    note(deployment, 'deployment.retried', { from: stillThere ? 'failed-step' : 'power-on' });
    start(id);
    return requireDeployment(id);
  }

  return {
    create,
    cancel,
    retry,
    /** After a start of the engine: every deployment that was running goes on. */
    resumeAll(): void {
      for (const deployment of store.deployments.running()) {
        note(deployment, 'deployment.resumed', {});
        start(deployment.id);
      }
    },
    /** The engine stops: runs end without changing anything stored. */
    async stop(): Promise<void> {
      const ends = [...running.values()].map(({ abort, ended }) => {
        abort.abort(engineStops);
        return ended;
      });
      await Promise.allSettled(ends);
    },
  };
}

const engineStops = new Error('the engine stops');

function emptied(step: StoredStep): StoredStep {
  return {
    ...step,
    state: 'pending',
    startedAt: null,
    finishedAt: null,
    progress: null,
    evidence: {},
    error: null,
  };
}
