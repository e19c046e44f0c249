import type { SupportBundles } from '#engine/support/support-bundle.ts';
import type { RacksideHandlers } from '#shared/contract/index.ts';

export function supportHandlers(bundles: SupportBundles): RacksideHandlers['support'] {
  return {
    gather: ({ deploymentId }) => bundles.gather(deploymentId),
    file: async ({ id, name }) => ({ text: bundles.file(id, name) }),
    save: ({ id, leftOut }) => bundles.save(id, leftOut),
    read: ({ name, offset }) => bundles.read(name, offset),
  };
}
