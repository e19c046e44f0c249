import { admit } from '#engine/provision/admission.ts';
import type { Deployer } from '#engine/provision/deployer.ts';
import { contractReview, review } from '#engine/provision/review.ts';
import type { BootServer } from '#engine/provision/services.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type RacksideHandlers } from '#shared/contract/index.ts';

export function deploymentHandlers(
  store: Store,
  deployer: Deployer,
  bootServer: BootServer,
): RacksideHandlers['deployments'] {
  return {
    list: () => Promise.resolve(store.deployments.list()),
    async get({ id }) {
      const found = store.deployments.find(id);
      if (found === undefined)
        throw new CodedError('input.not_found', 'no such deployment', { what: 'deployment', id });
      return found;
    },
    review: async request => contractReview(review(store, bootServer, request)),
    async create(request) {
      const reviewed = admit(store, bootServer, request);
      const { confirmed: _, ...wanted } = request;
      return deployer.create(wanted, reviewed);
    },
    async cancel({ id }) {
      deployer.cancel(id);
      return {};
    },
    retry: async ({ id }) => deployer.retry(id),
    retryFrom: async ({ id }) => ({ from: deployer.retryFrom(id) }),
  };
}
