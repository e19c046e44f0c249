import { refuseWhileBusy } from '#engine/provision/busy-nodes.ts';
import type { Store } from '#engine/store/store.ts';
import type { RacksideHandlers } from '#shared/contract/index.ts';
import { refuseBadKeys } from './ssh-keys.ts';

/** One that changes closes its wire and opens it anew; installers were told the port for their logs. */
const ports = ['httpPort', 'tftpPort', 'syslogPort'] as const;

export function settingsHandlers(
  store: Store,
  onPortsChanged: () => Promise<void>,
): RacksideHandlers['settings'] {
  return {
    get: () => Promise.resolve(store.settings.get()),
    async update(change) {
      const before = store.settings.get();
      for (const port of ports)
        if (change[port] !== undefined && change[port] !== before[port]) refuseWhileBusy(store, port);
      if (change.defaultSshKeys !== undefined) refuseBadKeys('defaultSshKeys', change.defaultSshKeys);
      const after = store.settings.update(change);
      if (ports.some(port => before[port] !== after[port])) await onPortsChanged();
      return after;
    },
  };
}
