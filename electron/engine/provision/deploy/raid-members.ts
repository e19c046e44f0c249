import { z } from 'zod';
import type { StoredRequest } from '#engine/store/deployments.ts';
import { CodedError, type Disk, type DiskIdentity, diskIdentity } from '#shared/contract/index.ts';
import { findAgain, identityOf, isSameDisk } from '#shared/model/disk-identity.ts';
import { usableDisks } from '#shared/placement/disk-rules.ts';
import { leastDisks } from '#shared/placement/image-rules.ts';
import type { StepContext } from './step.ts';
import { diskRulesOf, storageOf } from './storage-of.ts';

type RaidRequest = Pick<StoredRequest, 'profile' | 'storage' | 'raidDisks'>;

/**
 * The other disks of a software RAID, found again among what may be touched: they are overwritten like the first one, so
 * what keeps hands off that keeps them off these.
 */
export function raidMembers(
  request: RaidRequest,
  first: DiskIdentity | null,
  disks: readonly Disk[],
): { readonly members: readonly Disk[]; readonly problems: readonly CodedError[] } {
  const { raidLevel } = storageOf(request);
  if (raidLevel === null) return { members: [], problems: [] };
  const { usable, filtered } = usableDisks(disks, diskRulesOf(request));
  const members: Disk[] = [];
  const problems: CodedError[] = [];
  for (const wanted of request.raidDisks) {
    const [found, ...more] = findAgain(wanted, usable);
    const isTwice = (disk: Disk) =>
      (first !== null && isSameDisk(first, disk)) || members.some(member => member === disk);
    if (found === undefined || more.length > 0 || isTwice(found))
      problems.push(notAMember(wanted, filtered, disks));
    else members.push(found);
  }
  const needed = leastDisks(raidLevel);
  const have = request.raidDisks.length + 1;
  if (have < needed || (raidLevel === '10' && have % 2 > 0)) {
    const text = `RAID ${raidLevel} of ${have} disks`;
    problems.push(
      new CodedError('input.invalid', text, {
        issues: [{ path: 'raidDisks', message: `${needed} or more disks are needed` }],
      }),
    );
  }
  return { members, problems };
}

const raidEvidence = z.object({ raid: z.array(diskIdentity) });

/** As choose-disk found them in this boot: what was reviewed may have other names by now. */
export function chosenMembers({ services, deployment }: StepContext): readonly DiskIdentity[] {
  const steps = services.store.deployments.steps(deployment.id);
  const found = raidEvidence.safeParse(steps.find(({ name }) => name === 'choose-disk')?.evidence);
  return found.success ? found.data.raid : [];
}

function notAMember(
  wanted: DiskIdentity,
  filtered: ReturnType<typeof usableDisks>['filtered'],
  disks: readonly Disk[],
): CodedError {
  const left = filtered.find(({ disk }) => isSameDisk(wanted, disk));
  if (left !== undefined) {
    const { disk, reason } = left;
    const details = { disk: identityOf(disk), reason };
    return new CodedError('deploy.disk_left_alone', `${disk.name} is left alone: ${reason}`, details);
  }
  const text = `${wanted.model} ${wanted.serial || wanted.wwn || wanted.byPath}`.trim();
  return new CodedError('deploy.no_disk', `no disk of its own for ${text}`, {
    wanted: text,
    disks: disks.map(identityOf),
  });
}
