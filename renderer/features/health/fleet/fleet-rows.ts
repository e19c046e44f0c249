import {
  type Alarm,
  type HealthState,
  healthStates,
  type Node,
  type ServerHealth,
} from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { sameList } from '../same-list.ts';

/** A server that has a BMC. The same object while nothing of it changes, so that its line is not drawn again. */
export interface FleetRow {
  readonly id: NodeId;
  readonly name: string;
  readonly address: string;
  readonly health: ServerHealth;
  /** The worst of its alarms that wait for a person. */
  readonly alarm: Alarm | undefined;
}

export type Fleet = ReadonlyMap<NodeId, ServerHealth>;

/** By name, so that servers that are equally well stand in the order of the rack. */
export function fleetRows(
  nodes: ReadonlyMap<string, Node>,
  fleet: Fleet,
  alarms: ReadonlyMap<NodeId, Alarm>,
  known: readonly FleetRow[],
): readonly FleetRow[] {
  const before = new Map(known.map(row => [row.id, row]));
  const rows = [...fleet.values()].flatMap(health => {
    const node = nodes.get(health.nodeId);
    if (node === undefined) return [];
    const row = before.get(node.id);
    const address = node.bmc?.address ?? '';
    const next = { id: node.id, name: node.name, address, health, alarm: alarms.get(node.id) };
    return [row !== undefined && isSame(row, next) ? row : next];
  });
  rows.sort((one, other) => collator.compare(one.name, other.name));
  return sameList(known, rows);
}

function isSame(one: FleetRow, other: FleetRow): boolean {
  return (
    one.health === other.health &&
    one.alarm === other.alarm &&
    one.name === other.name &&
    one.address === other.address
  );
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** Greater is worse: the state first, of servers in the same state what more of them is bad. */
export function badness({ state, sensors, alarms }: ServerHealth): number {
  const upTo = (count: number) => Math.min(count, 999);
  const digits = [healthStates.indexOf(state), sensors.critical, sensors.warning, alarms];
  return digits.reduce((sum, digit) => sum * 1000 + upTo(digit), 0);
}

/** What the tiles count. A state that cannot be recovered from is a critical one to whoever looks at all servers. */
export const tiles = ['critical', 'warning', 'unknown', 'ok'] as const;
export type Tile = (typeof tiles)[number];

export function tileOf(state: HealthState): Tile {
  return state === 'non-recoverable' ? 'critical' : state;
}

export function tileCounts(rows: readonly FleetRow[]): Readonly<Record<Tile, number>> {
  const counts = { critical: 0, warning: 0, unknown: 0, ok: 0 };
  for (const { health } of rows) counts[tileOf(health.state)] += 1;
  return counts;
}

/** Every word must be in the name, the BMC's address or what is worst. */
export function matchingRows(
  rows: readonly FleetRow[],
  tile: Tile | null,
  text: string,
): readonly FleetRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ name, address, health }) => {
    if (tile !== null && tileOf(health.state) !== tile) return false;
    const told = [name, address, ...health.worst].join(' ').toLowerCase();
    return words.every(word => told.includes(word));
  });
}
