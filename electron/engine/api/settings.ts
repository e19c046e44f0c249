import { refuseWhileBusy } from '#engine/provision/busy-nodes.ts';
import type { Store } from '#engine/store/store.ts';
import type { RacksideHandlers } from '#shared/contract/index.ts';

export function settingsHandlers(
  store: Store,
  onPortsChanged: () => Promise<void>,
): RacksideHandlers['settings'] {
  return {
    get: () => Promise.resolve(store.settings.get()),
    async update(change) {
      const before = store.settings.get();
      for (const port of ['httpPort', 'tftpPort'] as const)
        if (change[port] !== undefined && change[port] !== before[port]) refuseWhileBusy(store, port);
      const after = store.settings.update(change);
      if (before.httpPort !== after.httpPort || before.tftpPort !== after.tftpPort) await onPortsChanged();
      return after;
    },
  };
}
