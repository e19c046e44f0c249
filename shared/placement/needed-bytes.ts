import type { Image, StorageLayout } from '#shared/contract/index.ts';
import { minimumBytes, withFirmwarePartition } from './disk-layout.ts';

const mebibyte = 2 ** 20;
/** The config drive, and what arrays and logical partitions have of their own. */
const overheadBytes = 64 * mebibyte;
/** xfs is made no smaller (mkfs.xfs(8)). */
const restMinimumBytes = 300 * mebibyte;

interface Place {
  readonly mountPoint: string;
  readonly size: number | 'rest';
}

/** How much each disk must have at least. */
export function neededBytes(
  image: Pick<Image, 'kind' | 'rawSizeBytes'>,
  storage: StorageLayout,
  diskCount: number,
  firmware: 'bios' | 'uefi',
): number {
  if (image.kind === 'whole-disk') return image.rawSizeBytes;
  const layout = withFirmwarePartition(storage, firmware);
  if (image.kind === 'installer') return minimumBytes(layout, diskCount);
  return (
    minimumBytes({ ...layout, ...withRootOf(image, storage) }, diskCount, restMinimumBytes) + overheadBytes
  );
}

/** What is to be grown into the rest needs no room of its own. */
function withRootOf(
  { rawSizeBytes }: Pick<Image, 'rawSizeBytes'>,
  { partitions, volumeGroup }: StorageLayout,
) {
  const grown = <P extends Place>(place: P): P =>
    place.mountPoint === '/'
      ? { ...place, size: Math.max(rawSizeBytes, place.size === 'rest' ? 0 : place.size) }
      : place;
  return {
    partitions: partitions.map(grown),
    volumeGroup: volumeGroup && { ...volumeGroup, volumes: volumeGroup.volumes.map(grown) },
  };
}

export function rootOf({ partitions, volumeGroup }: StorageLayout): Place | undefined {
  return [...partitions, ...(volumeGroup?.volumes ?? [])].find(({ mountPoint }) => mountPoint === '/');
}
