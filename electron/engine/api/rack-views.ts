import type { Store } from '#engine/store/store.ts';
import { mostRackViews, type RacksideHandlers, withoutView, withView } from '#shared/contract/index.ts';
import { invalid } from './network-rules.ts';

/** Read and written in one turn: what another window saved a moment ago is there. */
export function rackViewHandlers({ settings }: Store): RacksideHandlers['rackViews'] {
  return {
    async save(view) {
      const rackViews = withView(settings.get().rackViews, view);
      if (rackViews.length > mostRackViews) throw invalid('rackViews', `no more than ${mostRackViews} views`);
      return settings.update({ rackViews }).rackViews;
    },
    async remove({ name }) {
      return settings.update({ rackViews: withoutView(settings.get().rackViews, name) }).rackViews;
    },
  };
}
