import type { DeploymentId } from '#shared/model/ids.ts';
import { goTo } from '../../app/route.ts';

/** The lanes of these deployments under each other: of a selection, a batch, a server. */
export function openTimeline(ids: readonly DeploymentId[]): void {
  goTo('timeline', ids.join(','));
}

/** From the address; undefined: none are named there. */
export function idsOfRoute(part: string | undefined): readonly DeploymentId[] | undefined {
  const ids = (part ?? '').split(',').filter(id => /^[0-9a-f-]{36}$/.test(id));
  return ids.length === 0 ? undefined : (ids.slice(0, mostLanes) as DeploymentId[]);
}

/** The engine tells the events of so many at once. */
export const mostLanes = 200;
