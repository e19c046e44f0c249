import type { Disk, Image } from '#shared/contract/index.ts';
import { usableDisks } from '#shared/placement/disk-rules.ts';
import { firmwareOf } from '#shared/placement/firmware.ts';
import { type ImageTarget, leastDisks } from '#shared/placement/image-rules.ts';
import { neededBytes } from '#shared/placement/needed-bytes.ts';
import type { DiskPolicy } from '../plan.ts';

/**
 * The disks that a server's image goes to where nobody pointed at one: by a policy that a person chose, or where there is
 * no other. With a RAID as many as its level wants; none where it is not decided.
 */
export function chosenDisks(target: ImageTarget, image: Image, policy: DiskPolicy): readonly Disk[] {
  const { inventory } = target.node;
  if (inventory === null) return [];
  const count = image.kind === 'whole-disk' ? 1 : leastDisks(target.storage.raidLevel);
  const firmware = firmwareOf(target.node) ?? inventory.firmware;
  const bytes = neededBytes(image, target.storage, count, firmware);
  const fitting = usableDisks(inventory.disks, target.diskRules).usable.filter(
    ({ sizeBytes }) => sizeBytes >= bytes,
  );
  if (fitting.length < count) return [];
  switch (policy) {
    case 'person':
      return fitting.length === count ? fitting : [];
    case 'smallest':
      return fitting.toSorted((one, other) => one.sizeBytes - other.sizeBytes).slice(0, count);
    case 'largest':
      return fitting.toSorted((one, other) => other.sizeBytes - one.sizeBytes).slice(0, count);
  }
}
