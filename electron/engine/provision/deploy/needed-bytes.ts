import type { StoredRequest } from '#engine/store/deployments.ts';
import { CodedError, type Disk, type Image, type StorageLayout } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import { minimumBytes, withFirmwarePartition } from './linux-installer/answer-file/disk-layout.ts';
import { storageOf } from './storage-of.ts';

const mebibyte = 2 ** 20;
/** The config drive, and what arrays and logical partitions have of their own. */
const overheadBytes = 64 * mebibyte;
/** xfs is made no smaller (mkfs.xfs(8)). */
const restMinimumBytes = 300 * mebibyte;

interface Place {
  readonly mountPoint: string;
  readonly size: number | 'rest';
}

/**
 * What has no room on these disks, all that would be overwritten: the review and the deployment itself both ask here,
 * because the ramdisk would find it out when the disks are wiped.
 */
export function roomProblems(
  request: Pick<StoredRequest, 'profile' | 'storage' | 'raidDisks'>,
  image: Image | undefined,
  firmware: 'bios' | 'uefi',
  disks: readonly Disk[],
): CodedError[] {
  if (image === undefined) return [];
  const storage = storageOf(request);
  const root = image.kind === 'file-system' ? rootOf(storage) : undefined;
  const neededBytes = bytesOfEachDisk(request, image, firmware);
  return [
    ...(root !== undefined && root.size !== 'rest' && root.size < image.rawSizeBytes
      ? [rootTooSmall(root.size, image.rawSizeBytes)]
      : []),
    ...disks
      .filter(({ sizeBytes }) => sizeBytes < neededBytes)
      .map(disk => {
        const details = { neededBytes, disk: identityOf(disk) };
        return new CodedError('deploy.disk_too_small', `${disk.name} is too small`, details);
      }),
  ];
}

function rootTooSmall(sizeBytes: number, neededBytes: number): CodedError {
  const details = { mountPoint: '/', neededBytes, sizeBytes };
  return new CodedError('deploy.layout_too_small', 'the image is larger than / of the layout', details);
}

function bytesOfEachDisk(
  request: Pick<StoredRequest, 'profile' | 'storage' | 'raidDisks'>,
  image: Image,
  firmware: 'bios' | 'uefi',
): number {
  if (image.kind === 'whole-disk') return image.rawSizeBytes;
  const storage = storageOf(request);
  const diskCount = storage.raidLevel === null ? 1 : request.raidDisks.length + 1;
  const layout = withFirmwarePartition(storage, firmware);
  if (image.kind === 'installer') return minimumBytes(layout, diskCount);
  return (
    minimumBytes({ ...layout, ...withRootOf(image, storage) }, diskCount, restMinimumBytes) + overheadBytes
  );
}

/** What is to be grown into the rest needs no room of its own. */
function withRootOf({ rawSizeBytes }: Image, { partitions, volumeGroup }: StorageLayout) {
  const grown = <P extends Place>(place: P): P =>
    place.mountPoint === '/'
      ? { ...place, size: Math.max(rawSizeBytes, place.size === 'rest' ? 0 : place.size) }
      : place;
  return {
    partitions: partitions.map(grown),
    volumeGroup: volumeGroup && { ...volumeGroup, volumes: volumeGroup.volumes.map(grown) },
  };
}

function rootOf({ partitions, volumeGroup }: StorageLayout): Place | undefined {
  return [...partitions, ...(volumeGroup?.volumes ?? [])].find(({ mountPoint }) => mountPoint === '/');
}
