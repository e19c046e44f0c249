import type { LayoutPartition, LayoutVolume, StorageLayout } from '#shared/contract/index.ts';

/**
 * A layout as the agent reads it (`assets/ramdisk/protocol.md`): a line a partition, group or volume, its words
 * separated by tabs. `-` is no mount point.
 */
export function layoutText({ partitions, volumeGroup }: StorageLayout): string {
  const lines = partitions.map(partition => ['partition', ...placeWords(partition)]);
  if (volumeGroup !== null) {
    lines.push(['group', volumeGroup.name]);
    for (const volume of volumeGroup.volumes) lines.push(['volume', volume.name, ...placeWords(volume)]);
  }
  return lines.map(words => words.join('\t')).join('\n');
}

function placeWords({ mountPoint, fileSystem, size }: LayoutPartition | LayoutVolume): string[] {
  return [mountPoint === '' ? '-' : mountPoint, fileSystem, String(size)];
}
