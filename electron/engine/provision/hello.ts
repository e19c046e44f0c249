import { tellHardwareTroubles } from '#engine/health/hardware-alarms.ts';
import { tellPartChanges } from '#engine/health/part-changes.ts';
import { parseAgentInventory } from '#engine/inventory/agent-inventory.ts';
import { addFoundPorts } from '#engine/inventory/nodes.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import type { Inventory } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { parseMac } from '#shared/model/mac.ts';
import { changeNode } from './node-state.ts';

/** A ramdisk's first words: what it found is kept on the node, whatever it was booted for. */
export function takeHello(
  store: Store,
  clock: Clock,
  nodeId: NodeId,
  body: unknown,
): { inventory: Inventory } | { reason: string } {
  const parsed = parseAgentInventory(body, clock.now());
  if ('reason' in parsed) {
    store.timeline.append({
      kind: 'warning',
      nodeId,
      deploymentId: store.nodes.find(nodeId)?.deploymentId ?? null,
      message: 'agent.inventory_refused',
      details: parsed,
    });
    return parsed;
  }
  const { inventory } = parsed;
  store.transaction(() => {
    tellPartChanges(store, clock.now(), nodeId, store.nodes.find(nodeId)?.inventory ?? null, inventory);
    tellHardwareTroubles(store, clock.now(), nodeId, inventory);
    const node = changeNode(
      store,
      nodeId,
      { inventory, bootMode: inventory.firmware, powerState: 'power on' },
      clock.now(),
    );
    addFoundPorts(store, node, inventory.nics, parseMac);
    store.timeline.append({
      kind: 'agent',
      nodeId,
      deploymentId: node.deploymentId,
      message: 'agent.hello',
      details: { firmware: inventory.firmware, disks: inventory.disks.length },
    });
  });
  return parsed;
}
