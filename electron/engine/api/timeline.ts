import { pastPhasesOf } from '#engine/provision/past-phases.ts';
import type { Store } from '#engine/store/store.ts';
import type { RacksideHandlers } from '#shared/contract/index.ts';

const newestShown = 2000;
/** Of several deployments: enough for each of them in one answer that a page still takes at once. */
const shownPerDeployment = 200;
const mostShown = 20_000;

export function timelineHandlers(store: Store): RacksideHandlers['timeline'] {
  return {
    list: async ({ afterSeq, limit, ...filter }) => store.timeline.list(filter, afterSeq, limit),
    events({ nodeId, deploymentId, deploymentIds }) {
      const wanted = deploymentIds === undefined ? undefined : new Set(deploymentIds);
      const several = Math.min(mostShown, (wanted?.size ?? 0) * shownPerDeployment);
      return {
        snapshot: () =>
          store.timeline.newest({ nodeId, deploymentId, deploymentIds }, Math.max(newestShown, several)),
        subscribe: onEvent =>
          store.timeline.subscribe(event => {
            if (nodeId !== undefined && nodeId !== event.nodeId) return;
            if (deploymentId !== undefined && deploymentId !== event.deploymentId) return;
            if (wanted !== undefined && (event.deploymentId === null || !wanted.has(event.deploymentId)))
              return;
            onEvent(event);
          }),
      };
    },
    pastPhases: async ({ deploymentId }) => pastPhasesOf(store, deploymentId),
  };
}
