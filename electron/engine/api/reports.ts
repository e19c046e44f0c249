import { reportPage } from '#engine/report/report-page.ts';
import type { Store } from '#engine/store/store.ts';
import type { RacksideHandlers } from '#shared/contract/index.ts';

export function reportHandlers(store: Store): RacksideHandlers['reports'] {
  return {
    page: async ({ deploymentIds, afterSeq, limit }) => reportPage(store, deploymentIds, afterSeq, limit),
  };
}
