import { acknowledgeAlarms } from '#engine/health/alarms.ts';
import type { Health } from '#engine/health/health.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import type { RacksideHandlers } from '#shared/contract/index.ts';

const alarmsShownMs = 30 * 86_400_000;

export function healthHandlers(store: Store, health: Health, clock: Clock): RacksideHandlers['health'] {
  return {
    servers: () => ({
      snapshot: () => withBmc(store).map(health.server),
      subscribe(onPatch) {
        const stops = [
          store.health.subscribe(id => onPatch({ op: 'put', row: health.server(id) })),
          store.alarms.subscribe(patch => {
            if (patch.op === 'put') onPatch({ op: 'put', row: health.server(patch.row.nodeId) });
          }),
          store.changes.subscribe(patch => {
            if (patch.table !== 'nodes') return;
            if (patch.op === 'remove') onPatch({ op: 'remove', nodeIds: [...patch.ids] });
            else if (patch.row.bmc === null) onPatch({ op: 'remove', nodeIds: [patch.row.id] });
          }),
        ];
        return () => {
          for (const stop of stops) stop();
        };
      },
    }),
    sensors: ({ nodeId }) => ({
      snapshot: () => health.sensors(nodeId),
      subscribe: onPatch =>
        store.health.subscribe(id => {
          if (id === nodeId) onPatch(health.sensors(nodeId));
        }),
    }),
    history: async ({ nodeId, keys, ...span }) => health.history(nodeId, keys, span),
    refresh: ({ nodeId }) => health.refresh(nodeId),
    fru: ({ nodeId }) => health.fru(nodeId),
    events: async filter => store.healthEvents.list(filter),
    saveAndClear: async ({ nodeId }) => ({ saved: await health.saveAndClear(nodeId) }),
    alarms: () => ({
      snapshot: () => store.alarms.since(clock.now() - alarmsShownMs),
      subscribe(onPatch) {
        const stops = [
          store.alarms.subscribe(onPatch),
          store.changes.subscribe(patch => {
            // The database removes them with their server.
            if (patch.table === 'nodes' && patch.op === 'remove')
              onPatch({ op: 'remove-of', nodeIds: [...patch.ids] });
          }),
        ];
        return () => {
          for (const stop of stops) stop();
        };
      },
    }),
    async acknowledge({ ids, note }) {
      acknowledgeAlarms(store, clock.now(), ids, note);
      return {};
    },
  };
}

function withBmc(store: Store) {
  return store.nodes.list().flatMap(({ id, bmc }) => (bmc === null ? [] : [id]));
}
