import { matchDisk } from '#engine/inventory/root-device.ts';
import type { Store } from '#engine/store/store.ts';
import type { DeployRequest, Disk, Image, Inventory } from '#shared/contract/index.ts';
import { requireNode } from './node-state.ts';
import type { BootServer } from './services.ts';
import { transition } from './state-machine.ts';

interface Finding {
  readonly code: string;
  readonly details: Record<string, unknown>;
}

export interface Review {
  readonly disk: Disk | null;
  readonly warnings: Finding[];
  readonly blockers: Finding[];
}

/** What a deployment would do, before anything happens. The engine decides again when it runs. */
export function review(store: Store, bootServer: BootServer, request: DeployRequest): Review {
  const node = requireNode(store, request.nodeId);
  const image = store.images.find(request.imageId);
  const warnings: Finding[] = [];
  const blockers: Finding[] = [];
  const block = (code: string, details: Record<string, unknown> = {}) => blockers.push({ code, details });
  const warn = (code: string, details: Record<string, unknown> = {}) => warnings.push({ code, details });

  if (transition(node.provisionState, 'deploy') === undefined)
    block('state.not_allowed', { verb: 'deploy', state: node.provisionState });
  if (image?.state !== 'ready') block('image.not_ready', { image: image?.name ?? '' });
  if (!bootServer.canBootMachines()) block('dhcp.not_full', { network: '' });
  const missing = bootServer.missingRamdisk();
  if (missing !== undefined) block('setup.missing', { ...missing });
  if (store.ports.ofNode(node.id).length === 0) block('node.no_port', { node: node.name });
  if (node.bmc === null) warn('power.by_hand');
  if (node.inventory === null) {
    if (request.disk.by === 'person') block('deploy.no_disk', { wanted: request.disk.disk.name, disks: [] });
    else warn('disk.decided_in_ramdisk');
    return { disk: null, warnings, blockers };
  }

  const { disk, ...found } = reviewDisk(request, node.inventory, image);
  return { disk, warnings: [...warnings, ...found.warnings], blockers: [...blockers, ...found.blockers] };
}

function reviewDisk(request: DeployRequest, inventory: Inventory, image: Image | undefined): Review {
  const { disks } = inventory;
  const match = matchDisk(request.disk, disks);
  if (match.kind !== 'one') {
    const details = { wanted: match.wanted, matches: match.kind === 'many' ? match.matches : [], disks };
    const code = match.kind === 'none' ? 'deploy.no_disk' : 'deploy.ambiguous_disk';
    return { disk: null, warnings: [], blockers: [{ code, details }] };
  }
  const { disk } = match;
  const blockers: Finding[] = [];
  const warnings: Finding[] = [];
  const neededBytes = image?.rawSizeBytes ?? 0;
  if (disk.sizeBytes < neededBytes)
    blockers.push({ code: 'deploy.disk_too_small', details: { neededBytes, disk } });
  if (disk.readOnly) blockers.push({ code: 'disk.read_only', details: { disk } });
  if (disk.removable) warnings.push({ code: 'disk.removable', details: { disk } });
  if (disk.contents.length > 0)
    warnings.push({ code: 'disk.has_data', details: { disk, contents: disk.contents } });
  if (image !== undefined && !image.boots[inventory.firmware]) {
    warnings.push({ code: 'image.other_firmware', details: { firmware: inventory.firmware } });
  }
  return { disk, warnings, blockers };
}
