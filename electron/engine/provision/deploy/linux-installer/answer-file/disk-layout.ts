import type { FileSystem, InstallerFamily, StorageLayout } from '#shared/contract/index.ts';
import { defaultStorageWith } from '../../storage-of.ts';

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

/** What the firmware needs in front of everything else, by shared/contract/entities/storage.ts. */
export const espBytes = 512 * mebibyte;
export const biosBootBytes = mebibyte;

/** Partition tables, alignment, and a physical volume's own metadata. */
const overheadBytes = 16 * mebibyte;
/** LVM gives whole ones of these to each volume. */
const extentBytes = 4 * mebibyte;
/** An installer's minimum for what is only said to be "the rest". */
export const restMinimumBytes = 2 * gibibyte;

interface LayoutInput {
  readonly medium: { readonly family: InstallerFamily };
  readonly firmware: 'bios' | 'uefi';
  readonly layout: StorageLayout | null;
}

/** A storage layout with what this machine's firmware needs. */
export interface DiskLayout extends StorageLayout {
  readonly firmwarePartition: 'esp' | 'bios-boot' | null;
}

export function diskLayout({ medium, firmware, layout }: LayoutInput): DiskLayout {
  return withFirmwarePartition(layout ?? defaultStorageWith(rootFileSystem[medium.family]), firmware);
}

export function withFirmwarePartition(layout: StorageLayout, firmware: 'bios' | 'uefi'): DiskLayout {
  if (firmware === 'uefi') return { ...layout, firmwarePartition: 'esp' };
  return { ...layout, firmwarePartition: layout.partitionTable === 'gpt' ? 'bios-boot' : null };
}

/** XFS where the distribution's own default is XFS. */
const rootFileSystem: Readonly<Record<InstallerFamily, FileSystem>> = {
  anaconda: 'xfs',
  autoyast: 'xfs',
  'debian-installer': 'ext4',
  subiquity: 'ext4',
};

/** Of each disk. */
export function minimumBytes(layout: DiskLayout, diskCount: number, restBytes = restMinimumBytes): number {
  const { partitions, volumeGroup, raidLevel, firmwarePartition } = layout;
  const sum = (places: readonly { readonly size: number | 'rest' }[]): number =>
    places.reduce((bytes, { size }) => bytes + (size === 'rest' ? restBytes : size), 0);
  const firmwareBytes =
    firmwarePartition === 'esp' ? espBytes : firmwarePartition === 'bios-boot' ? biosBootBytes : 0;
  const striped = raidLevel === '0' ? diskCount : raidLevel === '10' ? diskCount / 2 : 1;
  const boot = partitions.filter(({ mountPoint }) => mountPoint === '/boot');
  const other = partitions.filter(({ mountPoint }) => mountPoint !== '/boot');
  const volumes = volumeGroup?.volumes ?? [];
  const group = volumeGroup === null ? 0 : sum(volumes) + overheadBytes + volumes.length * extentBytes;
  const members = [...other.map(place => sum([place])), group].map(bytes => Math.ceil(bytes / striped));
  const ownBytes = raidLevel === null ? () => 0 : arrayOwnBytes;
  const memberBytesInAll = members.reduce((bytes, member) => bytes + member + ownBytes(member), 0);
  return overheadBytes + firmwareBytes + sum(boot) + memberBytesInAll;
}

/**
 * What mdadm leaves free in front of a member's data (metadata 1.2), for its bitmap and for a later reshape: at most 128 MiB,
 * and of a small one no more than a thousandth (`validate_geometry1` of its super1.c).
 */
function arrayOwnBytes(memberBytes: number): number {
  return memberBytes === 0 ? 0 : Math.min(128 * mebibyte, Math.ceil(memberBytes / 1024)) + 2 * mebibyte;
}

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
