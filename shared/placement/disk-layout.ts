import type { StorageLayout } from '#shared/contract/index.ts';

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

/** A storage layout with what this machine's firmware needs. */
export interface DiskLayout extends StorageLayout {
  readonly firmwarePartition: 'esp' | 'bios-boot' | null;
}

export function withFirmwarePartition(layout: StorageLayout, firmware: 'bios' | 'uefi'): DiskLayout {
  if (firmware === 'uefi') return { ...layout, firmwarePartition: 'esp' };
  return { ...layout, firmwarePartition: layout.partitionTable === 'gpt' ? 'bios-boot' : null };
}

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
