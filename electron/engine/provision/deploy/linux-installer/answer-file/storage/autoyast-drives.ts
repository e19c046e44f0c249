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

/** What stands for a disk until the pre-script has found it. Nothing is called so. */
export function autoyastDisk(index: number): string {
  return `/dev/rackside-disk-${String(index + 1).padStart(2, '0')}`;
}

/** Partition ids as yast2-storage-ng writes them into profiles. */
const partitionIds = { linux: 131, swap: 130, lvm: 142, raid: 253, esp: 259, biosBoot: 263 } as const;

type Value = string | number | boolean | { readonly symbol: string };
type Fields = Readonly<Record<string, Value>>;

/** The content of `<partitioning>`: one drive a disk, one an array, one for the volume group. */
export function autoyastDrives(layout: DiskLayout, diskCount: number): string {
  const { volumeGroup, raidLevel } = layout;
  const places = namedPlaces(layout);
  const disks = Array.from({ length: diskCount }, (_, disk) => diskDrive(layout, places, disk, diskCount));
  const arrays = raidLevel === null ? [] : places.map(place => arrayDrive(layout, place));
  const group = volumeGroup === null ? [] : [groupDrive(volumeGroup)];
  return [...disks, ...arrays, ...group].join('\n');
}

function diskDrive(
  layout: DiskLayout,
  places: readonly NamedPlace[],
  disk: number,
  diskCount: number,
): string {
  const fields = {
    device: autoyastDisk(disk),
    type: { symbol: 'CT_DISK' },
    disklabel: layout.partitionTable === 'gpt' ? 'gpt' : 'msdos',
    initialize: true,
    use: 'all',
    enable_snapshots: false,
  };
  const partitions = places.map((place): Fields => {
    const { name, mountPoint, size } = place;
    if (layout.raidLevel === null)
      return {
        create: true,
        partition_id: partitionId(place),
        size: sizeText(size),
        ...content(layout, place),
      };
    const share = size === 'rest' ? size : memberBytes(layout, size, mountPoint, diskCount);
    return {
      create: true,
      partition_id: partitionIds.raid,
      size: sizeText(share),
      raid_name: `/dev/md/${name}`,
    };
  });
  return drive(fields, [...firmwarePartition(layout, disk), ...partitions]);
}

function arrayDrive(layout: DiskLayout, place: NamedPlace): string {
  return drive(
    {
      device: `/dev/md/${place.name}`,
      type: { symbol: 'CT_MD' },
      use: 'all',
      disklabel: 'none',
      enable_snapshots: false,
    },
    [{ create: true, ...content(layout, place) }],
    { raid_type: `raid${arrayLevel(layout, place.mountPoint)}` },
  );
}

function groupDrive({ name, volumes }: NonNullable<DiskLayout['volumeGroup']>): string {
  return drive(
    { device: `/dev/${name}`, type: { symbol: 'CT_LVM' }, use: 'all', enable_snapshots: false },
    restLast(volumes).map(volume => ({
      create: true,
      lv_name: volume.name,
      size: sizeText(volume.size),
      ...fileSystemFields(volume.fileSystem, volume.mountPoint),
    })),
  );
}

function content({ volumeGroup }: DiskLayout, { fileSystem, mountPoint }: NamedPlace): Fields {
  return fileSystem === null
    ? { lvm_group: volumeGroup?.name ?? '' }
    : fileSystemFields(fileSystem, mountPoint);
}

function partitionId({ fileSystem }: NamedPlace): number {
  if (fileSystem === null) return partitionIds.lvm;
  return fileSystem === 'swap' ? partitionIds.swap : partitionIds.linux;
}

function sizeText(size: number | 'rest'): string {
  return size === 'rest' ? 'max' : `${mebibytes(size)}MiB`;
}

function fileSystemFields(fileSystem: FileSystem, mountPoint: string): Fields {
  return {
    format: true,
    filesystem: { symbol: fileSystem },
    mount: fileSystem === 'swap' ? 'swap' : mountPoint,
    mountby: { symbol: 'uuid' },
  };
}

function firmwarePartition(layout: DiskLayout, disk: number): Fields[] {
  switch (layout.firmwarePartition) {
    case 'esp': {
      const own = { create: true, partition_id: partitionIds.esp, size: sizeText(espBytes) };
      // Every member of a RAID has one; the first is the one that is mounted.
      return [
        disk === 0
          ? { ...own, ...fileSystemFields('vfat', '/boot/efi') }
          : { ...own, format: true, filesystem: { symbol: 'vfat' } },
      ];
    }
    case 'bios-boot':
      return [
        { create: true, partition_id: partitionIds.biosBoot, size: sizeText(biosBootBytes), format: false },
      ];
    case null:
      return [];
  }
}

function drive(fields: Fields, partitions: readonly Fields[], raid?: Fields): string {
  return [
    '<drive config:type="map">',
    ...elements(fields, '  '),
    ...(raid === undefined
      ? []
      : ['  <raid_options config:type="map">', ...elements(raid, '    '), '  </raid_options>']),
    '  <partitions config:type="list">',
    ...partitions.flatMap(partition => [
      '    <partition config:type="map">',
      ...elements(partition, '      '),
      '    </partition>',
    ]),
    '  </partitions>',
    '</drive>',
  ].join('\n');
}

/** Every text here is a device, a size or a checked name: none needs escaping. */
function elements(fields: Fields, indent: string): string[] {
  return Object.entries(fields).map(([name, value]) => {
    if (typeof value === 'boolean') return `${indent}<${name} config:type="boolean">${value}</${name}>`;
    if (typeof value === 'number') return `${indent}<${name} config:type="integer">${value}</${name}>`;
    if (typeof value === 'string') return `${indent}<${name}>${value}</${name}>`;
    return `${indent}<${name} config:type="symbol">${value.symbol}</${name}>`;
  });
}
