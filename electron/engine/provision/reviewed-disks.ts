import type { ReviewedDisk } from '#engine/store/deployments.ts';
import {
  type CleanRequest,
  CodedError,
  type DeployRequest,
  type Disk,
  type DiskIdentity,
  type EraseConfirmation,
} from '#shared/contract/index.ts';
import { identityOf, isSameDisk } from '#shared/model/disk-identity.ts';

/** What the review and the deployment itself are about: a confirmation changes neither. */
export type WantedDeployment = Omit<DeployRequest, 'confirmed'>;
export type WantedCleaning = Omit<CleanRequest, 'confirmed'>;

/** What a review that wants a confirmation was answered with: exactly its disks, and the name of the server. */
export function requireConfirmation(
  { confirmed, hostName }: Pick<DeployRequest, 'confirmed' | 'hostName'>,
  reviewed: readonly ReviewedDisk[],
): void {
  if (confirmed?.hostName === hostName && areTheSame(confirmed.disks, reviewed)) return;
  throw new CodedError('deploy.not_confirmed', 'nobody has confirmed that these disks are overwritten', {
    hostName,
    disks: reviewed.map(identityOf),
  });
}

/** The same of an erasure, which is always confirmed: exactly the disks of its review. */
export function requireEraseConfirmation(
  confirmed: EraseConfirmation,
  name: string,
  disks: readonly Disk[],
): void {
  if (confirmed?.name === name && areTheSame(confirmed.disks, disks)) return;
  throw new CodedError('clean.not_confirmed', 'nobody has confirmed that these disks are erased', {
    name,
    disks: disks.map(identityOf),
  });
}

function areTheSame(confirmed: readonly DiskIdentity[], reviewed: readonly DiskIdentity[]): boolean {
  return (
    confirmed.length === reviewed.length &&
    reviewed.every(disk => confirmed.some(identity => isSameDisk(identity, disk)))
  );
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
    throw changed(reviewed, disk);
  }
}

/**
 * Stops unless a new review is about the disks of an earlier one, and nothing has come onto them: what was confirmed then
 * was not about this. Null: there was no inventory then, and a confirmation of nothing in particular.
 */
export function requireSameReview(
  before: readonly ReviewedDisk[] | null,
  now: readonly ReviewedDisk[] | null,
): void {
  if (before === null) return;
  for (const disk of now ?? []) {
    const was = before.find(identity => isSameDisk(identity, disk));
    if (was?.contents === null) continue; // confirmed without knowing
    if (was !== undefined && disk.contents !== null && addedTo(was.contents, disk.contents).length === 0)
      continue;
    throw changed(before, disk);
  }
}

/**
 * Stops before an erasure of "all" takes a disk with data that the inventory did not have when it was confirmed. Null:
 * there was none, and a person has confirmed that.
 */
export function requireKnown(known: readonly DiskIdentity[] | null, disks: readonly Disk[]): void {
  if (known === null) return;
  const added = disks.find(
    disk => disk.contents.length > 0 && !known.some(identity => isSameDisk(identity, disk)),
  );
  if (added !== undefined) throw changed(known, added);
}

function changed(
  reviewed: readonly DiskIdentity[],
  disk: DiskIdentity & Pick<ReviewedDisk, 'contents'>,
): CodedError {
  return new CodedError('deploy.disk_changed', `${disk.name} is not what was reviewed`, {
    reviewed: reviewed.map(identityOf),
    disk: identityOf(disk),
    contents: disk.contents ?? [],
  });
}

/** Each line begins with a kernel name, which may be another one at each boot. */
function addedTo(before: readonly string[], now: readonly string[]): string[] {
  const nameless = (line: string) => line.replace(/^\S+ ?/, '');
  const known = new Set(before.map(nameless));
  return now.filter(line => !known.has(nameless(line)));
}
