import { CodedError } from '#shared/contract/errors.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { changeNode } from '../../node-state.ts';
import type { ProvisionServices } from '../../services.ts';
import type { DeployStep } from '../step.ts';

/** Refuses early what cannot work, then opens the door: from here on this machine is given the deploy ramdisk. */
export const prepare: DeployStep = {
  name: 'prepare',
  run({ services, image, node }) {
    if (image.state !== 'ready') {
      throw new CodedError('image.not_ready', `image "${image.name}" is not ready`, { image: image.name });
    }
    const missing = services.bootServer.missingRamdisk(node);
    if (missing !== undefined) throw new CodedError('setup.missing', `${missing.what} is missing`, missing);
    if (!services.bootServer.canBoot(node)) {
      throw new CodedError('dhcp.not_full', 'no network is served in full mode', { network: '' });
    }
    services.store.transaction(() => {
      services.agent.retireSession(node.id);
      changeNode(services.store, node.id, { bootTarget: 'ramdisk' }, services.clock.now());
    });
    return Promise.resolve({ image: image.name, imageSha256: image.sha256 });
  },
  undo: closeDoor,
};

/** An interrupted deployment leaves a machine that nobody boots into the ramdisk by surprise. */
function closeDoor({ store, agent, clock }: ProvisionServices, nodeId: NodeId): void {
  store.transaction(() => {
    agent.retireSession(nodeId);
    changeNode(store, nodeId, { bootTarget: 'nothing' }, clock.now());
  });
}
