import type { z } from 'zod';
import type { cleanRequest, Disk, DiskIdentity, EraseMethod, Node } from '#shared/contract/index.ts';
import { identityOf, isSameDisk } from '#shared/model/disk-identity.ts';

export type CleanInput = z.input<typeof cleanRequest>;

export interface CleanForm {
  readonly method: EraseMethod;
  /** Disks that a person wants to keep, by what they are found again by: names go to others. */
  readonly kept: readonly DiskIdentity[];
}

/** The disks that would be erased, of those that may be. */
export function erasedOf(kept: readonly DiskIdentity[], erasable: readonly Disk[]): readonly Disk[] {
  return erasable.filter(disk => !kept.some(other => isSameDisk(other, disk)));
}

/**
 * The disks are named one by one: what is erased is what was shown. Only where nobody has seen them the ramdisk takes all
 * that no default leaves alone. Null: nothing to erase.
 */
export function cleanRequestOf(
  { method, kept }: CleanForm,
  { id, inventory }: Node,
  erasable: readonly Disk[],
): Omit<CleanInput, 'confirmed'> | null {
  if (inventory === null) return { nodeId: id, method, disks: null };
  const disks = erasedOf(kept, erasable).map(identityOf);
  return disks.length === 0 ? null : { nodeId: id, method, disks };
}

export function withKept(
  kept: readonly DiskIdentity[],
  disk: Disk,
  isKept: boolean,
): readonly DiskIdentity[] {
  const others = kept.filter(other => !isSameDisk(other, disk));
  return isKept ? [...others, identityOf(disk)] : others;
}
