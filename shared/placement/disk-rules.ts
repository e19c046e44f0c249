import type { Disk, DiskChoice, DiskFilterReason, DiskRule, FilteredDisk } from '#shared/contract/index.ts';
import { type DiskMatch, matchDisk } from './root-device.ts';

interface DiskSelection {
  readonly match: DiskMatch;
  /** All that are left alone, and of those the ones that were asked for: why they are not the match. */
  readonly filtered: readonly FilteredDisk[];
  readonly askedFor: readonly FilteredDisk[];
}

/** What several servers share, by the names of blkid: who writes to it from here destroys it for all of them. */
const sharedByServers: ReadonlySet<string> = new Set([
  'ceph_bluestore',
  'drbd',
  'gfs',
  'gfs2',
  'gpfs',
  'lustre',
  'ocfs',
  'ocfs1',
  'ocfs2',
  'oracleasm',
  'vmfs',
  'vmfs_volume_member',
]);

/** The disk that is meant, among those that may be touched. Review and deployment both ask here. */
export function chooseDisk(
  choice: DiskChoice,
  disks: readonly Disk[],
  rules: readonly DiskRule[],
): DiskSelection {
  const { usable, filtered } = usableDisks(disks, rules);
  const match = matchDisk(choice, usable, disks);
  const asked = matchDisk(
    choice,
    filtered.map(({ disk }) => disk),
  );
  const meant = asked.kind === 'one' ? [asked.disk] : asked.kind === 'many' ? asked.matches : [];
  return { match, filtered, askedFor: filtered.filter(({ disk }) => meant.includes(disk)) };
}

/**
 * The first rule that matches decides. Where none does, what may belong to other servers too is left alone: LUNs of a
 * SAN, anything on several paths, cluster file systems. A disk that cannot be written is no disk, whatever a rule says.
 */
export function usableDisks(
  disks: readonly Disk[],
  rules: readonly DiskRule[],
): { readonly usable: readonly Disk[]; readonly filtered: readonly FilteredDisk[] } {
  const usable: Disk[] = [];
  const filtered: FilteredDisk[] = [];
  const paths = pathsByLun(disks);
  for (const disk of disks) {
    const isMultipath = disk.signatures.includes('mpath_member') || (paths.get(lunOf(disk)) ?? 0) > 1;
    const index = rules.findIndex(({ match }) => matchesRule(disk, match, isMultipath));
    const action = rules[index]?.action;
    if (action === 'exclude') {
      filtered.push({ disk, reason: 'rule', rule: index });
      continue;
    }
    const reason = (action === 'include' ? undefined : foreignBy(disk, isMultipath)) ?? unusableBy(disk);
    if (reason === undefined) usable.push(disk);
    else filtered.push({ disk, reason, rule: null });
  }
  return { usable, filtered };
}

/** What no list leaves alone; of the rest the first reason. */
export function usableByAll(
  disks: readonly Disk[],
  lists: readonly (readonly DiskRule[])[],
): ReturnType<typeof usableDisks> {
  const filtered = new Map<Disk, FilteredDisk>();
  for (const rules of lists)
    for (const left of usableDisks(disks, rules).filtered)
      if (!filtered.has(left.disk)) filtered.set(left.disk, left);
  return { usable: disks.filter(disk => !filtered.has(disk)), filtered: [...filtered.values()] };
}

/** A volume group or an array of which a part stays on disks that are not taken: it is lost there too. */
interface BrokenGroup {
  readonly disk: Disk;
  readonly group: string;
  readonly others: readonly string[];
}

export function brokenGroups(taken: readonly Disk[], disks: readonly Disk[]): readonly BrokenGroup[] {
  const left = disks.filter(disk => !taken.includes(disk));
  return taken.flatMap(disk =>
    disk.groups
      .map(group => ({
        disk,
        group,
        others: left.filter(({ groups }) => groups.includes(group)).map(({ name }) => name),
      }))
      .filter(({ others }) => others.length > 0),
  );
}

function foreignBy(disk: Disk, isMultipath: boolean): DiskFilterReason | undefined {
  if (sameWord(disk.transport, 'fc')) return 'fibre-channel';
  if (sameWord(disk.transport, 'iscsi')) return 'iscsi';
  if (isMultipath) return 'multipath';
  const isShared = disk.signatures.some(signature => sharedByServers.has(signature.toLowerCase()));
  return isShared ? 'cluster-file-system' : undefined;
}

/** A drive without a medium, such as a BMC's virtual one, is there and has no size. */
function unusableBy(disk: Disk): DiskFilterReason | undefined {
  if (disk.readOnly) return 'read-only';
  return disk.sizeBytes > 0 ? undefined : 'too-small';
}

function matchesRule(disk: Disk, match: DiskRule['match'], isMultipath: boolean): boolean {
  const { pciId, driver, transport, wwnFrom, wwnTo, multipath } = match;
  return (
    (pciId === undefined || matchesPciId(pciId, disk.controller?.pciId ?? '')) &&
    (driver === undefined || sameWord(driver, disk.controller?.driver ?? '')) &&
    (transport === undefined || sameWord(transport, disk.transport)) &&
    (wwnFrom === undefined || compareWwns(wwnFrom, disk.wwn, (from, wwn) => from <= wwn)) &&
    (wwnTo === undefined || compareWwns(wwnTo, disk.wwn, (to, wwn) => wwn <= to)) &&
    (multipath === undefined || multipath === isMultipath)
  );
}

function matchesPciId(wanted: string, actual: string): boolean {
  const [vendor, device] = wanted.toLowerCase().split(':');
  const [actualVendor, actualDevice] = actual.toLowerCase().split(':');
  return vendor === actualVendor && (device === '*' || device === actualDevice);
}

/** Of one kind and length, digits sort as the numbers that they are; anything else is in no range. */
function compareWwns(bound: string, wwn: string, isWithin: (bound: string, wwn: string) => boolean): boolean {
  const [limit, actual] = [wwnDigits(bound), wwnDigits(wwn)];
  if (limit === undefined || actual === undefined) return false;
  return limit.length === actual.length && isWithin(limit, actual);
}

/** With its kind in front: a NAA and an EUI-64 are different spaces (SPC-4 §7.8.6.5, §7.8.6.6). */
function wwnDigits(wwn: string): string | undefined {
  return /^(0x|eui\.)[0-9a-f]+$/.exec(wwn.trim().toLowerCase())?.[0];
}

function pathsByLun(disks: readonly Disk[]): ReadonlyMap<string, number> {
  const paths = new Map<string, number>();
  for (const disk of disks) {
    const lun = lunOf(disk);
    if (disk.wwn.trim() !== '') paths.set(lun, (paths.get(lun) ?? 0) + 1);
  }
  return paths;
}

/** With the size: a careless vendor's WWN on two disks of different size is not one disk. */
function lunOf({ wwn, sizeBytes }: Disk): string {
  return `${wwn.trim().toLowerCase()} ${sizeBytes}`;
}

function sameWord(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
