import type { Store } from '#engine/store/store.ts';
import type { RacksideHandlers } from '#shared/contract/index.ts';

const newestShown = 2000;

export function timelineHandlers(store: Store): RacksideHandlers['timeline'] {
  return {
    list: async ({ afterSeq, limit, ...filter }) => store.timeline.list(filter, afterSeq, limit),
    events: filter => ({
      snapshot: () => store.timeline.newest(filter, newestShown),
      subscribe: onEvent =>
        store.timeline.subscribe(event => {
          const wanted =
            (filter.nodeId === undefined || filter.nodeId === event.nodeId) &&
            (filter.deploymentId === undefined || filter.deploymentId === event.deploymentId);
          if (wanted) onEvent(event);
        }),
    }),
  };
}
