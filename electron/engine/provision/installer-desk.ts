import type { StoredStep } from '#engine/store/deployments.ts';
import type { BootSubject } from '#engine/store/nodes.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import { CodedError, type Deployment, type Image, type Node } from '#shared/contract/index.ts';
import type { DeploymentId, ImageId, NodeId } from '#shared/model/ids.ts';
import { matchAgain } from './config-drive.ts';
import { type InstallSurroundings, mediaOf } from './deploy/linux-installer/install-plan-of.ts';
import { installStepName } from './deploy/linux-installer/install-step-name.ts';
import type { InstallerFiles } from './deploy/linux-installer/installer-files.ts';
import {
  hasBegun,
  type InstallObservation,
  type InstallState,
  installFailure,
  observeInstall,
  resumedInstall,
} from './deploy/linux-installer/progress/install-progress.ts';
import type { ProgressTable } from './deploy/linux-installer/progress/phrase-table.ts';
import { phrasesOf } from './deploy/linux-installer/progress/phrases-of.ts';
import { changeNode, requireNode } from './node-state.ts';
import { noteDeployment, requireImage } from './stored-deployment.ts';

export interface InstallerBoot {
  readonly kernelUrl: string;
  readonly initrdUrl: string;
  readonly commandLine: string;
}

export interface InstallerDeskParts {
  readonly store: Store;
  readonly clock: Clock;
  /** What the machine is given of this deployment, made anew from the store each time. */
  readonly files: (
    deployment: Deployment,
    node: Node,
    image: Image,
    surroundings: InstallSurroundings,
  ) => InstallerFiles;
}

/** Stands in for the side of us that a machine will reach. */
const anywhere: InstallSurroundings = { baseUrl: 'http://192.0.2.1:8088', syslog: null };

interface Conversation {
  state: InstallState;
  stored: InstallState['phase'];
  /** Read anew at each look: a log may have a thousand lines a second. */
  table: ProgressTable | undefined;
  /** Grows with all that the machine fetches, until its installer asks for its answers. */
  fetches: number;
  readonly waiters: Set<() => void>;
}

export type InstallerDesk = ReturnType<typeof createInstallerDesk>;

/**
 * Speaks with installers that we do not steer: gives them their kernel and their answer file, and hears what they say of
 * their progress. Whatever they say is stored before they are answered, because an installer reboots right after its
 * last word: from then on the machine is sent to its disk.
 *
 * Nobody is heard or given anything before the machine was given its installer in this attempt, which is when its phase
 * begins: what speaks until then is the installer of an attempt before, on a machine that was not switched off yet.
 */
export function createInstallerDesk({ store, clock, files }: InstallerDeskParts) {
  const conversations = new Map<DeploymentId, Conversation>();
  /** Whose log is being heard: the store is not asked for each line. */
  const heard = new Map<NodeId, Deployment>();

  /** The deployment that installs this machine now. */
  function installing(nodeId: NodeId): Deployment | undefined {
    const running = store.deployments.runningOf(nodeId);
    return running?.kind === 'linux-installer' ? running : undefined;
  }

  /** The same, once this machine was given its installer. */
  function given(nodeId: NodeId): Deployment | undefined {
    const deployment = installing(nodeId);
    return deployment !== undefined && conversation(deployment).state.phase !== null ? deployment : undefined;
  }

  function conversation(deployment: Deployment): Conversation {
    const known = conversations.get(deployment.id);
    if (known !== undefined) return known;
    const { phase, evidence } = installStep(deployment.id);
    const failure = installFailure.safeParse(evidence['failure']).data ?? null;
    const fresh: Conversation = {
      state: resumedInstall(phase, failure, clock.now()),
      stored: phase,
      table: undefined,
      fetches: 0,
      waiters: new Set(),
    };
    conversations.set(deployment.id, fresh);
    return fresh;
  }

  function installStep(id: DeploymentId): StoredStep {
    const step = store.deployments.steps(id).find(({ name }) => name === installStepName);
    if (step === undefined) throw new Error(`deployment ${id} has no step ${installStepName}`);
    return step;
  }

  function observe(deployment: Deployment, observation: InstallObservation): void {
    const talk = conversation(deployment);
    const { kind } = observation;
    if (kind !== 'log') talk.table = undefined;
    talk.table ??= phrasesOf(store, deployment);
    const before = talk.state;
    const { state, changes } = observeInstall(before, observation, talk.table);
    // What cannot be stored is refused, and said again; a line of a log is not, and is stored at the next look.
    if (kind === 'log') talk.state = state;
    const isNews = changes.length > 0 || state.failure !== before.failure;
    const isStoredAnyway = kind === 'tick' || kind === 'given';
    if (isNews || (isStoredAnyway && state.phase !== talk.stored)) keep(deployment, talk, state);
    talk.state = state;
    for (const told of changes) noteDeployment(store, deployment, told);
    if (isNews) for (const wake of talk.waiters) wake();
  }

  /** Its last lines change with every word; they are stored when the phase is, and else when we look. */
  function keep(deployment: Deployment, talk: Conversation, { phase, failure }: InstallState): void {
    store.transaction(() => {
      const step = installStep(deployment.id);
      const evidence = failure === null ? step.evidence : { ...step.evidence, failure };
      store.deployments.saveStep({ ...step, phase, evidence });
      if (phase?.percent === 100) changeNode(store, deployment.nodeId, { bootTarget: 'disk' }, clock.now());
    });
    talk.stored = phase;
  }

  return {
    /**
     * What an installing machine boots. Undefined once its installer has begun: a second start would begin anew on a
     * disk that is half written, again and again; the run fails instead, and the machine goes to its next device.
     */
    boot({ nodeId }: BootSubject, surroundings: InstallSurroundings): InstallerBoot | undefined {
      const deployment = installing(nodeId);
      if (deployment === undefined) return undefined;
      if (hasBegun(conversation(deployment).state.phase)) {
        observe(deployment, { kind: 'booted-again', atMs: clock.now() });
        return undefined;
      }
      const image = requireImage(store, deployment.imageId);
      const node = requireNode(store, nodeId);
      matchAgain(store, deployment, node);
      const { boot } = files(deployment, node, image, surroundings);
      observe(deployment, { kind: 'given', atMs: clock.now() });
      return boot;
    },

    /** Throws `deploy.answer_file` where its machine could not be given one, before that machine is switched on. */
    check(deployment: Deployment, node: Node, image: Image): void {
      files(deployment, node, image, anywhere);
    },

    /** Whether this machine may read an ISO of the library now. */
    mayRead(nodeId: NodeId, imageId: ImageId): boolean {
      const deployment = given(nodeId);
      return deployment !== undefined && mediaOf(store, deployment).has(imageId);
    },

    /** Bytes of an ISO went to this machine: some installers load all of it before they ask for anything. */
    fetches(nodeId: NodeId): void {
      const deployment = given(nodeId);
      if (deployment !== undefined) conversation(deployment).fetches += 1;
    },

    /** Changes as long as the machine fetches something. */
    fetched: (deployment: Deployment) => conversation(deployment).fetches,

    /** A file of this machine's own deployment; undefined for any other. */
    file(nodeId: NodeId, id: DeploymentId, name: string, surroundings: InstallSurroundings) {
      const deployment = given(nodeId);
      if (deployment?.id !== id) return undefined;
      const image = requireImage(store, deployment.imageId);
      const found = files(deployment, requireNode(store, nodeId), image, surroundings).answers.get(name);
      if (found !== undefined)
        observe(deployment, { kind: 'hook', word: 'answers', text: '', atMs: clock.now() });
      return found;
    },

    /** A word of the installer's own scripts. False: nobody waits for it. */
    hook(nodeId: NodeId, id: DeploymentId, word: string, text: string): boolean {
      const deployment = given(nodeId);
      if (deployment?.id !== id) return false;
      observe(deployment, { kind: 'hook', word, text, atMs: clock.now() });
      return true;
    },

    log(nodeId: NodeId, line: string): void {
      const deployment = heard.get(nodeId) ?? given(nodeId);
      if (deployment === undefined) return;
      heard.set(nodeId, deployment);
      observe(deployment, { kind: 'log', line, atMs: clock.now() });
    },

    tick(deployment: Deployment): void {
      observe(deployment, { kind: 'tick', atMs: clock.now() });
    },

    /** Null until the machine was given its installer in this attempt. */
    phase: (deployment: Deployment) => conversation(deployment).state.phase,

    /** Why it cannot end well, as the installer said. */
    failure(deployment: Deployment): CodedError | undefined {
      const { failure } = conversation(deployment).state;
      if (failure === null) return undefined;
      return new CodedError('deploy.installer_failed', `${failure.phase}: ${failure.text}`, { ...failure });
    },

    /** Resolves at the installer's next word that changed something. */
    change(deployment: Deployment, signal: AbortSignal): Promise<void> {
      const { waiters } = conversation(deployment);
      return new Promise((resolve, reject) => {
        const onAbort = () => settle(() => reject(signal.reason));
        const wake = () => settle(resolve);
        function settle(then: () => void): void {
          waiters.delete(wake);
          signal.removeEventListener('abort', onAbort);
          then();
        }
        if (signal.aborted) return reject(signal.reason);
        waiters.add(wake);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },

    /** A new attempt knows nothing of the one before, and what has ended is not kept. */
    forget({ id, nodeId }: Deployment): void {
      conversations.delete(id);
      heard.delete(nodeId);
    },
  };
}
