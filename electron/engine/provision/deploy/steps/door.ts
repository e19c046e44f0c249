import { CodedError, type Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { backToProvisioning } from '../../attachments.ts';
import { taskOf } from '../../boot-policy.ts';
import { changeNode } from '../../node-state.ts';
import type { ProvisionServices } from '../../services.ts';

/** From here on this machine is given the deploy ramdisk; refused early when that cannot work. It has no networks of its own any more. */
export function openDoor(services: ProvisionServices, node: Node): void {
  services.store.transaction(() => {
    openDoorOnly(services, node);
    backToProvisioning(services.store, node.id);
  });
}

/** The same for a machine that keeps the networks of its system. */
export function openDoorOnly(services: ProvisionServices, node: Node): void {
  const missing = services.bootServer.missingRamdisk(node);
  if (missing !== undefined) throw new CodedError('setup.missing', `${missing.what} is missing`, missing);
  if (!services.bootServer.canBoot(node, taskOf(node))) {
    throw new CodedError('dhcp.not_full', 'no network is served in full mode', { network: '' });
  }
  services.store.transaction(() => {
    services.agent.retireSession(node.id);
    changeNode(services.store, node.id, { bootTarget: 'ramdisk' }, services.clock.now());
  });
}

/** An interrupted run leaves a machine that nobody boots into the ramdisk by surprise. */
export function closeDoor({ store, agent, clock }: ProvisionServices, nodeId: NodeId): void {
  store.transaction(() => {
    agent.retireSession(nodeId);
    changeNode(store, nodeId, { bootTarget: 'nothing' }, clock.now());
  });
}
