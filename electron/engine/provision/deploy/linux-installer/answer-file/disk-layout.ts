import type { FileSystem, InstallerFamily, StorageLayout } from '#shared/contract/index.ts';
import { defaultStorageWith } from '#shared/placement/default-storage.ts';
import { type DiskLayout, withFirmwarePartition } from '#shared/placement/disk-layout.ts';

const mebibyte = 2 ** 20;

interface LayoutInput {
  readonly medium: { readonly family: InstallerFamily };
  readonly firmware: 'bios' | 'uefi';
  readonly layout: StorageLayout | null;
}

export function diskLayout({ medium, firmware, layout }: LayoutInput): DiskLayout {
  return withFirmwarePartition(layout ?? defaultStorageWith(rootFileSystem[medium.family]), firmware);
}

/** XFS where the distribution's own default is XFS. */
const rootFileSystem: Readonly<Record<InstallerFamily, FileSystem>> = {
  anaconda: 'xfs',
  autoyast: 'xfs',
  'debian-installer': 'ext4',
  subiquity: 'ext4',
};

/** The level of the array that a partition becomes: firmware and boot loader read only mirrors. */
export function arrayLevel(layout: DiskLayout, mountPoint: string): '0' | '1' | '10' {
  return mountPoint === '/boot' || layout.raidLevel === null ? '1' : layout.raidLevel;
}

/** Of one disk's partition: half of four mirrored disks' array is on each. */
export function memberBytes(
  layout: DiskLayout,
  sizeBytes: number,
  mountPoint: string,
  diskCount: number,
): number {
  const level = arrayLevel(layout, mountPoint);
  return Math.ceil(level === '1' ? sizeBytes : sizeBytes / (level === '10' ? diskCount / 2 : diskCount));
}

export function mebibytes(sizeBytes: number): number {
  return Math.ceil(sizeBytes / mebibyte);
}

/** What takes the rest comes last: partman, curtin and a partition table know no other way. */
export function restLast<T extends { readonly size: number | 'rest' }>(places: readonly T[]): readonly T[] {
  return [...places.filter(({ size }) => size !== 'rest'), ...places.filter(({ size }) => size === 'rest')];
}

/** A partition of each disk by the name of what it becomes. */
export interface NamedPlace {
  readonly name: string;
  readonly mountPoint: string;
  /** Null: the volume group's. */
  readonly fileSystem: FileSystem | null;
  readonly size: number | 'rest';
}

/** All but the firmware's, in their order on the disk. No name is there twice. */
export function namedPlaces({ partitions, volumeGroup }: DiskLayout): readonly NamedPlace[] {
  const own = restLast(partitions).map(place => ({ ...place, name: placeName(place.mountPoint) }));
  const all: NamedPlace[] =
    volumeGroup === null
      ? own
      : [...own, { name: `pv-${volumeGroup.name}`, mountPoint: '', fileSystem: null, size: 'rest' }];
  return all.map((place, index) => {
    const isFirst = all.findIndex(({ name }) => name === place.name) === index;
    return isFirst ? place : { ...place, name: `${place.name}-${index + 1}` };
  });
}

/** `boot`, `var-log`: part of a device's name. Only swap is mounted nowhere. */
function placeName(mountPoint: string): string {
  if (mountPoint === '') return 'swap';
  return mountPoint === '/' ? 'root' : mountPoint.slice(1).replaceAll('/', '-');
}
