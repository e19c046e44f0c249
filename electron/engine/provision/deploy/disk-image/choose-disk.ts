import { identityOf, matchDisk } from '#engine/inventory/root-device.ts';
import { CodedError } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { requireNode } from '../../node-state.ts';
import type { DeployStep } from '../step.ts';

/** Exactly one disk, found again in what the ramdisk sees now, or a stop with the list of disks. Never a guess. */
export const chooseDisk: DeployStep = {
  name: 'choose-disk',
  async run({ services, node, request, image, deployment }) {
    const disks = requireNode(services.store, node.id).inventory?.disks ?? [];
    const match = matchDisk(request.disk, disks);
    switch (match.kind) {
      case 'none':
        throw new CodedError('deploy.no_disk', `no disk matches ${match.wanted}`, {
          wanted: match.wanted,
          disks: disks.map(identityOf),
        });
      case 'many':
        throw new CodedError('deploy.ambiguous_disk', `${match.matches.length} disks match ${match.wanted}`, {
          wanted: match.wanted,
          matches: match.matches.map(identityOf),
          disks: disks.map(identityOf),
        });
      case 'one': {
        const { disk } = match;
        const identity = identityOf(disk);
        if (disk.sizeBytes < image.rawSizeBytes) {
          throw new CodedError('deploy.disk_too_small', `${disk.name} is smaller than the image`, {
            neededBytes: image.rawSizeBytes,
            disk: identity,
          });
        }
        services.store.deployments.save({ ...deployment, disk: identity });
        return { ...identity, contents: disk.contents, controller: disk.controller };
      }
      default:
        return assertNever(match);
    }
  },
};
