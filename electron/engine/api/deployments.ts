import { checkedIdentity } from '#engine/provision/config-drive.ts';
import type { Deployer } from '#engine/provision/deployer.ts';
import { requireNode } from '#engine/provision/node-state.ts';
import { review } from '#engine/provision/review.ts';
import { requireConfirmation } from '#engine/provision/reviewed-disks.ts';
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
    async review(request) {
      const { disk, mustConfirm, filtered, networks, warnings, blockers } = review(
        store,
        bootServer,
        request,
      );
      return {
        disk,
        mustConfirm,
        filtered,
        networks,
        warnings,
        blockers: blockers.map(({ code, details }) => ({ code, details })),
      };
    },
    async create(request) {
      const node = requireNode(store, request.nodeId);
      const { confirmed, ...wanted } = request;
      const { rootPassword, ...rest } = wanted;
      const { blockers, networks, mustConfirm, reviewed } = review(store, bootServer, wanted);
      checkedIdentity(store, node, rest, networks, { rootPassword });
      const [blocker] = blockers;
      if (blocker !== undefined) throw blocker;
      if (mustConfirm) requireConfirmation({ confirmed, hostName: request.hostName }, reviewed ?? []);
      return deployer.create(wanted, reviewed);
    },
    async cancel({ id }) {
      deployer.cancel(id);
      return {};
    },
    retry: async ({ id }) => deployer.retry(id),
  };
}
