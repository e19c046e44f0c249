import { CodedError } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import { chooseDisk as choose } from '#shared/placement/disk-rules.ts';
import { failingDisks } from '../../hardware-review.ts';
import { requireNode } from '../../node-state.ts';
import { requireReviewed } from '../../reviewed-disks.ts';
import { hasWritten } from '../../stored-deployment.ts';
import { roomProblems } from '../needed-bytes.ts';
import { raidMembers } from '../raid-members.ts';
import type { DeployStep } from '../step.ts';
import { diskRulesOf } from '../storage-of.ts';

/** A whole-disk image knows nothing of one. */
const noRaid: ReturnType<typeof raidMembers> = { members: [], problems: [] };

/** Exactly one disk, found again in what the ramdisk sees now, or a stop with the list of disks. Never a guess. */
export const chooseDisk: DeployStep = {
  name: 'choose-disk',
  async run({ services, node, request, image, deployment }) {
    const { inventory } = requireNode(services.store, node.id);
    const disks = inventory?.disks ?? [];
    const { match, filtered, askedFor } = choose(request.disk, disks, diskRulesOf(request));
    const [left] = askedFor;
    if (match.kind === 'none' && left !== undefined) {
      throw new CodedError('deploy.disk_left_alone', `${left.disk.name} is left alone: ${left.reason}`, {
        disk: identityOf(left.disk),
        reason: left.reason,
      });
    }
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
        const raid = image.kind === 'whole-disk' ? noRaid : raidMembers(request, identity, disks);
        const firmware = inventory?.firmware ?? 'bios';
        const all = [disk, ...raid.members];
        const [problem] = [
          ...raid.problems,
          ...failingDisks(services.store, all),
          ...roomProblems(request, image, firmware, all),
        ];
        if (problem !== undefined) throw problem;
        const wrote = hasWritten(services.store, deployment.id);
        requireReviewed(request.reviewed, all, wrote);
        services.store.deployments.save({ ...deployment, disk: identity });
        return {
          ...identity,
          contents: disk.contents,
          controller: disk.controller,
          raid: raid.members.map(identityOf),
          leftAlone: filtered.map(({ disk: { name }, reason }) => ({ name, reason })),
        };
      }
      default:
        return assertNever(match);
    }
  },
};
