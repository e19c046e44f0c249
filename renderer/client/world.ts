import type {
  Batch,
  Deployment,
  Discovered,
  Image,
  Network,
  Node,
  Port,
  Portgroup,
  Profile,
  Service,
  Settings,
  WorldPatch,
  WorldSnapshot,
} from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';

type Table<Row> = ReadonlyMap<string, Row>;

/** The engine's tables as last heard, keyed by id (`discovered` by MAC, `services` by name). */
export interface World {
  readonly isLoaded: boolean;
  readonly nodes: Table<Node>;
  readonly ports: Table<Port>;
  readonly portgroups: Table<Portgroup>;
  readonly discovered: Table<Discovered>;
  readonly images: Table<Image>;
  readonly networks: Table<Network>;
  readonly deployments: Table<Deployment>;
  readonly batches: Table<Batch>;
  readonly profiles: Table<Profile>;
  readonly services: Table<Service>;
  readonly settings: Settings | null;
}

const none: ReadonlyMap<string, never> = new Map<string, never>();

export const emptyWorld: World = {
  isLoaded: false,
  nodes: none,
  ports: none,
  portgroups: none,
  discovered: none,
  images: none,
  networks: none,
  deployments: none,
  batches: none,
  profiles: none,
  services: none,
  settings: null,
};

const byId = <Row extends { readonly id: string }>(rows: readonly Row[]): Table<Row> =>
  new Map(rows.map(row => [row.id, row]));

export function worldFrom(snapshot: WorldSnapshot): World {
  return {
    isLoaded: true,
    nodes: byId(snapshot.nodes),
    ports: byId(snapshot.ports),
    portgroups: byId(snapshot.portgroups),
    discovered: new Map(snapshot.discovered.map(row => [row.mac, row])),
    images: byId(snapshot.images),
    networks: byId(snapshot.networks),
    deployments: byId(snapshot.deployments),
    batches: byId(snapshot.batches),
    profiles: byId(snapshot.profiles),
    services: new Map(snapshot.services.map(row => [row.name, row])),
    settings: snapshot.settings,
  };
}

/** The world after these patches. A table is copied once per batch, and only if a patch touches it. */
export function patchWorld(world: World, patches: readonly WorldPatch[]): World {
  const draft: Draft = { world: { ...world }, copies: new Map() };
  for (const patch of patches) applyPatch(draft, patch);
  return draft.world;
}

type TableName = Exclude<keyof World, 'isLoaded' | 'settings'>;
interface Draft {
  readonly world: { -readonly [Key in keyof World]: World[Key] };
  readonly copies: Map<TableName, Map<string, unknown>>;
}

function applyPatch(draft: Draft, patch: WorldPatch): void {
  if (patch.op === 'remove') {
    const table = writable<unknown>(draft, patch.table);
    for (const id of patch.ids) table.delete(id);
    return;
  }
  switch (patch.table) {
    case 'settings':
      draft.world.settings = patch.row;
      return;
    case 'discovered':
      writable<Discovered>(draft, 'discovered').set(patch.row.mac, patch.row);
      return;
    case 'services':
      writable<Service>(draft, 'services').set(patch.row.name, patch.row);
      return;
    case 'nodes':
    case 'ports':
    case 'portgroups':
    case 'images':
    case 'networks':
    case 'deployments':
    case 'batches':
    case 'profiles':
      writable<{ id: string }>(draft, patch.table).set(patch.row.id, patch.row);
      return;
    default:
      assertNever(patch);
  }
}

function writable<Row>(draft: Draft, name: TableName): Map<string, Row> {
  const known = draft.copies.get(name);
  if (known !== undefined) return known as Map<string, Row>;
  const copy = new Map(draft.world[name] as Table<unknown>);
  draft.copies.set(name, copy);
  Object.assign(draft.world, { [name]: copy });
  return copy as unknown as Map<string, Row>;
}
