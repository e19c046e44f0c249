import type { Store } from '#engine/store/store.ts';
import type { Inventory } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { hardwareTroubles } from '#shared/placement/hardware-troubles.ts';
import { clearAlarm, raiseAlarm } from './alarms.ts';

/** A machine that is broken all over has one alarm for each of its worst. */
const mostAlarms = 100;

/**
 * Raises what the machine says of itself, and ends what it no longer says. To be called in the transaction that stores
 * the inventory.
 */
export function tellHardwareTroubles(store: Store, now: number, nodeId: NodeId, inventory: Inventory): void {
  const kind = 'hardware' as const;
  const holding = new Set<string>();
  for (const { kind: trouble, severity, name, number } of hardwareTroubles(inventory).slice(0, mostAlarms)) {
    const subject = `${trouble} ${name}`;
    if (holding.has(subject)) continue; // two paths to one disk
    holding.add(subject);
    const told = { message: 'health.hardware', details: { trouble, name, number } } as const;
    raiseAlarm(store, now, { nodeId, kind, subject, severity, told });
  }
  for (const alarm of store.alarms.allHolding(nodeId))
    if (alarm.kind === kind && !holding.has(alarm.subject))
      clearAlarm(store, now, { nodeId, kind, subject: alarm.subject });
}
