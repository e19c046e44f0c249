import { CodedError } from '#shared/contract/errors.ts';
import { applyEvent, requireNode } from '../../node-state.ts';
import { bootFromNetwork } from '../../power-on.ts';
import type { DeployStep } from '../step.ts';

/** Starts the machine into PXE. Skipped when its ramdisk has called already: an earlier try did it. */
export const powerOn: DeployStep = {
  name: 'power-on',
  skip: ({ services, node, deployment }) =>
    services.store.agentSessions.find(node.id)?.purpose === deployment.id &&
    services.store.agentSessions.find(node.id)?.sessionTokenHash != null
      ? { alreadyInRamdisk: true }
      : undefined,
  run: ({ services, node }) => bootFromNetwork(services, node),
};

/** The time in which the firmware tests itself, finds us, and the ramdisk calls back. */
export const waitCallBack: DeployStep = {
  name: 'wait-call-back',
  async run({ services, node, deployment, signal }) {
    const { store, clock, agent } = services;
    const limitSeconds = store.settings.get().callBackTimeoutSeconds;
    if (requireNode(store, node.id).provisionState === 'deploying')
      applyEvent(store, node.id, 'wait', clock.now());
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const timeOut = clock.sleep(limitSeconds * 1000, either).then(
      () => {
        throw new CodedError('deploy.timed_out', `the ramdisk did not call back within ${limitSeconds} s`, {
          step: 'wait-call-back',
          afterSeconds: limitSeconds,
          hint: 'no-call-back',
        });
      },
      () => undefined,
    );
    try {
      await Promise.race([agent.waitForHello(node.id, deployment.id, either), timeOut]);
      signal.throwIfAborted();
    } finally {
      over.abort();
    }
    applyEvent(store, node.id, 'resume', clock.now());
    const { inventory } = requireNode(store, node.id);
    return { firmware: inventory?.firmware, disks: inventory?.disks.length };
  },
};
