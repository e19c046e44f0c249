import type { z } from 'zod';
import type { cleanRequest, Disk, EraseMethod, Node } from '#shared/contract/index.ts';
import { identityOf } from '../../deploy/deploy-form.ts';

export type CleanInput = z.input<typeof cleanRequest>;

export interface CleanForm {
  readonly method: EraseMethod;
  /** Names of disks that a person wants to keep. */
  readonly kept: ReadonlySet<string>;
  /** The server's name, to confirm. */
  readonly typed: string;
}

export function newCleanForm(method: EraseMethod): CleanForm {
  return { method, kept: new Set(), typed: '' };
}

/**
 * The disks are named one by one: what is erased is what was shown. Only where nobody has seen them the ramdisk takes all
 * that no default leaves alone. Null: nothing to erase.
 */
export function cleanRequestOf(
  { method, kept }: CleanForm,
  { id, inventory }: Node,
  erasable: readonly Disk[],
): CleanInput | null {
  if (inventory === null) return { nodeId: id, method, disks: null };
  const disks = erasable.filter(disk => !kept.has(disk.name)).map(identityOf);
  return disks.length === 0 ? null : { nodeId: id, method, disks };
}

export function withKept(kept: ReadonlySet<string>, name: string, isKept: boolean): ReadonlySet<string> {
  const changed = new Set(kept);
  if (isKept) changed.add(name);
  else changed.delete(name);
  return changed;
}
