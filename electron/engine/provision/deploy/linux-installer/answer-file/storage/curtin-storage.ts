import { stringify } from 'yaml';
import type { FileSystem } from '#shared/contract/index.ts';
import { biosBootBytes, type DiskLayout, espBytes } from '#shared/placement/disk-layout.ts';
import {
  arrayLevel,
  mebibytes,
  memberBytes,
  type NamedPlace,
  namedPlaces,
  restLast,
} from '../disk-layout.ts';

type Action = Readonly<Record<string, unknown>>;

/** What stands for a disk until the early command has found it. Nothing is called so. */
export function curtinDisk(index: number): string {
  return `/dev/rackside-disk-${String(index + 1).padStart(2, '0')}`;
}

/** The `storage` section of autoinstall: curtin's actions, with subiquity's `size: -1` for the rest. */
export function curtinStorage(layout: DiskLayout, diskCount: number): string {
  return stringify({ swap: { size: 0 }, config: curtinActions(layout, diskCount) }, { lineWidth: 0 });
}

function curtinActions(layout: DiskLayout, diskCount: number): Action[] {
  const disks = Array.from({ length: diskCount }, (_, index) => index);
  const places = namedPlaces(layout);
  const mountEfi = { type: 'mount', id: 'mount-efi', device: 'format-efi-1', path: '/boot/efi' };
  return [
    ...disks.flatMap(disk => [
      diskAction(layout, disk),
      ...firmwareActions(layout, disk),
      ...places.map((place, index) => partitionAction(layout, place, index, disk, diskCount)),
    ]),
    ...places.flatMap(place => placeActions(layout, place, disks)),
    ...(layout.firmwarePartition === 'esp' ? [mountEfi] : []),
  ];
}

function partitionAction(
  layout: DiskLayout,
  { name, mountPoint, size }: NamedPlace,
  index: number,
  disk: number,
  diskCount: number,
): Action {
  const isWhole = layout.raidLevel === null || size === 'rest';
  const share = isWhole ? size : memberBytes(layout, size, mountPoint, diskCount);
  return {
    type: 'partition',
    id: `part-${name}-${disk + 1}`,
    device: `disk-${disk + 1}`,
    number: index + (layout.firmwarePartition === null ? 1 : 2),
    size: sizeText(share),
    wipe: 'superblock',
    preserve: false,
  };
}

/** What the partitions of this name become: an array if there is a RAID, and what is on it. */
function placeActions(layout: DiskLayout, place: NamedPlace, disks: readonly number[]): Action[] {
  const { name, mountPoint, fileSystem } = place;
  const members = disks.map(disk => `part-${name}-${disk + 1}`);
  const volume = layout.raidLevel === null ? `part-${name}-1` : `md-${name}`;
  const array: Action = {
    type: 'raid',
    id: volume,
    name: volume,
    raidlevel: `raid${arrayLevel(layout, mountPoint)}`,
    devices: members,
    spare_devices: [],
    preserve: false,
  };
  return [
    ...(layout.raidLevel === null ? [] : [array]),
    ...(fileSystem === null
      ? groupActions(layout, volume)
      : contentActions(name, volume, mountPoint, fileSystem)),
  ];
}

function sizeText(size: number | 'rest'): string | number {
  return size === 'rest' ? -1 : `${mebibytes(size)}M`;
}

function diskAction(layout: DiskLayout, index: number): Action {
  return {
    type: 'disk',
    id: `disk-${index + 1}`,
    path: curtinDisk(index),
    ptable: layout.partitionTable === 'gpt' ? 'gpt' : 'msdos',
    wipe: 'superblock-recursive',
    preserve: false,
    // On UEFI the boot loader goes to the EFI system partition instead.
    grub_device: layout.firmwarePartition !== 'esp',
  };
}

/** Every member of a RAID gets its own EFI system partition: firmware reads no array. */
function firmwareActions(layout: DiskLayout, index: number): Action[] {
  const partition = { type: 'partition', device: `disk-${index + 1}`, number: 1, preserve: false };
  switch (layout.firmwarePartition) {
    case 'esp':
      return [
        {
          ...partition,
          id: `part-efi-${index + 1}`,
          size: `${mebibytes(espBytes)}M`,
          flag: 'boot',
          wipe: 'superblock',
          grub_device: true,
        },
        { type: 'format', id: `format-efi-${index + 1}`, volume: `part-efi-${index + 1}`, fstype: 'fat32' },
      ];
    case 'bios-boot':
      return [
        {
          ...partition,
          id: `part-bios-${index + 1}`,
          size: `${mebibytes(biosBootBytes)}M`,
          flag: 'bios_grub',
        },
      ];
    case null:
      return [];
  }
}

function contentActions(name: string, volume: string, mountPoint: string, fileSystem: FileSystem): Action[] {
  const fstype = fileSystem === 'vfat' ? 'fat32' : fileSystem;
  return [
    { type: 'format', id: `format-${name}`, volume, fstype, preserve: false },
    {
      type: 'mount',
      id: `mount-${name}`,
      device: `format-${name}`,
      path: fileSystem === 'swap' ? '' : mountPoint,
    },
  ];
}

function groupActions({ volumeGroup }: DiskLayout, device: string): Action[] {
  if (volumeGroup === null) return [];
  return [
    { type: 'lvm_volgroup', id: 'group', name: volumeGroup.name, devices: [device], preserve: false },
    ...restLast(volumeGroup.volumes).flatMap(({ name, mountPoint, fileSystem, size }) => [
      {
        type: 'lvm_partition',
        id: `volume-${name}`,
        name,
        volgroup: 'group',
        size: sizeText(size),
        wipe: 'superblock',
        preserve: false,
      },
      ...contentActions(`volume-${name}`, `volume-${name}`, mountPoint, fileSystem),
    ]),
  ];
}
