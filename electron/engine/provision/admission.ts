import type { ReviewedDisk } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import type { DeployRequest } from '#shared/contract/index.ts';
import { checkedIdentity } from './config-drive.ts';
import { requireNode } from './node-state.ts';
import { review } from './review.ts';
import { requireConfirmation } from './reviewed-disks.ts';
import type { BootServer } from './services.ts';

/**
 * The one door of all deployments: throws the first thing that stands against this one, and gives the disks that it may
 * overwrite; null: whichever are found.
 */
export function admit(
  store: Store,
  bootServer: BootServer,
  { confirmed, ...wanted }: DeployRequest,
): ReviewedDisk[] | null {
  const node = requireNode(store, wanted.nodeId);
  const { rootPassword, ...rest } = wanted;
  const { blockers, networks, mustConfirm, reviewed } = review(store, bootServer, wanted);
  checkedIdentity(store, node, rest, networks, { rootPassword });
  const [blocker] = blockers;
  if (blocker !== undefined) throw blocker;
  if (mustConfirm) requireConfirmation({ confirmed, hostName: wanted.hostName }, reviewed ?? []);
  return reviewed;
}
