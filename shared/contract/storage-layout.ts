/** What is wrong with a layout, as catalogue key `layoutProblem.<code>` with its values. */
export const layoutProblems = [
  'no_root',
  'mount_point_twice', // mountPoint
  'bad_mount_point', // mountPoint
  'reserved_mount_point', // mountPoint
  'too_small', // fileSystem, minimumBytes
  'swap_with_mount_point',
  'file_system_for_root', // fileSystem
  'rest_twice',
  'rest_before_volume_group',
  'bad_group_name', // name
  'bad_volume_name', // name
  'volume_name_twice', // name
  'boot_on_raid_0',
  'boot_in_group_on_raid', // a boot loader cannot read it
  'too_many_for_mbr', // limit
] as const;
export type LayoutProblemCode = (typeof layoutProblems)[number];

export interface LayoutProblem {
  readonly path: readonly (string | number)[];
  readonly code: LayoutProblemCode;
  readonly values: Readonly<Record<string, string | number>>;
}

interface Place {
  readonly mountPoint: string;
  readonly fileSystem: string;
  readonly size: number | 'rest';
}

interface Layout {
  readonly partitionTable: string;
  readonly raidLevel: string | null;
  readonly partitions: readonly Place[];
  readonly volumeGroup: {
    readonly name: string;
    readonly volumes: readonly (Place & { readonly name: string })[];
  } | null;
}

/** lvm(8) VALID NAMES; names with these words inside are LVM's own. */
const validName = /^(?!-)(?!\.{1,2}$)[A-Za-z0-9_.+-]{1,60}$/;
const reservedName =
  /^(snapshot|pvmove)|_(cdata|cmeta|corig|mimage|mlog|pmspare|rimage|rmeta|tdata|tmeta|vorigin|vdata)/;
const validMountPoint = /^\/(|[A-Za-z0-9._+-]+(\/[A-Za-z0-9._+-]+)*)$/;
/**
 * What a kernel fills, what a start needs before anything is mounted, and what the firmware's own partition brings. The same
 * as in assets/ramdisk/agent/layout.sh, which is asked when the server has been booted for it.
 */
const reservedMountPoint = /^\/(bin|etc|lib|lib64|sbin|boot\/efi|(dev|proc|run|sys)(\/.*)?)$/;
const mebibyte = 2 ** 20;
/** mkfs.xfs makes none below 300 MiB, mkfs.fat no FAT32 below 33. */
const smallestBytes: Readonly<Record<string, number>> = {
  ext4: 8 * mebibyte,
  xfs: 300 * mebibyte,
  vfat: 34 * mebibyte,
};
/** Three primary ones and the volume group's or an extended one. */
const mbrPartitionsMax = 3;

/** Pure, so that the form and the engine say the same. Empty: it can be made on a disk that is large enough. */
export function storageLayoutProblems(layout: Layout): LayoutProblem[] {
  const problems: LayoutProblem[] = [];
  const add: Add = (path, code, values = {}) => void problems.push({ path, code, values });
  addPlaceProblems(layout, add);
  addGroupProblems(layout, add);
  addBootProblems(layout, add);
  return problems;
}

function addPlaceProblems({ partitions, volumeGroup }: Layout, add: Add): void {
  const places = [
    ...partitions.map((place, index) => ({ place, path: ['partitions', index] })),
    ...(volumeGroup?.volumes ?? []).map((place, index) => ({
      place,
      path: ['volumeGroup', 'volumes', index],
    })),
  ];
  const seen = new Set<string>();
  for (const { place, path } of places) {
    const { mountPoint, fileSystem, size } = place;
    const minimumBytes = smallestBytes[fileSystem] ?? 0;
    if (size !== 'rest' && size < minimumBytes) add(path, 'too_small', { fileSystem, minimumBytes });
    if (fileSystem === 'swap') {
      if (mountPoint !== '') add(path, 'swap_with_mount_point');
      continue;
    }
    if (!isMountPoint(mountPoint)) add(path, 'bad_mount_point', { mountPoint });
    if (reservedMountPoint.test(mountPoint)) add(path, 'reserved_mount_point', { mountPoint });
    if (seen.has(mountPoint)) add(path, 'mount_point_twice', { mountPoint });
    seen.add(mountPoint);
    if (mountPoint === '/' && fileSystem === 'vfat') add(path, 'file_system_for_root', { fileSystem });
  }
  if (!seen.has('/')) add([], 'no_root');
  const rests = partitions.filter(({ size }) => size === 'rest').length;
  if (rests > 1) add(['partitions'], 'rest_twice');
  if (volumeGroup !== null && rests > 0) add(['partitions'], 'rest_before_volume_group');
}

function addGroupProblems({ volumeGroup }: Layout, add: Add): void {
  if (volumeGroup === null) return;
  const { name: group, volumes } = volumeGroup;
  if (!isName(group)) add(['volumeGroup', 'name'], 'bad_group_name', { name: group });
  if (volumes.filter(({ size }) => size === 'rest').length > 1) add(['volumeGroup', 'volumes'], 'rest_twice');
  for (const [index, { name }] of volumes.entries()) {
    const path = ['volumeGroup', 'volumes', index, 'name'];
    if (!isName(name)) add(path, 'bad_volume_name', { name });
    if (volumes.findIndex(other => other.name === name) !== index) add(path, 'volume_name_twice', { name });
  }
}

type Add = (path: LayoutProblem['path'], code: LayoutProblemCode, values?: LayoutProblem['values']) => void;

/** GRUB reads LVM and RAID 1 with the kernel's own superblocks; striped disks hold no whole file for a firmware. */
function addBootProblems(layout: Layout, add: Add): void {
  const { partitions, partitionTable, raidLevel } = layout;
  const boot = partitions.find(({ mountPoint }) => mountPoint === '/boot');
  if (raidLevel === '0' && boot === undefined) add(['raidLevel'], 'boot_on_raid_0');
  if (raidLevel === '10' && boot === undefined) add(['raidLevel'], 'boot_in_group_on_raid');
  if (partitionTable === 'mbr' && partitions.length > mbrPartitionsMax)
    add(['partitions'], 'too_many_for_mbr', { limit: mbrPartitionsMax });
}

function isMountPoint(path: string): boolean {
  return validMountPoint.test(path) && !path.split('/').some(part => part === '.' || part === '..');
}

function isName(name: string): boolean {
  return validName.test(name) && !reservedName.test(name);
}
