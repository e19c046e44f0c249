import type { StoredRequest } from '#engine/store/deployments.ts';
import type { Image, StorageLayout } from '#shared/contract/index.ts';
import { storageOf } from './storage-of.ts';

const mebibyte = 2 ** 20;
/** Boot partitions, alignment, LVM's own, and the config drive. */
const overheadBytes = 600 * mebibyte;

/** The smallest disk that can take it. What is to be grown into the rest needs no room of its own. */
export function neededBytes(
  request: Pick<StoredRequest, 'profile' | 'storage'>,
  image: Image | undefined,
): number {
  if (image === undefined) return 0;
  if (image.kind === 'whole-disk') return image.rawSizeBytes;
  const content = image.kind === 'file-system' ? image.rawSizeBytes : 0;
  return Math.max(content, fixedBytes(storageOf(request))) + overheadBytes;
}

function fixedBytes({ partitions, volumeGroup }: StorageLayout): number {
  const places = [...partitions, ...(volumeGroup?.volumes ?? [])];
  return places.reduce((sum, { size }) => sum + (size === 'rest' ? 0 : size), 0);
}
