import type { ReviewedDisk } from '#engine/store/deployments.ts';
import { CodedError, type DeployRequest, type Disk } from '#shared/contract/index.ts';
import { identityOf, isSameDisk } from '#shared/model/disk-identity.ts';

/** What the review and the deployment itself are about: a confirmation changes neither. */
export type WantedDeployment = Omit<DeployRequest, 'confirmed'>;

/** What a review that wants a confirmation was answered with: exactly its disks, and the name of the server. */
export function requireConfirmation(
  { confirmed, hostName }: Pick<DeployRequest, 'confirmed' | 'hostName'>,
  reviewed: readonly ReviewedDisk[],
): void {
  const isConfirmed =
    confirmed?.hostName === hostName &&
    confirmed.disks.length === reviewed.length &&
    reviewed.every(disk => confirmed.disks.some(identity => isSameDisk(identity, disk)));
  if (isConfirmed) return;
  throw new CodedError('deploy.not_confirmed', 'nobody has confirmed that these disks are overwritten', {
    hostName,
    disks: reviewed.map(({ contents: _, ...identity }) => identity),
  });
}

/**
 * Stops unless what would be overwritten is what was reviewed: hints may find another disk by now, and somebody's data may
 * have come onto it. Null: there was no inventory to review, and a person has confirmed that.
 */
export function requireReviewed(
  reviewed: readonly ReviewedDisk[] | null,
  disks: readonly Disk[],
  hasWritten: boolean,
): void {
  if (reviewed === null) return;
  for (const disk of disks) {
    const before = reviewed.find(identity => isSameDisk(identity, disk));
    const known = hasWritten ? null : before?.contents;
    if (before !== undefined && (known == null || addedTo(known, disk.contents).length === 0)) continue;
    throw new CodedError('deploy.disk_changed', `${disk.name} is not what was reviewed`, {
      reviewed: reviewed.map(({ contents: _, ...identity }) => identity),
      disk: identityOf(disk),
      contents: disk.contents,
    });
  }
}

/** Each line begins with a kernel name, which may be another one at each boot. */
function addedTo(before: readonly string[], now: readonly string[]): string[] {
  const nameless = (line: string) => line.replace(/^\S+ ?/, '');
  const known = new Set(before.map(nameless));
  return now.filter(line => !known.has(nameless(line)));
}
