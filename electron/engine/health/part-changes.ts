import type { Store } from '#engine/store/store.ts';
import type { Inventory, PartKind } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { clearAlarm, raiseAlarm } from './alarms.ts';

export interface Part {
  readonly kind: PartKind;
  /** What it is found again by, and a person reads. */
  readonly name: string;
}

/**
 * Tells what is gone since the last inspection (an alarm, until it is back or somebody knows) and what is new (an event).
 * To be called in the transaction that stores the inventory. The first one is news of nothing.
 */
export function tellPartChanges(
  store: Store,
  now: number,
  nodeId: NodeId,
  before: Inventory | null,
  after: Inventory,
): void {
  if (before !== null) tellParts(store, now, nodeId, partsOf(before), partsOf(after));
}

export function tellParts(
  store: Store,
  now: number,
  nodeId: NodeId,
  before: readonly Part[],
  after: readonly Part[],
): void {
  const are = new Set(after.map(subjectOf));
  const were = new Set(before.map(subjectOf));
  for (const part of before) {
    if (are.has(subjectOf(part))) continue;
    const details = { part: part.kind, name: part.name };
    const told = { message: 'health.part_gone', details } as const;
    raiseAlarm(store, now, {
      nodeId,
      kind: 'inventory',
      subject: subjectOf(part),
      severity: 'warning',
      told,
    });
  }
  for (const part of after) {
    if (were.has(subjectOf(part))) continue;
    const details = { part: part.kind, name: part.name };
    store.timeline.append({ kind: 'health', nodeId, message: 'health.part_new', details });
    clearAlarm(store, now, { nodeId, kind: 'inventory', subject: subjectOf(part) });
  }
}

function subjectOf({ kind, name }: Part): string {
  return `${kind} ${name}`;
}

/** Sticks and virtual media come and go; a disk or NIC that has nothing to be found again by is left out. */
function partsOf({ dimms, disks, nics }: Inventory): Part[] {
  const parts: Part[] = [
    ...dimms
      .filter(({ sizeBytes }) => sizeBytes > 0)
      .map(({ locator }) => ({ kind: 'dimm' as const, name: locator })),
    ...disks
      .filter(({ removable }) => !removable)
      .map(({ model, serial, wwn }) => ({
        kind: 'disk' as const,
        name: serial || wwn ? `${model} ${serial || wwn}`.trim() : '',
      })),
    ...nics.map(({ mac }) => ({ kind: 'nic' as const, name: mac })),
  ];
  return parts.filter(({ name }) => name !== '');
}
