import { runOnAgent } from '../../agent/run-on-agent.ts';
import { changeNode } from '../../node-state.ts';
import type { DeployStep, StepContext } from '../step.ts';

/**
 * From here on the boot policy sends this machine to its disk, for ever; that is stored before the ramdisk restarts
 * the machine. The BMC is asked for the disk too, once: it saves the first boot a round through PXE where it is heeded.
 */
export const bootFromDisk: DeployStep = {
  name: 'boot-from-disk',
  async run(context) {
    const { services, node } = context;
    const { store, clock, power } = services;
    changeNode(store, node.id, { bootTarget: 'disk' }, clock.now());
    let bootDevice = 'unchanged';
    if (node.bmc !== null) {
      bootDevice = await power.bootOnce(node, 'disk').then(
        boot => boot.readBack,
        () => 'not reached', // the boot policy alone is enough; the BMC's own event is on the timeline
      );
    }
    const left = await leaveRamdisk(context);
    services.agent.endSession(node.id);
    return { bootDevice, left };
  },
};

/** The agent speaks at least every 25 s. */
const goneAfterMs = 90_000;

/**
 * Restarts the machine through its ramdisk. An engine that was killed in between, or a power cut, may find the ramdisk
 * gone already: then there is nobody to ask and nothing to wait for, and a machine that is off is switched on.
 */
async function leaveRamdisk({ services, node, stepId, signal }: StepContext): Promise<string> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const step = { id: stepId, name: 'reboot', parameters: {} };
  try {
    const how = await Promise.race([
      runOnAgent(services, node, step, either, () => undefined).then(() => 'restarted' as const),
      services.agent.waitUntilGone(node.id, goneAfterMs, either),
    ]);
    if (how === 'silent' && node.bmc !== null && (await services.power.read(node)) === 'power off') {
      await services.power.control(node, 'on');
    }
    return how;
  } finally {
    over.abort();
  }
}
