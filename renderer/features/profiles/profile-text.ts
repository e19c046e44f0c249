import type { Profile, StorageLayout } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { memoryText } from '../../ui/measure-text.ts';

/** `RAID 1 · LVM rootvg`: the layout in a few words. */
export function layoutText(t: Translate, storage: Profile['storage']): string {
  if (storage === null) return t('profile.layout.as-is');
  const { raidLevel, volumeGroup } = storage;
  return [
    raidLevel === null ? '' : t('profiles.raid', { level: raidLevel }),
    volumeGroup === null ? t('profiles.plainDisk') : t('profiles.lvm', { name: volumeGroup.name }),
  ]
    .filter(part => part !== '')
    .join(' · ');
}

/** `/boot ext4 1 GiB`, a line a partition or volume. */
export function placeLines(t: Translate, { partitions, volumeGroup }: StorageLayout): readonly string[] {
  const line = (place: StorageLayout['partitions'][number], prefix: string) => {
    const size = place.size === 'rest' ? t('profile.rest') : memoryText(place.size);
    return [prefix, place.mountPoint, place.fileSystem, size].filter(part => part !== '').join(' ');
  };
  return [
    ...partitions.map(partition => line(partition, '')),
    ...(volumeGroup?.volumes ?? []).map(volume => line(volume, `${volumeGroup?.name ?? ''}/${volume.name}`)),
  ];
}
