import { awaitCallBack } from '../../agent/await-call-back.ts';
import { applyEvent, requireNode } from '../../node-state.ts';
import { bootFromNetwork } from '../../power-on.ts';
import type { DeployStep } from '../step.ts';

/** Starts the machine into PXE. Skipped when its ramdisk has called already: an earlier try did it. */
export const powerOn: DeployStep = {
  name: 'power-on',
  skip: ({ services, node, deployment }) =>
    services.agent.hasCalled(node.id, deployment.id) ? { alreadyInRamdisk: true } : undefined,
  run: ({ services, node, signal }) => bootFromNetwork(services, node, signal),
};

/** The time in which the firmware tests itself, finds us, and the ramdisk calls back. */
export const waitCallBack: DeployStep = {
  name: 'wait-call-back',
  async run({ services, node, deployment, signal }) {
    const { store, clock } = services;
    const { provisionState } = requireNode(store, node.id);
    if (provisionState === 'deploying' || provisionState === 'cleaning')
      applyEvent(store, node.id, 'wait', clock.now());
    await awaitCallBack(services, node, deployment.id, signal);
    applyEvent(store, node.id, 'resume', clock.now());
    const { inventory } = requireNode(store, node.id);
    return { firmware: inventory?.firmware, disks: inventory?.disks.length };
  },
};
