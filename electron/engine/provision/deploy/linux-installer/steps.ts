import { CodedError } from '#shared/contract/index.ts';
import { backToProvisioning } from '../../attachments.ts';
import { applyEvent, changeNode, requireNode } from '../../node-state.ts';
import type { DeployStep, Evidence, StepContext } from '../step.ts';
import { chooseDisk } from '../steps/choose-disk.ts';
import { closeDoor } from '../steps/door.ts';
import { markContents } from '../steps/mark-contents.ts';
import { askAddresses, matchNetworks, switchNetworks } from '../steps/networks.ts';
import { powerOn } from '../steps/power.ts';
import { mediumOf } from './install-plan-of.ts';
import { installStepName } from './install-step-name.ts';
import { hasBegun } from './progress/install-progress.ts';

/** From here on this machine is given the installer, until that has begun. */
const prepare: DeployStep = {
  name: 'prepare',
  run({ services, image, node, deployment }) {
    const { store, agent, clock, bootServer } = services;
    if (image.state !== 'ready') {
      throw new CodedError('image.not_ready', `image "${image.name}" is not ready`, { image: image.name });
    }
    const { family, distribution, version } = mediumOf(image);
    if (node.inventory === null) {
      throw new CodedError('deploy.not_inspected', 'an installer needs to be told its disk', {
        node: node.name,
      });
    }
    if (!bootServer.canBoot(node)) {
      throw new CodedError('dhcp.not_full', 'no network is served in full mode', { network: '' });
    }
    services.installer.forget(deployment);
    store.transaction(() => {
      agent.retireSession(node.id);
      backToProvisioning(store, node.id);
      changeNode(store, node.id, { bootTarget: 'installer' }, clock.now());
    });
    return Promise.resolve({ image: image.name, family, distribution, version });
  },
  undo: closeDoor,
};

/** What is wrong with a template or a layout is told now, and not by a machine that stands still. */
const makeAnswerFile: DeployStep = {
  name: 'make-answer-file',
  run({ services, deployment, node, image }) {
    services.installer.check(deployment, requireNode(services.store, node.id), image);
    return Promise.resolve({ family: mediumOf(image).family });
  },
};

/** The time in which the firmware tests itself, the kernel comes and the installer asks for its answer file. */
const waitInstaller: DeployStep = {
  name: 'wait-installer',
  async run(context) {
    const { services, node, deployment } = context;
    const { store, clock, installer } = services;
    if (requireNode(store, node.id).provisionState === 'deploying')
      applyEvent(store, node.id, 'wait', clock.now());
    const limitSeconds = store.settings.get().callBackTimeoutSeconds;
    let waitedMs = 0;
    let fetched = installer.fetched(deployment);
    while (!hasBegun(installer.phase(deployment))) {
      const failure = installer.failure(deployment);
      if (failure !== undefined) throw failure;
      if (waitedMs >= limitSeconds * 1000) {
        throw new CodedError('deploy.timed_out', `no installer asked for its answers for ${limitSeconds} s`, {
          step: 'wait-installer',
          afterSeconds: limitSeconds,
          hint: 'installer-silent',
        });
      }
      await changeOrLook(context);
      const isFetching = installer.fetched(deployment) !== fetched;
      fetched = installer.fetched(deployment);
      waitedMs = isFetching ? 0 : waitedMs + lookMs;
    }
    applyEvent(store, node.id, 'resume', clock.now());
    return {};
  },
};

/** Until the installer says that it is done. Silence is told, not ended: a person sees its last lines and its console. */
const install: DeployStep = {
  name: installStepName,
  begin: markContents,
  async run(context): Promise<Evidence> {
    const { services, deployment } = context;
    const { installer } = services;
    for (;;) {
      const failure = installer.failure(deployment);
      if (failure !== undefined) throw failure;
      const phase = installer.phase(deployment);
      if (phase?.percent === 100) return { phase: phase.name };
      await changeOrLook(context);
      installer.tick(deployment);
    }
  },
};

const lookMs = 5000;

/** Counted in looks of ours, not by the clock: a laptop that slept has not listened meanwhile. */
async function changeOrLook({ services, deployment, signal }: StepContext): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    await Promise.race([services.installer.change(deployment, either), services.clock.sleep(lookMs, either)]);
  } finally {
    over.abort();
  }
}

/** A distribution's own installer, from its ISO as it is, with an answer file of ours. It restarts the machine itself. */
export const linuxInstallerSteps: readonly DeployStep[] = [
  prepare,
  chooseDisk,
  matchNetworks,
  askAddresses,
  makeAnswerFile,
  powerOn,
  waitInstaller,
  install,
  switchNetworks,
];
