import type { RacksideHandlers, TimelineEvent, WorldPatch, WorldSnapshot } from '#shared/contract/index.ts';
import { batchHandlers } from './batch-handlers.ts';
import { consoleHandlers, type ScriptedConsoles } from './console-handlers.ts';
import { deploymentHandlers, serviceHandlers, virtualRackHandlers } from './deployment-handlers.ts';
import { healthHandlers } from './health-handlers.ts';
import { imageHandlers, networkHandlers } from './library-handlers.ts';
import { nodeHandlers, portHandlers } from './node-handlers.ts';
import { type EventFilter, find, matchesFilter, type Play, type Script } from './play.ts';
import { profileHandlers } from './profile-handlers.ts';
import { rescueHandlers } from './rescue-handlers.ts';
import { safeKeepingHandlers } from './safe-keeping-handlers.ts';
import { scanHandlers } from './scan-handlers.ts';

export interface ScriptedEngine {
  readonly handlers: RacksideHandlers;
  readonly world: WorldSnapshot;
  /** Changes the world as the engine would, for everybody who looks. */
  readonly patch: (patch: WorldPatch) => void;
  readonly tell: (event: Omit<TimelineEvent, 'seq'>) => void;
  readonly consoles: ScriptedConsoles;
  /** Every command that came, with its input. */
  readonly calls: readonly { readonly path: string; readonly input: unknown }[];
}

/** An engine without machines: keeps a world, tells its changes, and answers as its script says. For browser tests. */
export function scriptedEngine(
  start: WorldSnapshot,
  startEvents: readonly TimelineEvent[],
  script: Script = {},
): ScriptedEngine {
  const world = structuredClone(start);
  const events = [...startEvents];
  const calls: { path: string; input: unknown }[] = [];
  const worldWatchers = new Set<(patch: WorldPatch) => void>();
  const eventWatchers = new Set<(event: TimelineEvent) => void>();
  const play: Play = {
    world,
    note: (path, input) => void calls.push({ path, input }),
    patch(change) {
      applyTo(world, change);
      for (const watcher of worldWatchers) watcher(change);
    },
  };
  const tell: ScriptedEngine['tell'] = event => {
    const numbered = { ...event, seq: (events.at(-1)?.seq ?? 0) + 1 };
    events.push(numbered);
    for (const watcher of eventWatchers) watcher(numbered);
  };
  const watchEvents = (filter: EventFilter, onEvent: (event: TimelineEvent) => void) => {
    const watcher = (event: TimelineEvent) => {
      if (matchesFilter(filter, event)) onEvent(event);
    };
    eventWatchers.add(watcher);
    return () => void eventWatchers.delete(watcher);
  };
  const nodes = nodeHandlers(play, script.testBmc);
  const consoles = consoleHandlers(play);
  const handlers: RacksideHandlers = {
    world: {
      changes: () => ({
        snapshot: () => world,
        subscribe(onPatch) {
          worldWatchers.add(onPatch);
          return () => void worldWatchers.delete(onPatch);
        },
      }),
    },
    timeline: {
      list: async filter => events.filter(event => matchesFilter(filter, event)),
      events: filter => ({
        snapshot: () => events.filter(event => matchesFilter(filter, event)),
        subscribe: onEvent => watchEvents(filter, onEvent),
      }),
      pastPhases: script.pastPhases ?? (async () => ({ manufacturer: '', product: '', steps: [] })),
    },
    reports: {
      page: async ({ deploymentIds, afterSeq }) => ({
        deployments: afterSeq > 0 ? [] : deploymentIds.map(id => find(world.deployments, id, 'deployment')),
        events: events.filter(event => event.seq > afterSeq && matchesFilter({ deploymentIds }, event)),
      }),
    },
    nodes,
    scan: scanHandlers(play, nodes.enroll),
    ...portHandlers(play),
    images: imageHandlers(play, script.browse),
    networks: networkHandlers(play, script),
    profiles: profileHandlers(play, script.preview),
    deployments: deploymentHandlers(play, script.review),
    batches: batchHandlers(play, script),
    consoles: consoles.handlers,
    ...serviceHandlers(play),
    ...safeKeepingHandlers(play),
    virtualRack: virtualRackHandlers(play),
    rescue: rescueHandlers(play),
    health: healthHandlers(play),
  };
  return { handlers, world, patch: play.patch, tell, consoles: consoles.consoles, calls };
}

type Row = Record<string, unknown>;

function applyTo(world: WorldSnapshot, patch: WorldPatch): void {
  if (patch.op === 'put' && patch.table === 'settings') {
    world.settings = patch.row;
    return;
  }
  const table = world[patch.table as 'nodes'] as unknown as Row[];
  const key = patch.table === 'discovered' ? 'mac' : patch.table === 'services' ? 'name' : 'id';
  if (patch.op === 'remove') {
    const ids: readonly unknown[] = patch.ids;
    table.splice(0, table.length, ...table.filter(known => !ids.includes(known[key])));
    return;
  }
  const row = patch.row as unknown as Row;
  const index = table.findIndex(known => known[key] === row[key]);
  if (index >= 0) table[index] = row;
  else table.push(row);
}
