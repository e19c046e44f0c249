import type { FileSystem } from '#shared/contract/index.ts';
import { biosBootBytes, type DiskLayout, espBytes, restMinimumBytes } from '#shared/placement/disk-layout.ts';
import { arrayLevel, memberBytes, restLast } from '../disk-layout.ts';

/** What partman-auto is told: how, the recipe, and with a RAID what each array is made of. */
export interface PartmanPlan {
  readonly method: 'regular' | 'lvm' | 'raid';
  readonly label: 'gpt' | 'msdos';
  /** One line of preseed. */
  readonly recipe: string;
  /** For the shell, with `$(partition_of "$disk1" 2)` in it; empty without RAID. */
  readonly raidRecipe: string;
  readonly volumeGroup: string;
  /** What of the volume group is given away: `max`, or the sum of its volumes. */
  readonly guidedSize: string;
  /** Of each disk. On a smaller one partman leaves this recipe out (recipes.sh, `choose_recipe`). */
  readonly minimumBytes: number;
  /** LVM without a /boot of its own. */
  readonly bootInVolumeGroup: boolean;
}

/**
 * partman's recipes are in megabytes (partman-auto recipes.sh, `expand_scheme`): minimum, priority, maximum, type. The
 * last partition of a disk takes all that is left whatever it says, and so does the last volume of a group unless
 * `guided_size` is smaller: what is "the rest" is put there, and an unused partition where nothing is.
 */
export function partmanPlan(layout: DiskLayout, diskCount: number): PartmanPlan {
  const { raidLevel, volumeGroup, partitions, partitionTable } = layout;
  const isRaid = raidLevel !== null;
  const places = restLast(partitions);
  const entries = [
    ...firmwareEntries(layout),
    ...places.map(place => {
      const size =
        isRaid && place.size !== 'rest'
          ? memberBytes(layout, place.size, place.mountPoint, diskCount)
          : place.size;
      return entry(
        size,
        isRaid ? 'raid' : place.fileSystem,
        isRaid ? member : content(place.fileSystem, place.mountPoint),
        primary(layout),
      );
    }),
    ...(volumeGroup === null
      ? []
      : [
          // The minima of all lines are added up, and those of the volumes in it are among them.
          line(
            '1 1000000 -1',
            'ext4',
            isRaid ? member : `${method('lvm')} vg_name{ ${volumeGroup.name} }`,
            primary(layout),
          ),
        ]),
    ...(volumeGroup === null && !places.some(({ size }) => size === 'rest')
      ? [line('1 1 -1', 'ext4', method('keep'), primary(layout))]
      : []),
    ...restLast(volumeGroup?.volumes ?? []).map(({ name, mountPoint, fileSystem, size }) =>
      entry(
        size,
        fileSystem,
        content(fileSystem, mountPoint),
        `${isRaid ? `${notOnDisks} ` : ''}$lvmok{ } in_vg{ ${volumeGroup?.name ?? ''} } lv_name{ ${name} }`,
      ),
    ),
  ];
  const volumes = volumeGroup?.volumes ?? [];
  return {
    method: isRaid ? 'raid' : volumeGroup === null ? 'regular' : 'lvm',
    label: partitionTable === 'gpt' ? 'gpt' : 'msdos',
    recipe: `rackside :: ${entries.join(' ')}`,
    raidRecipe: isRaid ? raidRecipe(layout, diskCount) : '',
    volumeGroup: volumeGroup?.name ?? '',
    minimumBytes:
      1e6 *
      entries
        .filter(words => !words.includes(notOnDisks))
        .reduce((sum, words) => sum + Number.parseInt(words, 10), 0),
    guidedSize: volumes.some(({ size }) => size === 'rest')
      ? 'max'
      : `${volumes.reduce((sum, { size }) => sum + megabytes(size), 0)}MB`,
    bootInVolumeGroup: volumeGroup !== null && !partitions.some(({ mountPoint }) => mountPoint === '/boot'),
  };
}

function megabytes(size: number | 'rest'): number {
  return Math.ceil((size === 'rest' ? restMinimumBytes : size) / 1e6);
}

function entry(size: number | 'rest', type: FileSystem | 'raid', what: string, before: string): string {
  const least = megabytes(size);
  const range = size === 'rest' ? `${least} ${1_000_000} -1` : `${least} ${least} ${least}`;
  return line(range, partmanType(type), what, before);
}

function line(range: string, type: string, what: string, before: string): string {
  return [range, type, before, what, '.'].filter(word => word !== '').join(' ');
}

/** A partition that becomes an array member has no file system; partman wants a known word all the same. */
function partmanType(type: FileSystem | 'raid'): string {
  if (type === 'swap') return 'linux-swap';
  if (type === 'vfat') return 'fat32';
  return type === 'raid' ? 'ext4' : type;
}

/**
 * With a RAID partman reads the recipe twice: as `default` for every disk, as `lvm` for the group in the array. Each time it
 * leaves out the lines with that word and `ignore` (recipes.sh, `decode_recipe`), and no others.
 */
const notOnDisks = '$defaultignore{ }';
const member = `$lvmignore{ } ${method('raid')}`;

function method(name: string): string {
  return `method{ ${name} }`;
}

function content(fileSystem: FileSystem, mountPoint: string): string {
  if (fileSystem === 'swap') return `${method('swap')} format{ }`;
  const name = partmanType(fileSystem);
  return `${method('format')} format{ } use_filesystem{ } filesystem{ ${name} } mountpoint{ ${mountPoint} }`;
}

function primary({ partitionTable }: DiskLayout): string {
  return partitionTable === 'mbr' ? '$primary{ }' : '';
}

/** Without `$reusemethod{ }`: a partition of the old system is never taken over. */
function firmwareEntries({ firmwarePartition, partitionTable, raidLevel }: DiskLayout): string[] {
  const forDisks = raidLevel === null ? '' : '$lvmignore{ } ';
  const label = partitionTable === 'gpt' ? '$iflabel{ gpt }' : '$primary{ }';
  switch (firmwarePartition) {
    case 'esp': {
      const size = megabytes(espBytes);
      return [`${size} ${size} ${size} free ${label} ${forDisks}${method('efi')} format{ } .`];
    }
    case 'bios-boot': {
      const size = megabytes(biosBootBytes);
      return [`${size} ${size} ${size} free ${label} ${forDisks}${method('biosgrub')} .`];
    }
    case null:
      return [];
  }
}

/** partman-auto-raid: level, devices, spares, file system, mount point, members; partitions are counted in the recipe's order. */
function raidRecipe(layout: DiskLayout, diskCount: number): string {
  const places = restLast(layout.partitions);
  const first = layout.firmwarePartition === null ? 1 : 2;
  const members = (number: number): string =>
    Array.from(
      { length: diskCount },
      (_, index) => `/dev/$(partition_of "$disk${index + 1}" ${number})`,
    ).join('#');
  const arrays = places.map(({ mountPoint, fileSystem }, index) => {
    const isSwap = fileSystem === 'swap';
    const type = isSwap ? 'swap' : partmanType(fileSystem);
    return `${arrayLevel(layout, mountPoint)} ${diskCount} 0 ${type} ${isSwap ? 'swap' : mountPoint} ${members(first + index)} .`;
  });
  if (layout.volumeGroup !== null)
    arrays.push(`${layout.raidLevel} ${diskCount} 0 lvm - ${members(first + places.length)} .`);
  return arrays.join(' ');
}
