import type { Disk, Flavor, Inventory, Node, RacksideHandlers } from '#shared/contract/index.ts';
import { chooseDisk, usableDisks } from '#shared/placement/disk-rules.ts';
import { installedMemoryGib } from './installed-memory.ts';

type FlavorMatch = Awaited<ReturnType<RacksideHandlers['nodes']['match']>>;
type FlavorDifference = FlavorMatch['nearest'][number]['differences'][number];
type Candidate = Pick<Node, 'id' | 'name' | 'provisionState' | 'inventory' | 'resourceClass' | 'extra'>;

/** How far off, from 0 to 1, is for sorting alone. */
interface Miss extends FlavorDifference {
  readonly distance: number;
}

/**
 * Free servers that equal what is asked for: never a bigger one. What the flavor leaves open, any server has. Only when nothing
 * matches: those that differ least, at most five.
 */
export function matchFlavor(flavor: Flavor, nodes: readonly Candidate[]): FlavorMatch {
  const compared = nodes.map(node => ({ node, misses: missesOf(flavor, node) }));
  const matches = compared.filter(({ misses }) => misses.length === 0).map(({ node }) => node.id);
  if (matches.length > 0) return { matches, nearest: [] };
  const nearest = compared
    .toSorted(
      (one, other) =>
        one.misses.length - other.misses.length ||
        distanceOf(one.misses) - distanceOf(other.misses) ||
        one.node.name.localeCompare(other.node.name, 'en', { numeric: true }),
    )
    .slice(0, 5)
    .map(({ node, misses }) => ({
      nodeId: node.id,
      differences: misses.map(({ what, wanted, has }) => ({ what, wanted, has })),
    }));
  return { matches: [], nearest };
}

/** Nobody's system runs on it and nothing else is done with it: it may be deployed. */
const freeStates: ReadonlySet<Node['provisionState']> = new Set(['available', 'deploy failed', 'error']);

function missesOf(flavor: Flavor, { provisionState, inventory, resourceClass, extra }: Candidate) {
  const misses: Miss[] = [];
  if (!freeStates.has(provisionState))
    misses.push({ what: 'state', wanted: 'available', has: provisionState, distance: 1 });
  if (flavor.resourceClass !== '' && flavor.resourceClass !== resourceClass)
    misses.push({ what: 'resourceClass', wanted: flavor.resourceClass, has: resourceClass, distance: 1 });
  if (flavor.vcpus !== null)
    misses.push(...number('vcpus', flavor.vcpus, inventory?.cpu.threads || null, String));
  if (flavor.memoryGib !== null) {
    const installed = inventory === null ? null : installedMemoryGib(inventory);
    misses.push(...number('memory', flavor.memoryGib, installed, gib => `${gib} GiB`));
  }
  if (flavor.disks !== null) misses.push(...disksMiss(flavor.disks, inventory));
  misses.push(...rootDeviceMiss(flavor.rootDevice, inventory));
  for (const [label, wanted] of Object.entries(flavor.labels)) {
    const has = Object.hasOwn(extra, label) ? extra[label] : undefined;
    if (has !== wanted)
      misses.push({
        what: 'label',
        wanted: `${label}=${wanted}`,
        has: has === undefined ? '' : `${label}=${has}`,
        distance: 1,
      });
  }
  return misses;
}

function number(
  what: FlavorDifference['what'],
  wanted: number,
  has: number | null,
  words: (value: number) => string,
): Miss[] {
  if (has === wanted) return [];
  const distance = has === null ? 1 : Math.abs(has - wanted) / Math.max(has, wanted);
  return [{ what, wanted: words(wanted), has: has === null ? null : words(has), distance }];
}

function disksMiss(wanted: NonNullable<Flavor['disks']>, inventory: Inventory | null): Miss[] {
  const sizes = sorted(wanted.flatMap(({ count, sizeGb }) => Array<number>(count).fill(sizeGb)));
  if (inventory === null) return [{ what: 'disks', wanted: summary(sizes), has: null, distance: 1 }];
  const real = sorted(ownDisks(inventory.disks).map(({ sizeBytes }) => sizeBytes / 1e9));
  // Both in order of size: if any pairing fits, this one does.
  const fitting = sizes.filter((size, at) => isAsSold(size, real[at] ?? 0)).length;
  const most = Math.max(sizes.length, real.length);
  if (fitting === most) return [];
  return [{ what: 'disks', wanted: summary(sizes), has: summary(real), distance: 1 - fitting / most }];
}

/** What is built into the server: no stick, no virtual medium of the BMC, nothing of a SAN. */
function ownDisks(disks: readonly Disk[]): Disk[] {
  const { filtered } = usableDisks(disks, []);
  const foreign = new Set(
    filtered
      .filter(({ reason }) => ['fibre-channel', 'iscsi', 'multipath'].includes(reason))
      .map(({ disk }) => disk),
  );
  return disks.filter(disk => !foreign.has(disk) && !disk.removable && disk.sizeBytes > 0);
}

/**
 * RAID controllers keep up to one percent for themselves and vendors round either way ("146 GB" are 146.8), the next
 * size as sold is four percent away (480 and 500). Half a gigabyte is what writing whole ones loses.
 */
function isAsSold(soldGb: number, realGb: number): boolean {
  return Math.abs(realGb - soldGb) <= Math.max(soldGb * 0.02, 0.5);
}

function rootDeviceMiss(hints: Flavor['rootDevice'], inventory: Inventory | null): Miss[] {
  if (hints === null || Object.keys(hints).length === 0) return [];
  const { match } = chooseDisk({ by: 'hints', hints }, inventory?.disks ?? [], []);
  if (match.kind === 'one') return [];
  const has = match.kind === 'many' ? match.matches.map(({ name }) => name).join(', ') : '';
  return [{ what: 'rootDevice', wanted: match.wanted, has: inventory === null ? null : has, distance: 1 }];
}

/** `2 × 480 GB, 1 × 960 GB` */
function summary(sizesGb: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const size of sizesGb) counts.set(Math.round(size), (counts.get(Math.round(size)) ?? 0) + 1);
  return [...counts].map(([size, count]) => `${count} × ${size} GB`).join(', ');
}

function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((one, other) => one - other);
}

function distanceOf(misses: readonly Miss[]): number {
  return misses.reduce((sum, { distance }) => sum + distance, 0);
}
