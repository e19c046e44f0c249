import type { StoredCleanRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import type { DiskRule } from '#shared/contract/index.ts';
import type { DeploymentId, NodeId } from '#shared/model/ids.ts';
import type { WantedCleaning } from './reviewed-disks.ts';
import { hasWritten } from './stored-deployment.ts';

/**
 * A cleaning with the rules of the profiles that its server was installed with: that of the system on its disks, and of
 * what was tried since; each as it was then and as it is now. What one of them leaves alone is left alone.
 */
export function withRulesOfNode(store: Store, request: WantedCleaning): WantedCleaning & CleaningRules {
  return { ...request, profileRules: rulesOfNode(store, request.nodeId) };
}

type CleaningRules = Pick<StoredCleanRequest, 'diskRules' | 'profileRules'>;

/** Those of whose profiles nothing depends any more keep none. Each may be as large as its scripts and templates are. */
export function forgetOldProfiles(store: Store, nodeId: NodeId): void {
  const kept = deploymentsWithRules(store, nodeId);
  for (const { id } of store.deployments.ofNode(nodeId))
    if (!kept.has(id)) store.deployments.forgetProfile(id);
}

/** What was installed last, and what was tried since. */
function deploymentsWithRules(store: Store, id: NodeId): ReadonlySet<DeploymentId> {
  const installing = store.deployments
    .ofNode(id)
    .filter(({ kind }) => kind !== 'cleaning' && kind !== 'rescue');
  const newest = installing.at(-1);
  const written = installing.findLast(deployment => hasWritten(store, deployment.id));
  return new Set([newest, written].flatMap(deployment => deployment?.id ?? []));
}

function rulesOfNode(store: Store, id: NodeId): DiskRule[][] {
  return [...deploymentsWithRules(store, id)].flatMap(deployment => {
    const { profileId, profile } = store.deployments.request(deployment);
    const now = profileId === null ? undefined : store.profiles.find(profileId);
    return [profile?.diskRules ?? [], ...(now === undefined ? [] : [now.diskRules])];
  });
}

/** Lists that must all agree. A request adds to the rules of profiles, and its own exclusions hold against their inclusions. */
export function cleaningRules({ diskRules, profileRules }: CleaningRules): readonly DiskRule[][] {
  if (profileRules.length === 0) return [diskRules];
  const exclusions = diskRules.filter(({ action }) => action === 'exclude');
  return profileRules.map(rules => [...exclusions, ...rules, ...diskRules]);
}
