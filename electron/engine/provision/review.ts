import { isSameDisk, matchDisk } from '#engine/inventory/root-device.ts';
import type { Store } from '#engine/store/store.ts';
import {
  CodedError,
  type DeployRequest,
  type Disk,
  type Image,
  type Inventory,
  type Node,
} from '#shared/contract/index.ts';
import { writeImage } from './deploy/disk-image/agent-steps.ts';
import { requireNode } from './node-state.ts';
import type { BootServer } from './services.ts';
import { transition } from './state-machine.ts';

interface Finding {
  readonly code: string;
  readonly details: Record<string, unknown>;
}

export interface Review {
  readonly disk: Disk | null;
  /** Something would be lost, or nobody knows: a person must say so in writing. */
  readonly mustConfirm: boolean;
  readonly warnings: Finding[];
  /** What a deployment would be refused with. */
  readonly blockers: CodedError[];
}

type DiskReview = Omit<Review, 'mustConfirm'>;

/** What a deployment would do, before anything happens. The engine decides again when it runs. */
export function review(store: Store, bootServer: BootServer, request: DeployRequest): Review {
  const node = requireNode(store, request.nodeId);
  const image = store.images.find(request.imageId);
  const warnings: Finding[] = [];
  const blockers = generalBlockers(store, bootServer, node, image);
  if (node.bmc === null) warnings.push({ code: 'power.by_hand', details: {} });
  if (node.inventory === null) {
    if (request.disk.by === 'person') blockers.push(noDisk(request.disk.disk.name, []));
    else warnings.push({ code: 'disk.decided_in_ramdisk', details: {} });
    return { disk: null, mustConfirm: true, warnings, blockers };
  }
  const found = reviewDisk(request, node.inventory, image);
  return {
    disk: found.disk,
    mustConfirm: found.disk === null || mayHoldData(store, node, found.disk),
    warnings: [...warnings, ...found.warnings],
    blockers: [...blockers, ...found.blockers],
  };
}

/** The inventory is as old as the last ramdisk: what was written since counts too, and a system that runs. */
function mayHoldData(store: Store, node: Node, disk: Disk): boolean {
  const hasSystem = ['active', 'deploy failed', 'error'].includes(node.provisionState);
  return hasSystem || disk.contents.length > 0 || wasWrittenByUs(store, node, disk);
}

function wasWrittenByUs(store: Store, node: Node, disk: Disk): boolean {
  return store.deployments.ofNode(node.id).some(deployment => {
    const hasWritten = deployment.steps.some(
      ({ name, startedAt }) => name === writeImage.name && startedAt !== null,
    );
    return hasWritten && (deployment.disk === null || isSameDisk(deployment.disk, disk));
  });
}

function generalBlockers(
  store: Store,
  bootServer: BootServer,
  node: Node,
  image: Image | undefined,
): CodedError[] {
  const blockers: CodedError[] = [];
  const state = node.provisionState;
  if (transition(state, 'deploy') === undefined) {
    blockers.push(
      new CodedError('state.not_allowed', `not possible in state "${state}"`, { verb: 'deploy', state }),
    );
  }
  if (image?.state !== 'ready') {
    blockers.push(new CodedError('image.not_ready', 'the image is not ready', { image: image?.name ?? '' }));
  }
  if (!bootServer.canBoot(node)) {
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

function reviewDisk(
  request: DeployRequest,
  { disks, firmware }: Inventory,
  image: Image | undefined,
): DiskReview {
  const match = matchDisk(request.disk, disks);
  if (match.kind === 'none') return { disk: null, warnings: [], blockers: [noDisk(match.wanted, disks)] };
  if (match.kind === 'many') {
    const details = { wanted: match.wanted, matches: [...match.matches], disks };
    const text = `${match.matches.length} disks match ${match.wanted}`;
    return { disk: null, warnings: [], blockers: [new CodedError('deploy.ambiguous_disk', text, details)] };
  }
  const { disk } = match;
  const blockers: CodedError[] = [];
  const warnings: Finding[] = [];
  const neededBytes = image?.rawSizeBytes ?? 0;
  if (disk.sizeBytes < neededBytes) {
    blockers.push(
      new CodedError('deploy.disk_too_small', `${disk.name} is too small`, { neededBytes, disk }),
    );
  }
  if (disk.readOnly) blockers.push(new CodedError('disk.read_only', `${disk.name} is read-only`, { disk }));
  if (disk.removable) warnings.push({ code: 'disk.removable', details: { disk } });
  if (disk.contents.length > 0)
    warnings.push({ code: 'disk.has_data', details: { disk, contents: disk.contents } });
  if (image !== undefined && !image.boots[firmware])
    warnings.push({ code: 'image.other_firmware', details: { firmware } });
  return { disk, warnings, blockers };
}

function noDisk(wanted: string, disks: Disk[]): CodedError {
  return new CodedError('deploy.no_disk', `no disk matches ${wanted}`, { wanted, disks });
}
