import type { Store } from '#engine/store/store.ts';
import { CodedError, type Disk, type Inventory } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import { hardwareTroubles, isFailing } from '#shared/placement/hardware-troubles.ts';

/**
 * What stands against writing to these disks: those that fail by their own account; nothing, when a person has allowed
 * that for all (setting `allowFailingDisks`).
 */
export function failingDisks(store: Store, taken: readonly Disk[]): CodedError[] {
  if (store.settings.get().allowFailingDisks) return [];
  return taken.filter(isFailing).map(disk => {
    const details = { disk: identityOf(disk), warnings: disk.smart?.criticalWarnings ?? [] };
    return new CodedError('disk.failing', `${disk.name} says that it fails`, details);
  });
}

/** What the machine says of itself; of disks that are left alone only what is critical. */
export function reviewHardware(store: Store, inventory: Inventory, taken: readonly Disk[]) {
  const blockers = failingDisks(store, taken);
  const warnings = hardwareTroubles(inventory)
    .filter(({ disk, severity }) => disk === null || taken.includes(disk) || severity === 'critical')
    // The blocker says so.
    .filter(
      ({ kind, disk }) => kind !== 'disk-failing' || blockers.length === 0 || !taken.some(is => is === disk),
    )
    .map(({ kind, name, number }) => ({
      code: 'hardware.trouble',
      details: { trouble: kind, name, number },
    }));
  return { blockers, warnings };
}
