import type { Deployer } from '#engine/provision/deployer.ts';
import type { Rescues } from '#engine/provision/rescue/rescues.ts';
import type { Store } from '#engine/store/store.ts';
import type { SupportBundles } from '#engine/support/support-bundle.ts';
import { stampOf } from '#engine/system/saved-files.ts';
import { CodedError, type RacksideHandlers } from '#shared/contract/index.ts';

export function rescueHandlers(
  store: Store,
  deployer: Deployer,
  rescues: Rescues,
  bundles: SupportBundles,
): RacksideHandlers['rescue'] {
  return {
    start: async ({ nodeId }) => deployer.rescue(nodeId),
    get: async ({ nodeId }) => rescues.get(nodeId),
    privateKey: async ({ nodeId }) => ({ privateKey: rescues.privateKey(nodeId) }),
    mount: ({ nodeId }) => rescues.mount(nodeId),
    unmount: async ({ nodeId }) => ({ busy: await rescues.unmount(nodeId) }),
    collectLogs: ({ nodeId }) => rescues.collectLogs(nodeId),
    async saveLog({ id }) {
      const found = store.ramdiskLogs.content(id);
      if (found === undefined)
        throw new CodedError('input.not_found', 'no such archive', { what: 'file', id });
      return bundles.keepArchive(`ramdisk-logs-${stampOf(found.log.takenAt)}.tar.gz`, found.bytes);
    },
    async leave({ nodeId, exit }) {
      rescues.leave(nodeId, exit);
      return {};
    },
  };
}
