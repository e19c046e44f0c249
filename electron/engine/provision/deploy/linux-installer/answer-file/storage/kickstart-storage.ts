import type { LayoutPartition, LayoutVolume } from '#shared/contract/index.ts';
import { biosBootBytes, type DiskLayout, espBytes, restMinimumBytes } from '#shared/placement/disk-layout.ts';
import { arrayLevel, mebibytes, memberBytes, namedPlaces } from '../disk-layout.ts';

/**
 * Kickstart's storage commands for the shell variables `disk1` … `diskN` (kernel names). `--only-use` is what keeps
 * Anaconda from so much as looking at another disk.
 */
export function kickstartStorage(layout: DiskLayout, diskCount: number): string {
  const disks = Array.from({ length: diskCount }, (_, index) => `$disk${index + 1}`);
  const label = layout.partitionTable === 'gpt' ? 'gpt' : 'msdos';
  return [
    `ignoredisk --only-use=${disks.join(',')}`,
    'zerombr',
    `clearpart --all --drives=${disks.join(',')} --initlabel --disklabel=${label}`,
    ...firmwareLines(layout, disks),
    ...namedPlaces(layout).flatMap(({ fileSystem, ...place }, index) =>
      fileSystem === null ? [] : placeLines(layout, { ...place, fileSystem }, index, disks),
    ),
    ...groupLines(layout, disks),
  ].join('\n');
}

function firmwareLines(layout: DiskLayout, disks: readonly string[]): string[] {
  const [first = '', ...others] = disks;
  switch (layout.firmwarePartition) {
    case 'esp':
      if (others.length === 0)
        return [`part /boot/efi --fstype=efi --size=${mebibytes(espBytes)} --ondisk=${first}`];
      return [
        ...disks.map(
          (disk, index) => `part ${memberName('0', index)} --size=${mebibytes(espBytes)} --ondisk=${disk}`,
        ),
        `raid /boot/efi --device=boot-efi --fstype=efi --level=1 ${members('0', disks)}`,
      ];
    case 'bios-boot':
      return disks.map(
        disk => `part biosboot --fstype=biosboot --size=${mebibytes(biosBootBytes)} --ondisk=${disk}`,
      );
    case null:
      return [];
  }
}

/** `/boot --fstype=ext4`; swap has no mount point of its own. */
function target({ mountPoint, fileSystem }: Pick<LayoutPartition, 'mountPoint' | 'fileSystem'>): string {
  return fileSystem === 'swap' ? 'swap --fstype=swap' : `${mountPoint} --fstype=${fileSystem}`;
}

function sizeOptions(size: number | 'rest'): string {
  return size === 'rest' ? `--size=${mebibytes(restMinimumBytes)} --grow` : `--size=${mebibytes(size)}`;
}

function placeLines(
  layout: DiskLayout,
  place: LayoutPartition & { readonly name: string },
  index: number,
  disks: readonly string[],
): string[] {
  if (layout.raidLevel === null)
    return [`part ${target(place)} ${sizeOptions(place.size)} --ondisk=${disks[0]}`];
  const { name, mountPoint, size } = place;
  const array = `${index + 1}`;
  const share = size === 'rest' ? size : memberBytes(layout, size, mountPoint, disks.length);
  const [mount = '', ...options] = target(place).split(' ');
  return [
    ...memberLines(array, share, disks),
    `raid ${mount} --device=${name} ${options.join(' ')} --level=${arrayLevel(layout, mountPoint)} ${members(array, disks)}`,
  ];
}

/** Two digits each: `raid.111` would be the first array's eleventh disk and the eleventh array's first. */
function memberName(array: string, index: number): string {
  return `raid.${array.padStart(2, '0')}${String(index + 1).padStart(2, '0')}`;
}

function memberLines(array: string, size: number | 'rest', disks: readonly string[]): string[] {
  return disks.map((disk, index) => `part ${memberName(array, index)} ${sizeOptions(size)} --ondisk=${disk}`);
}

function members(array: string, disks: readonly string[]): string {
  return disks.map((_, index) => memberName(array, index)).join(' ');
}

/** More than a layout may have partitions. */
const groupArray = '99';

function groupLines(layout: DiskLayout, disks: readonly string[]): string[] {
  const { volumeGroup, raidLevel } = layout;
  if (volumeGroup === null) return [];
  const physicalVolume =
    raidLevel === null
      ? [`part pv.01 ${sizeOptions('rest')} --ondisk=${disks[0]}`]
      : [
          ...memberLines(groupArray, 'rest', disks),
          `raid pv.01 --device=pv-${volumeGroup.name} --level=${raidLevel} ${members(groupArray, disks)}`,
        ];
  const volume = (one: LayoutVolume): string => {
    const [mount = '', ...options] = target(one).split(' ');
    return `logvol ${mount} --vgname=${volumeGroup.name} --name=${one.name} ${options.join(' ')} ${sizeOptions(one.size)}`;
  };
  return [...physicalVolume, `volgroup ${volumeGroup.name} pv.01`, ...volumeGroup.volumes.map(volume)];
}
