import type { StoredRequest } from '#engine/store/deployments.ts';
import { CodedError, type Disk, type Image } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import { neededBytes, rootOf } from '#shared/placement/needed-bytes.ts';
import { storageOf } from './storage-of.ts';

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
  const diskCount = storage.raidLevel === null ? 1 : request.raidDisks.length + 1;
  const bytes = neededBytes(image, storage, diskCount, firmware);
  return [
    ...(root !== undefined && root.size !== 'rest' && root.size < image.rawSizeBytes
      ? [rootTooSmall(root.size, image.rawSizeBytes)]
      : []),
    ...disks
      .filter(({ sizeBytes }) => sizeBytes < bytes)
      .map(disk => {
        const details = { neededBytes: bytes, disk: identityOf(disk) };
        return new CodedError('deploy.disk_too_small', `${disk.name} is too small`, details);
      }),
  ];
}

function rootTooSmall(sizeBytes: number, neededBytes: number): CodedError {
  const details = { mountPoint: '/', neededBytes, sizeBytes };
  return new CodedError('deploy.layout_too_small', 'the image is larger than / of the layout', details);
}
