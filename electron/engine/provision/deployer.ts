import { randomUUID } from 'node:crypto';
import type { FrozenProfile, ReviewedDisk, StoredStep } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type Deployment, type DeploymentKind, type RetryStart } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import type { DeploymentId, NodeId } from '#shared/model/ids.ts';
import { addressesOfOthers } from './addresses-of-others.ts';
import { kindOf, lastStepsBeforeWork, stepsOfKind } from './deploy/kinds.ts';
import { closeDoor } from './deploy/steps/door.ts';
import { withProfile } from './deploy/storage-of.ts';
import { endUnfinished, engineStops, runDeployment } from './deployment-run.ts';
import { deploymentSecrets, passwordHash, rootPasswordHash, userSecret } from './deployment-secrets.ts';
import { applyEvent, requireNode } from './node-state.ts';
import { profileSecrets } from './profile-secrets.ts';
import { beginRescueAgain, createRescue } from './rescue/create-rescue.ts';
import type { WantedCleaning, WantedDeployment } from './reviewed-disks.ts';
import { forgetOldProfiles, withRulesOfNode } from './rules-of-node.ts';
import type { ProvisionServices } from './services.ts';
import { installerMayWrite } from './stop-installer.ts';
import { notBegun, noteDeployment, requireDeployment, requireImage } from './stored-deployment.ts';

/** A ramdisk that spoke within this time is still waiting for us: a retry can go on where it stopped. */
const liveRamdiskMs = 60_000;

/** What happened could not be stored (a full disk): the run is taken up again after this. */
const storeAgainMs = 5000;

/** What `start` knows of a run. */
interface Run {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

type Note = (deployment: Deployment) => void;

interface DeployerParts {
  readonly services: ProvisionServices;
  readonly asCoded: (error: unknown) => CodedError;
  readonly running: Map<DeploymentId, Run>;
}

export type Deployer = ReturnType<typeof createDeployer>;

/**
 * Runs deployments: the list of steps is stored before the first one starts, each effect before the next begins, so
 * that a killed engine goes on from `resumeAll()`.
 */
export function createDeployer(services: ProvisionServices, asCoded: (error: unknown) => CodedError) {
  const { store } = services;
  const parts: DeployerParts = { services, asCoded, running: new Map() };
  return {
    /** `reviewed`: the disks that may be overwritten; null: whichever are found. `note` stores what belongs to it with it. */
    create(
      request: WantedDeployment,
      reviewed: ReviewedDisk[] | null,
      note: Note = () => undefined,
    ): Deployment {
      const deployment = store.transaction(() => {
        const made = createRows(services, request, reviewed);
        note(made);
        return made;
      });
      start(parts, deployment.id);
      return requireDeployment(store, deployment.id);
    },
    /** Disks are erased; the same rules as for a deployment. */
    clean(request: WantedCleaning): Deployment {
      const deployment = store.transaction(() => createCleaning(services, request));
      start(parts, deployment.id);
      return requireDeployment(store, deployment.id);
    },
    /** A shell in memory; the server goes back to what it was when that is left (`rescue/rescues.ts`). */
    rescue(nodeId: NodeId): Deployment {
      const deployment = store.transaction(() => createRescue(services, nodeId));
      start(parts, deployment.id);
      return requireDeployment(store, deployment.id);
    },
    /** Its server was restarted by somebody: a new system without a shell waits there. */
    rescueAgain(id: DeploymentId): void {
      beginRescueAgain(services, requireDeployment(store, id));
      start(parts, id);
    },
    cancel: (id: DeploymentId): void => cancel(parts, id),
    /** A failed or cancelled one again: from where it stopped if its ramdisk still waits, else from power-on. */
    retry(id: DeploymentId, note: Note = () => undefined): Deployment {
      store.transaction(() => {
        prepareRetry(services, requireDeployment(store, id));
        note(requireDeployment(store, id));
      });
      start(parts, id);
      return requireDeployment(store, id);
    },
    retryFrom: (id: DeploymentId): RetryStart => retryStart(services, requireDeployment(store, id)),
    /** After a start of the engine: every deployment that was running goes on, or ends if that was asked for. */
    resumeAll(): void {
      for (const deployment of store.deployments.running()) {
        const isCancelled = store.deployments.cancelRequested(deployment.id);
        if (isCancelled && installerMayWrite(services, deployment)) {
          start(parts, deployment.id, cancelledByPerson());
        } else if (isCancelled) {
          endUnfinished(services, deployment.id, cancelledByPerson().toData());
        } else {
          noteDeployment(store, deployment, { message: 'deployment.resumed' });
          start(parts, deployment.id);
        }
      }
    },
    /** The engine stops: runs end without changing anything stored. */
    async stop(): Promise<void> {
      const ends = [...parts.running.values()].map(({ abort, ended }) => {
        abort.abort(engineStops);
        return ended;
      });
      await Promise.allSettled(ends);
    },
  };
}

function createRows(
  { store, clock, hashPassword }: ProvisionServices,
  asked: WantedDeployment,
  reviewed: ReviewedDisk[] | null,
): Deployment {
  const { rootPassword, ...kept } = asked;
  const request = { ...withProfile(store, kept), reviewed };
  const node = requireNode(store, request.nodeId);
  const image = requireImage(store, request.imageId);
  const kind = kindOf(image);
  const deployment: Deployment = {
    id: randomUUID() as DeploymentId,
    nodeId: node.id,
    nodeName: node.name,
    kind,
    imageId: image.id,
    imageName: image.name,
    hostName: request.hostName,
    state: 'running',
    disk: request.disk.by === 'person' ? request.disk.disk : null,
    steps: stepsOfKind[kind].map(({ name }) => ({ name, ...notBegun })),
    error: null,
    createdAt: clock.now(),
    finishedAt: null,
  };
  applyEvent(store, node.id, 'deploy', clock.now(), { lastError: null, deploymentId: deployment.id });
  store.deployments.create(deployment, request);
  forgetOldProfiles(store, node.id);
  store.agentSessions.forgetResults(node.id);
  if (request.profile !== null) copyUserSecrets(store, request.profile, deployment.id);
  // The one before can no longer be tried again, so nobody needs its password any more.
  if (node.deploymentId !== null) store.secrets.remove(deploymentSecrets(node.deploymentId));
  if (rootPassword !== undefined) {
    store.secrets.put(deploymentSecrets(deployment.id), rootPasswordHash, hashPassword(rootPassword));
  }
  return deployment;
}

/** The profile may be gone when its users are made. */
function copyUserSecrets(store: Store, { id, users }: FrozenProfile, deploymentId: DeploymentId): void {
  for (const { name } of users) {
    const hash = passwordHash(store, profileSecrets(id), name, name);
    if (hash !== undefined) store.secrets.put(deploymentSecrets(deploymentId), userSecret(name), hash);
  }
}

function createCleaning({ store, clock }: ProvisionServices, asked: WantedCleaning): Deployment {
  const node = requireNode(store, asked.nodeId);
  const knownDisks = node.inventory?.disks.map(identityOf) ?? null;
  const request = { ...withRulesOfNode(store, asked), knownDisks };
  const deployment: Deployment = {
    id: randomUUID() as DeploymentId,
    nodeId: node.id,
    nodeName: node.name,
    kind: 'cleaning',
    imageId: null,
    imageName: '',
    hostName: '',
    state: 'running',
    disk: null,
    steps: stepsOfKind.cleaning.map(({ name }) => ({ name, ...notBegun })),
    error: null,
    createdAt: clock.now(),
    finishedAt: null,
  };
  applyEvent(store, node.id, 'clean', clock.now(), { lastError: null, deploymentId: deployment.id });
  store.deployments.create(deployment, request);
  store.agentSessions.forgetResults(node.id);
  if (node.deploymentId !== null) store.secrets.remove(deploymentSecrets(node.deploymentId));
  return deployment;
}

function start(parts: DeployerParts, id: DeploymentId, cancelled?: CodedError): void {
  const abort = new AbortController();
  if (cancelled !== undefined) abort.abort(cancelled);
  const ended = runToTheEnd(parts, id, abort.signal).finally(() => parts.running.delete(id));
  parts.running.set(id, { abort, ended });
}

/** What is stored says where a run stands, so one that could not be stored is simply run again. Never rejects. */
async function runToTheEnd(
  { services, asCoded }: DeployerParts,
  id: DeploymentId,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      return await runDeployment(services, asCoded, id, signal);
    } catch (error) {
      asCoded(error); // which logs what nobody expected
      await services.clock.sleep(storeAgainMs);
    }
    if (signal.reason === engineStops) return;
  }
}

function cancel({ services, running }: DeployerParts, id: DeploymentId): void {
  const { store, clock } = services;
  const { state } = requireDeployment(store, id);
  if (state !== 'running') {
    throw new CodedError('state.not_allowed', 'this deployment is over', { verb: 'cancel', state });
  }
  store.deployments.requestCancel(id, clock.now());
  const run = running.get(id);
  if (run === undefined) endUnfinished(services, id, cancelledByPerson().toData());
  else run.abort.abort(cancelledByPerson());
}

function cancelledByPerson(): CodedError<'deploy.cancelled'> {
  return new CodedError('deploy.cancelled', 'cancelled by a person', {});
}

function retryStart({ store, agent }: ProvisionServices, { id, nodeId }: Deployment): RetryStart {
  const mayGoOn = stoppedAmongWork(store.deployments.steps(id)) && agent.isLive(nodeId, id, liveRamdiskMs);
  return mayGoOn ? 'failed-step' : 'power-on';
}

function prepareRetry(services: ProvisionServices, deployment: Deployment): void {
  const { store, clock, agent } = services;
  const { id, nodeId, state } = deployment;
  const refuse = (text: string, why: string) =>
    new CodedError('state.not_allowed', text, { verb: 'retry', state: why });
  if (state === 'running' || state === 'succeeded')
    throw refuse('only a failed deployment can be tried again', state);
  if (requireNode(store, nodeId).deploymentId !== id)
    throw refuse('the server has a newer deployment', 'superseded');
  const { imageId } = deployment;
  if (imageId !== null && store.images.find(imageId)?.state !== 'ready') {
    throw new CodedError('image.not_ready', 'the image is not there any more', {
      image: deployment.imageName,
    });
  }
  // Before its disk is written, and not when its config drive is.
  passwordHash(store, deploymentSecrets(id), rootPasswordHash);
  // Another server may have been given its address since.
  const [inUse] =
    deployment.kind === 'cleaning' || deployment.kind === 'rescue'
      ? []
      : addressesOfOthers(store, requireNode(store, nodeId), store.deployments.request(id));
  if (inUse !== undefined) throw inUse;
  const steps = store.deployments.steps(id);
  const from = retryStart(services, deployment);
  const goesOn = from === 'failed-step';
  store.transaction(() => {
    applyEvent(store, nodeId, verbOf(deployment.kind), clock.now(), {
      lastError: null,
      ...(goesOn ? { bootTarget: 'ramdisk' } : {}),
    });
    if (goesOn) agent.reviveSession(nodeId);
    store.deployments.save({ ...deployment, state: 'running', error: null, finishedAt: null });
    // A step that never began keeps its number: one that has another was at work.
    // Without its ramdisk nothing of before can be relied on: disks may have been swapped, a system may have started.
    const isUndone = wasUndone(deployment.kind);
    for (const step of steps.filter(
      ({ state: at, name }) => !goesOn || at === 'failed' || at === 'running' || isUndone(name),
    ))
      store.deployments.saveStep({
        ...step,
        ...notBegun,
        attempt: step.attempt + (step.state === 'pending' ? 0 : 1),
      });
  });
  noteDeployment(store, deployment, {
    message: 'deployment.retried',
    details: { from },
  });
}

function verbOf(kind: DeploymentKind): 'clean' | 'rescue' | 'deploy' {
  if (kind === 'cleaning') return 'clean';
  return kind === 'rescue' ? 'rescue' : 'deploy';
}

/** What the end of a run took back is to be done again, but for the open door: a retry opens that itself. */
function wasUndone(kind: DeploymentKind): (stepName: string) => boolean {
  const undone = stepsOfKind[kind].filter(({ undo }) => undo !== undefined && undo !== closeDoor);
  return stepName => undone.some(({ name }) => name === stepName);
}

/** In one of the steps that the ramdisk itself does. What comes before may need what a new boot finds. */
function stoppedAmongWork(steps: readonly StoredStep[]): boolean {
  const lastBefore = steps.find(({ name }) => lastStepsBeforeWork.has(name));
  return lastBefore?.state === 'done';
}
