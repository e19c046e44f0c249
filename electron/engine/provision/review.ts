import { bootImagesOf } from '#engine/images/media-of.ts';
import type { ReviewedDisk, StoredRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import {
  CodedError,
  type Disk,
  type FilteredDisk,
  type Image,
  type Inventory,
  type NetworkAssignment,
  type Node,
} from '#shared/contract/index.ts';
import { findAgain, identityOf, isSameDisk } from '#shared/model/disk-identity.ts';
import { brokenGroups, chooseDisk, usableByAll } from '#shared/placement/disk-rules.ts';
import { firmwareOf } from '#shared/placement/firmware.ts';
import { imageBlockers, stateBlocker } from '#shared/placement/image-blockers.ts';
import { addressesOfOthers } from './addresses-of-others.ts';
import { roomProblems } from './deploy/needed-bytes.ts';
import { raidMembers } from './deploy/raid-members.ts';
import { diskRulesOf, withProfile } from './deploy/storage-of.ts';
import { reviewHardware } from './hardware-review.ts';
import { networkGuesses } from './network-guesses.ts';
import { matchError, matchRequest } from './network-plan.ts';
import { requireNode } from './node-state.ts';
import type { WantedCleaning, WantedDeployment } from './reviewed-disks.ts';
import { cleaningRules, withRulesOfNode } from './rules-of-node.ts';
import type { BootServer } from './services.ts';
import { hasWritten } from './stored-deployment.ts';

interface Finding {
  readonly code: string;
  readonly details: Record<string, unknown>;
}

export interface Review {
  readonly disk: Disk | null;
  /** All disks that would be overwritten, with what is known to be on them; null without an inventory. */
  readonly reviewed: ReviewedDisk[] | null;
  /** Something would be lost, or nobody knows: a person must say so in writing. */
  readonly mustConfirm: boolean;
  /** What rules and defaults leave alone. */
  readonly filtered: FilteredDisk[];
  /** Where each network goes. */
  readonly networks: NetworkAssignment[];
  readonly warnings: Finding[];
  /** What a deployment would be refused with. */
  readonly blockers: CodedError[];
}

export interface CleanReview {
  readonly disks: Disk[];
  readonly filtered: FilteredDisk[];
  readonly warnings: Finding[];
  readonly blockers: CodedError[];
}

type ReviewedRequest = WantedDeployment & Pick<StoredRequest, 'profile'>;

type DiskReview = Omit<Review, 'reviewed' | 'mustConfirm' | 'networks'>;

/** As the page is told: errors as code and details. */
export function contractReview({ blockers, reviewed: _, ...told }: Review) {
  return { ...told, blockers: blockers.map(({ code, details }) => ({ code, details })) };
}

/** What a deployment would do, before anything happens. The engine decides again when it runs. */
export function review(store: Store, bootServer: BootServer, asked: WantedDeployment): Review {
  const request = withProfile(store, asked);
  const node = requireNode(store, request.nodeId);
  const image = store.images.find(request.imageId);
  const warnings: Finding[] = [];
  const blockers = [
    ...machineBlockers(store, bootServer, node, 'deploy'),
    ...imageBlockers(image, node),
    ...bootImageBlockers(store, image),
  ];
  const match = matchRequest(store, node, request);
  const networks = match.ok ? [...match.assignments] : [];
  for (const guess of networkGuesses(store, node, request, networks))
    warnings.push({ code: 'network.guessed', details: { ...guess } });
  // What only LLDP will tell is decided in the ramdisk.
  if (!match.ok && node.inventory !== null) blockers.push(matchError(match));
  blockers.push(...addressesOfOthers(store, node, request));
  if (node.bmc === null) warnings.push({ code: 'power.by_hand', details: {} });
  if (node.inventory === null) {
    if (request.disk.by === 'person') blockers.push(noDisk(request.disk.disk.name, []));
    else if (image?.kind !== 'installer') warnings.push({ code: 'disk.decided_in_ramdisk', details: {} });
    return { disk: null, reviewed: null, mustConfirm: true, filtered: [], networks, warnings, blockers };
  }
  const firmware = firmwareOf(node) ?? node.inventory.firmware;
  const found = reviewDisk(request, { ...node.inventory, firmware }, image);
  const raid = reviewRaid(request, found.disk, node.inventory, image);
  const disks = found.disk === null ? [] : [found.disk, ...raid.members];
  const hardware = reviewHardware(store, node.inventory, disks);
  const reviewed = disks.map(disk => ({ ...identityOf(disk), contents: knownContents(store, node, disk) }));
  return {
    disk: found.disk,
    reviewed,
    mustConfirm: reviewed.length === 0 || reviewed.some(({ contents }) => contents?.length !== 0),
    filtered: found.filtered,
    networks,
    warnings: [
      ...warnings,
      ...found.warnings,
      ...raid.members.flatMap(dataWarning),
      ...groupWarnings(disks, node.inventory),
      ...hardware.warnings,
    ],
    blockers: [
      ...blockers,
      ...found.blockers,
      ...hardware.blockers,
      ...raid.problems,
      ...roomProblems(request, image, firmware, disks),
    ],
  };
}

/** A whole-disk image knows nothing of a RAID. */
function reviewRaid(
  request: ReviewedRequest,
  first: Disk | null,
  { disks }: Inventory,
  image: Image | undefined,
): ReturnType<typeof raidMembers> {
  if (image === undefined || image.kind === 'whole-disk') return { members: [], problems: [] };
  return raidMembers(request, first, disks);
}

function dataWarning(disk: Disk): Finding[] {
  const { contents } = disk;
  return contents.length > 0 ? [{ code: 'disk.has_data', details: { disk, contents } }] : [];
}

function groupWarnings(taken: readonly Disk[], inventory: Inventory | null): Finding[] {
  return brokenGroups(taken, inventory?.disks ?? []).map(broken => ({
    code: 'disk.shares_group',
    details: { ...broken },
  }));
}

/** Null: nobody knows, because the inventory is older than what we wrote or than a system that runs. */
function knownContents(store: Store, node: Node, disk: Disk): string[] | null {
  const hasSystem = ['active', 'deploy failed', 'error'].includes(node.provisionState);
  return hasSystem || wasWrittenByUs(store, node, disk) ? null : disk.contents;
}

function wasWrittenByUs(store: Store, node: Node, disk: Disk): boolean {
  return store.deployments.ofNode(node.id).some(deployment => {
    if (!hasWritten(store, deployment.id)) return false;
    const members =
      deployment.kind === 'cleaning' || deployment.kind === 'rescue'
        ? []
        : store.deployments.request(deployment.id).raidDisks;
    return deployment.disk === null || [deployment.disk, ...members].some(each => isSameDisk(each, disk));
  });
}

/** What a cleaning would erase. */
export function reviewClean(store: Store, bootServer: BootServer, request: WantedCleaning): CleanReview {
  const node = requireNode(store, request.nodeId);
  const blockers = machineBlockers(store, bootServer, node, 'clean');
  const rules = cleaningRules(withRulesOfNode(store, request));
  const { usable, filtered } = usableByAll(node.inventory?.disks ?? [], rules);
  const wanted = request.disks;
  const named = wanted?.flatMap(identity => findAgain(identity, node.inventory?.disks ?? []));
  const left = filtered.find(({ disk }) => named?.includes(disk));
  if (left !== undefined) blockers.push(leftAlone(left));
  const disks = named === undefined ? usable : usable.filter(disk => named.includes(disk));
  const warnings = groupWarnings(disks, node.inventory);
  return { disks: [...disks], filtered: [...filtered], warnings, blockers };
}

function machineBlockers(
  store: Store,
  bootServer: BootServer,
  node: Node,
  verb: 'deploy' | 'clean',
): CodedError[] {
  const inState = stateBlocker(node, verb);
  const blockers: CodedError[] = inState === undefined ? [] : [inState];
  if (!bootServer.canBoot(node, verb === 'clean' ? 'cleaning' : 'provisioning')) {
    blockers.push(new CodedError('dhcp.not_full', 'no network is served in full mode', { network: '' }));
  }
  const missing = bootServer.missingRamdisk(node);
  if (missing !== undefined)
    blockers.push(new CodedError('setup.missing', `${missing.what} is missing`, missing));
  if (store.ports.ofNode(node.id).length === 0) {
    blockers.push(new CodedError('node.no_port', 'no MAC address is known', { node: node.name }));
  }
  return blockers;
}

/** Kernel or initrd lie in another image whose file was lost, or which was deleted while this one was. */
function bootImageBlockers(store: Store, image: Image | undefined): CodedError[] {
  if (image === undefined) return [];
  return [...new Set(bootImagesOf(image))].flatMap(id => {
    const found = store.images.find(id);
    if (found?.state === 'ready') return [];
    const text = 'an image with boot files is not ready';
    return [new CodedError('image.not_ready', text, { image: found?.name ?? id })];
  });
}

function reviewDisk(
  request: ReviewedRequest,
  { disks, firmware }: Inventory,
  image: Image | undefined,
): DiskReview {
  const { match, ...selection } = chooseDisk(request.disk, disks, diskRulesOf(request));
  const filtered = [...selection.filtered];
  const without = (blocker: CodedError): DiskReview => ({
    disk: null,
    filtered,
    warnings: [],
    blockers: [blocker],
  });
  if (match.kind === 'none') {
    const [left] = selection.askedFor;
    return without(left === undefined ? noDisk(match.wanted, disks) : leftAlone(left));
  }
  if (match.kind === 'many') {
    const details = { wanted: match.wanted, matches: [...match.matches], disks };
    const text = `${match.matches.length} disks match ${match.wanted}`;
    return without(new CodedError('deploy.ambiguous_disk', text, details));
  }
  const { disk } = match;
  const blockers: CodedError[] = [];
  const warnings: Finding[] = [];
  if (disk.readOnly) blockers.push(new CodedError('disk.read_only', `${disk.name} is read-only`, { disk }));
  if (disk.removable) warnings.push({ code: 'disk.removable', details: { disk } });
  warnings.push(...dataWarning(disk));
  if (image?.kind === 'whole-disk' && !image.boots[firmware])
    warnings.push({ code: 'image.other_firmware', details: { firmware } });
  return { disk, filtered, warnings, blockers };
}

function leftAlone({ disk, reason }: FilteredDisk): CodedError {
  return new CodedError('deploy.disk_left_alone', `${disk.name} is left alone: ${reason}`, { disk, reason });
}

function noDisk(wanted: string, disks: Disk[]): CodedError {
  return new CodedError('deploy.no_disk', `no disk matches ${wanted}`, { wanted, disks });
}
