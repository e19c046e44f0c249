import type { Store } from '#engine/store/store.ts';
import type { RacksideHandlers, Service } from '#shared/contract/index.ts';

export function worldHandlers(store: Store, services: () => Service[]): RacksideHandlers['world'] {
  return {
    changes: () => ({
      snapshot: () => ({
        nodes: store.nodes.list(),
        ports: store.ports.list(),
        portgroups: store.portgroups.list(),
        discovered: store.discovered.list(),
        images: store.images.list(),
        networks: store.networks.list(),
        deployments: store.deployments.current(),
        batches: store.batches.current(),
        profiles: store.profiles.list(),
        services: services(),
        settings: store.settings.get(),
      }),
      subscribe: store.changes.subscribe,
    }),
  };
}
