import { matchDisk } from '#engine/inventory/root-device.ts';
import { CodedError, type Disk } from '#shared/contract/index.ts';
import { requireNode } from '../../node-state.ts';
import type { DeployStep } from '../step.ts';

/** Exactly one disk, found again in what the ramdisk sees now, or a stop with the list of disks. Never a guess. */
export const chooseDisk: DeployStep = {
  name: 'choose-disk',
  run({ services, node, request, image, deployment }) {
    const disks = requireNode(services.store, node.id).inventory?.disks ?? [];
    const match = matchDisk(request.disk, disks);
    switch (match.kind) {
      case 'none':
        throw new CodedError('deploy.no_disk', `no disk matches ${match.wanted}`, {
          wanted: match.wanted,
          disks: disks.map(identity),
        });
      case 'many':
        throw new CodedError('deploy.ambiguous_disk', `${match.matches.length} disks match ${match.wanted}`, {
          wanted: match.wanted,
          matches: match.matches.map(identity),
          disks: disks.map(identity),
        });
      case 'one': {
        const { disk } = match;
        if (disk.sizeBytes < image.rawSizeBytes) {
          throw new CodedError('deploy.disk_too_small', `${disk.name} is smaller than the image`, {
            neededBytes: image.rawSizeBytes,
            disk: identity(disk),
          });
        }
        services.store.deployments.save({ ...deployment, disk: identity(disk) });
        return Promise.resolve({ ...identity(disk), contents: disk.contents, controller: disk.controller });
      }
    }
  },
};

export function identity({ name, model, serial, wwn, sizeBytes }: Disk) {
  return { name, model, serial, wwn, sizeBytes };
}
