import { runOnAgent } from '../../agent/run-on-agent.ts';
import { changeNode } from '../../node-state.ts';
import type { DeployStep } from '../step.ts';

/**
 * From here on the boot policy sends this machine to its disk, for ever; that is stored before the ramdisk restarts
 * the machine. The BMC is asked for the disk too, once: it saves the first boot a round through PXE where it is heeded.
 */
export const bootFromDisk: DeployStep = {
  name: 'boot-from-disk',
  async run({ services, node, stepId, signal }) {
    const { store, clock, power } = services;
    changeNode(store, node.id, { bootTarget: 'disk' }, clock.now());
    let bootDevice = 'unchanged';
    if (node.bmc !== null) {
      bootDevice = await power.bootOnce(node, 'disk').then(
        boot => boot.readBack,
        () => 'not reached', // the boot policy alone is enough; the BMC's own event is on the timeline
      );
    }
    await runOnAgent(services, node, { id: stepId, name: 'reboot', parameters: {} }, signal, () => undefined);
    services.agent.endSession(node.id);
    return { bootDevice };
  },
};
