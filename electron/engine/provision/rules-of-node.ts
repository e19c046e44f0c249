import type { StoredCleanRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import type { CleanRequest, DiskRule } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { hasWritten } from './stored-deployment.ts';

/**
 * A cleaning with the rules of the profiles that its server was installed with: that of the system on its disks, and of
 * what was tried since; each as it was then and as it is now. What one of them leaves alone is left alone.
 */
export function withRulesOfNode(store: Store, request: CleanRequest): StoredCleanRequest {
  return { ...request, profileRules: rulesOfNode(store, request.nodeId) };
}

function rulesOfNode(store: Store, id: NodeId): DiskRule[][] {
  const installing = store.deployments.ofNode(id).filter(({ kind }) => kind !== 'cleaning');
  const meant = new Set([installing.at(-1), installing.findLast(({ id: each }) => hasWritten(store, each))]);
  return [...meant].flatMap(deployment => {
    if (deployment === undefined) return [];
    const { profileId, profile } = store.deployments.request(deployment.id);
    const now = profileId === null ? undefined : store.profiles.find(profileId);
    return [profile?.diskRules ?? [], ...(now === undefined ? [] : [now.diskRules])];
  });
}

/** Lists that must all agree. A request adds to the rules of profiles, and its own exclusions hold against their inclusions. */
export function cleaningRules({ diskRules, profileRules }: StoredCleanRequest): readonly DiskRule[][] {
  if (profileRules.length === 0) return [diskRules];
  const exclusions = diskRules.filter(({ action }) => action === 'exclude');
  return profileRules.map(rules => [...exclusions, ...rules, ...diskRules]);
}
