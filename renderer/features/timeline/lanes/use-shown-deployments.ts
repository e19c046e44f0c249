import { useEffect, useMemo, useState } from 'react';
import type { Deployment } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useWorld } from '../../../client/world-store.ts';
import { mostLanes } from '../open-timeline.ts';

/** Without a choice: those that run, and those that ended so lately. */
const recentMs = 24 * 3_600_000;

/**
 * The deployments of the lanes: those named, in their order, else all that run and the recent ones. Older ones than each
 * server's last are not in the world and are asked for.
 */
export function useShownDeployments(ids: readonly DeploymentId[] | undefined): readonly Deployment[] {
  const client = useClient();
  const world = useWorld(state => state.deployments);
  const isLoaded = useWorld(state => state.isLoaded);
  const [older, setOlder] = useState<ReadonlyMap<string, Deployment>>(new Map());
  const [openedAt] = useState(() => Date.now());
  const missing = isLoaded ? (ids ?? []).filter(id => !world.has(id)).join(',') : '';
  useEffect(() => {
    const wanted = missing.split(',').filter(Boolean) as DeploymentId[];
    const abort = new AbortController();
    for (const id of wanted)
      client.deployments.get({ id }).then(
        found => {
          if (!abort.signal.aborted) setOlder(known => new Map([...known, [id, found]]));
        },
        () => undefined, // gone with its server: the lane is left out
      );
    return () => abort.abort();
  }, [client, missing]);
  return useMemo(
    () =>
      ids === undefined
        ? recent([...world.values()], openedAt - recentMs)
        : ids.flatMap(id => world.get(id) ?? older.get(id) ?? []),
    [ids, world, older, openedAt],
  );
}

function recent(all: readonly Deployment[], sinceMs: number): readonly Deployment[] {
  return all
    .filter(({ finishedAt }) => finishedAt === null || finishedAt > sinceMs)
    .toSorted(
      (one, other) =>
        Number(other.state === 'running') - Number(one.state === 'running') ||
        other.createdAt - one.createdAt,
    )
    .slice(0, mostLanes);
}
