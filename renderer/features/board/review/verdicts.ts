import type { DiskIdentity } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import type { DeployInput } from '../../deploy/deploy-form.ts';
import type { PlannedServer } from './batch-requests.ts';
import type { ServerReview } from './use-batch-review.ts';

const standings = ['blocked', 'pending', 'warned', 'ready'] as const;
/** How a server stands before its deployment, the worst first. */
export type Standing = (typeof standings)[number];

export function standingOf({ request }: PlannedServer, review: ServerReview | undefined): Standing {
  if (request === null) return 'blocked';
  if (review === undefined) return 'pending';
  const { blockers, warnings } = review.review;
  if (blockers.length + review.conflicts.length > 0) return 'blocked';
  return warnings.length > 0 ? 'warned' : 'ready';
}

/** What is wrong first, then what is to be minded. */
export function worstFirst(
  planned: readonly PlannedServer[],
  reviews: ReadonlyMap<string, ServerReview>,
): readonly PlannedServer[] {
  const rank = (server: PlannedServer) =>
    standings.indexOf(standingOf(server, reviews.get(server.server.node.id)));
  return planned.toSorted((one, other) => rank(one) - rank(other));
}

/** A server on which something is lost, or nobody knows: a person must say so. */
interface Overwritten {
  readonly hostName: string;
  readonly disks: readonly DiskIdentity[];
}

export function overwrittenOf(
  { form, raidDisks }: PlannedServer,
  review: ServerReview | undefined,
): Overwritten | null {
  if (review === undefined || !(review.review.mustConfirm || raidDisks.length > 0)) return null;
  const { disk } = review.review;
  return { hostName: form.hostName, disks: [...(disk === null ? [] : [disk]), ...raidDisks].map(identityOf) };
}

/** What must be typed: the host name of a single server, else how many they are. */
export function toBeTyped(overwritten: readonly Overwritten[]): string {
  const [only, ...others] = overwritten;
  return only !== undefined && others.length === 0 ? only.hostName : String(overwritten.length);
}

export function confirmedRequest(request: DeployInput, overwritten: Overwritten | null): DeployInput {
  if (overwritten === null) return request;
  return {
    ...request,
    confirmed: { hostName: overwritten.hostName, disks: [...overwritten.disks] },
  };
}
