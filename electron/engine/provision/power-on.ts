import type { ToldEvent } from '#shared/contract/event-messages.ts';
import type { Node } from '#shared/contract/index.ts';
import type { Evidence } from './deploy/step.ts';
import { changeNode } from './node-state.ts';
import type { ProvisionServices } from './services.ts';

/**
 * Makes a machine boot from the network now: boot device PXE for once, then on; one that runs is switched off before,
 * rather than reset, because off and on can be read back from the BMC. Some BMCs ignore the boot device (`quirks.ts`);
 * the DHCP packet is the proof, so a refusal is a warning here. Without a BMC it is a person's hand. One that booted from
 * the network meanwhile keeps its power: it may be writing.
 */
export async function bootFromNetwork(
  services: ProvisionServices,
  node: Node,
  signal: AbortSignal,
  hasBooted = () => false,
): Promise<Evidence> {
  const { store, power, clock } = services;
  const note = (told: ToldEvent) =>
    store.timeline.append({ kind: 'power', nodeId: node.id, deploymentId: node.deploymentId, ...told });
  if (node.bmc === null) {
    note({ message: 'power.by_hand' });
    return { by: 'hand' };
  }
  const boot = await power.bootOnce(node, 'pxe');
  // A BMC takes seconds for each answer: a cancel that came meanwhile must not be followed by a loss of power.
  signal.throwIfAborted();
  if (!boot.accepted) {
    const { readBack } = boot;
    note({ message: 'power.boot_device_not_accepted', details: { wanted: 'pxe', readBack } });
  }
  const state = await power.read(node);
  signal.throwIfAborted();
  if (hasBooted()) return { by: 'bmc', action: 'none' };
  const action = state === 'power on' ? 'cycle' : 'on';
  if (action === 'cycle') await power.control(node, 'off', signal);
  signal.throwIfAborted();
  await power.control(node, 'on', signal);
  changeNode(store, node.id, { powerState: 'power on' }, clock.now());
  note({ message: 'power.controlled', details: { action, bootDevice: 'pxe' } });
  return { by: 'bmc', action, bootDevice: boot.readBack };
}
