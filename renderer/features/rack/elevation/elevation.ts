import type { Node } from '#shared/contract/index.ts';
import { placeOf, type RackPlace } from '../rack-place.ts';
import type { NodeRow } from '../rack-rows.ts';

/** A server where its labels say that it is. */
export interface PlacedServer {
  readonly row: NodeRow;
  readonly unit: number;
  readonly heightUnits: number;
  /** Others are in the same units: they are drawn beside each other, this one as number `lane` of `laneCount`. */
  readonly lane: number;
  readonly laneCount: number;
}

export interface RackElevation {
  readonly name: string;
  readonly heightUnits: number;
  /** From the top. */
  readonly servers: readonly PlacedServer[];
  /** Somebody said which rack, but not where in it. */
  readonly withoutUnit: readonly NodeRow[];
}

export interface Elevation {
  readonly racks: readonly RackElevation[];
  readonly withoutRack: readonly NodeRow[];
}

/** Of those without a place so many are drawn in a list; thousands would be no list, and take seconds. */
export const mostLoose = 100;

/** What most racks have; one whose servers stand higher is drawn higher. */
const usualHeightUnits = 42;
const collator = new Intl.Collator(undefined, { numeric: true });

export function elevationOf(rows: readonly NodeRow[]): Elevation {
  const byRack = Map.groupBy(rows, ({ node }) => placeOf(node).rack);
  const names = [...byRack.keys()].filter(name => name !== '').sort(collator.compare);
  return {
    racks: names.map(name => rackOf(name, byRack.get(name) ?? [])),
    withoutRack: byRack.get('') ?? [],
  };
}

/** How many units are free above the highest of all servers. */
export function unitsAbove({ racks }: Pick<Elevation, 'racks'>): number {
  const free = racks.flatMap(rack =>
    rack.servers.map(({ unit, heightUnits }) => rack.heightUnits - unit - heightUnits + 1),
  );
  return free.length === 0 ? 0 : Math.min(...free);
}

function rackOf(name: string, rows: readonly NodeRow[]): RackElevation {
  const servers = inLanes(rows);
  const tops = servers.map(({ unit, heightUnits }) => unit + heightUnits - 1);
  return {
    name,
    heightUnits: Math.max(usualHeightUnits, ...tops),
    servers: servers.sort((a, b) => b.unit - a.unit || a.lane - b.lane),
    withoutUnit: rows.filter(({ node }) => placeOf(node).unit === null),
  };
}

/** Each server in the first lane that is free in its units; those that touch one another share the width. */
function inLanes(rows: readonly NodeRow[]): PlacedServer[] {
  const fromBelow = rows
    .flatMap(row => {
      const { unit, heightUnits } = placeOf(row.node);
      return unit === null ? [] : [{ row, unit, heightUnits }];
    })
    .sort((a, b) => a.unit - b.unit);
  const placed: PlacedServer[] = [];
  let cluster: Omit<PlacedServer, 'laneCount'>[] = [];
  let laneTops: number[] = [];
  const closeCluster = () => {
    placed.push(...cluster.map(server => ({ ...server, laneCount: laneTops.length })));
    cluster = [];
    laneTops = [];
  };
  for (const server of fromBelow) {
    if (laneTops.every(top => top < server.unit)) closeCluster();
    const free = laneTops.findIndex(top => top < server.unit);
    const lane = free === -1 ? laneTops.length : free;
    laneTops[lane] = server.unit + server.heightUnits - 1;
    cluster.push({ ...server, lane });
  }
  closeCluster();
  return placed;
}

/** The servers that stand in the way of `node` at this place. */
export function occupantsOf(
  nodes: Iterable<Node>,
  place: RackPlace,
  node: Pick<Node, 'id'>,
): readonly Node[] {
  const { rack, unit, heightUnits } = place;
  if (rack === '' || unit === null) return [];
  return [...nodes].filter(other => {
    const its = placeOf(other);
    return (
      other.id !== node.id &&
      its.rack === rack &&
      its.unit !== null &&
      its.unit < unit + heightUnits &&
      unit < its.unit + its.heightUnits
    );
  });
}

export function rackNames(nodes: Iterable<Node>): readonly string[] {
  const names = new Set([...nodes].map(node => placeOf(node).rack));
  names.delete('');
  return [...names].sort(collator.compare);
}

export type Direction = 'up' | 'down' | 'left' | 'right' | 'first' | 'last';

/** The server that is reached from `activeId`: along its rack, or in the next one at the nearest height. */
export function neighbourOf(
  elevation: Elevation,
  activeId: string | null,
  direction: Direction,
): NodeRow | undefined {
  const columns = columnsOf(elevation);
  const all = columns.flat();
  if (direction === 'first') return all.at(0)?.row;
  if (direction === 'last') return all.at(-1)?.row;
  const column = columns.findIndex(items => items.some(({ row }) => row.node.id === activeId));
  const items = columns[column];
  if (items === undefined) return all.at(0)?.row;
  const index = items.findIndex(({ row }) => row.node.id === activeId);
  const active = items[index];
  if (direction === 'up' || direction === 'down')
    return (items[index + (direction === 'down' ? 1 : -1)] ?? active)?.row;
  const next = columns[column + (direction === 'right' ? 1 : -1)] ?? items;
  const height = active?.height ?? 0;
  return next.toSorted((a, b) => Math.abs(a.height - height) - Math.abs(b.height - height)).at(0)?.row;
}

interface Item {
  readonly row: NodeRow;
  /** Those without a unit lie below the floor. */
  readonly height: number;
}

function columnsOf({ racks, withoutRack }: Elevation): readonly (readonly Item[])[] {
  const below = (rows: readonly NodeRow[]) =>
    rows.slice(0, mostLoose).map((row, index) => ({ row, height: -index }));
  const columns = racks.map(({ servers, withoutUnit }) => [
    ...servers.map(({ row, unit }) => ({ row, height: unit })),
    ...below(withoutUnit),
  ]);
  return [below(withoutRack), ...columns].filter(column => column.length > 0);
}
