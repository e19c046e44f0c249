import { pastPhasesOf } from '#engine/provision/past-phases.ts';
import type { Store } from '#engine/store/store.ts';
import type { RacksideHandlers, TimelineEvent } from '#shared/contract/index.ts';

const newestShown = 2000;
/** Of several deployments together: as many as a page still takes at once. */
const mostOfSeveral = 20_000;
/** One alone has no more than a lane can hold. */
const mostOfOne = 5000;

export function timelineHandlers(store: Store): RacksideHandlers['timeline'] {
  return {
    list: async ({ afterSeq, limit, ...filter }) => store.timeline.list(filter, afterSeq, limit),
    events({ nodeId, deploymentId, deploymentIds }) {
      const wanted = deploymentIds === undefined ? undefined : new Set<string | null>(deploymentIds);
      const isWanted = (event: TimelineEvent) =>
        (nodeId === undefined || nodeId === event.nodeId) &&
        (deploymentId === undefined || deploymentId === event.deploymentId) &&
        (wanted === undefined || wanted.has(event.deploymentId));
      return {
        snapshot: () =>
          deploymentIds === undefined
            ? store.timeline.newest({ nodeId, deploymentId }, newestShown)
            : store.timeline
                .ofEach(deploymentIds, Math.min(mostOfSeveral, deploymentIds.length * mostOfOne))
                .filter(isWanted),
        subscribe: onEvent =>
          store.timeline.subscribe(event => {
            if (isWanted(event)) onEvent(event);
          }),
      };
    },
    pastPhases: async ({ deploymentId }) => pastPhasesOf(store, deploymentId),
  };
}
