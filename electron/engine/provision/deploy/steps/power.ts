import type { ProvisionState } from '#shared/model/provision-state.ts';
import { awaitCallBack } from '../../agent/await-call-back.ts';
import { applyEvent, requireNode } from '../../node-state.ts';
import { bootFromNetwork } from '../../power-on.ts';
import type { DeployStep, StepContext } from '../step.ts';

/** Starts the machine into PXE. Skipped when it has come already: an earlier try did it. */
export const powerOn: DeployStep = {
  name: 'power-on',
  skip(context) {
    const { services, node, deployment } = context;
    if (services.agent.hasCalled(node.id, deployment.id)) return { alreadyInRamdisk: true };
    return hasInstaller(context) ? { alreadyInInstaller: true } : undefined;
  },
  run: context =>
    bootFromNetwork(context.services, context.node, context.signal, () => hasInstaller(context)),
};

function hasInstaller({ services, deployment }: StepContext): boolean {
  return deployment.kind === 'linux-installer' && services.installer.phase(deployment) !== null;
}

const atWork: ReadonlySet<ProvisionState> = new Set(['deploying', 'cleaning', 'rescuing']);

/** The time in which the firmware tests itself, finds us, and the ramdisk calls back. */
export const waitCallBack: DeployStep = {
  name: 'wait-call-back',
  async run({ services, node, deployment, signal }) {
    const { store, clock } = services;
    const { provisionState } = requireNode(store, node.id);
    if (atWork.has(provisionState)) applyEvent(store, node.id, 'wait', clock.now());
    await awaitCallBack(services, node, deployment.id, signal);
    applyEvent(store, node.id, 'resume', clock.now());
    const { inventory } = requireNode(store, node.id);
    return { firmware: inventory?.firmware, disks: inventory?.disks.length };
  },
};
