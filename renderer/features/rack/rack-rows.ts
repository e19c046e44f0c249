import type {
  Deployment,
  Discovered,
  Node,
  Port,
  RackFilter,
  RackGrouping,
  TimelineEvent,
} from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { ProvisionState } from '#shared/model/provision-state.ts';
import type { World } from '../../client/world.ts';
import { modelText } from './hardware-text.ts';
import { nodeTone } from './node-actions.ts';
import { placeOf } from './rack-place.ts';
import { isFiltered } from './views/rack-view.ts';

export interface NodeRow {
  readonly is: 'node';
  readonly node: Node;
  readonly ports: readonly Port[];
  readonly deployment: Deployment | undefined;
  readonly lastEvent: TimelineEvent | undefined;
}
export interface DiscoveredRow {
  readonly is: 'discovered';
  readonly discovered: Discovered;
  /** One of the newest, which are always shown. */
  readonly isNewest: boolean;
}
/** The line under the newest unknown machines that stands for all the others. */
export interface UnknownRestRow {
  readonly is: 'unknown-rest';
  readonly count: number;
  readonly isFolded: boolean;
}
export type Grouping = Exclude<RackGrouping, 'none'>;
/** A line above the servers that have something in common. */
export interface GroupRow {
  readonly is: 'group';
  readonly key: string;
  readonly grouping: Grouping;
  /** The rack's name, the model or the state; empty: those without one. */
  readonly value: string;
  readonly memberIds: readonly string[];
  /** How many are in which state, in the order of the states. */
  readonly counts: readonly (readonly [ProvisionState, number])[];
  readonly isFolded: boolean;
}
export type RackRow = NodeRow | DiscoveredRow | UnknownRestRow | GroupRow;

export function rowKey(row: RackRow): string {
  switch (row.is) {
    case 'node':
      return row.node.id;
    case 'discovered':
      return row.discovered.mac;
    case 'unknown-rest':
      return row.is;
    case 'group':
      return row.key;
    default:
      return assertNever(row);
  }
}

export function rowName(row: RackRow): string {
  switch (row.is) {
    case 'node':
      return row.node.name;
    case 'discovered':
      return row.discovered.mac;
    case 'unknown-rest':
      return '';
    case 'group':
      return row.value;
    default:
      return assertNever(row);
  }
}

/** The servers that a selected row stands for: a group's line for all of its members. */
export function selectedBy(row: RackRow): readonly string[] {
  switch (row.is) {
    case 'node':
      return [row.node.id];
    case 'group':
      return row.memberIds;
    case 'discovered':
    case 'unknown-rest':
      return [];
    default:
      return assertNever(row);
  }
}

export type PortsOfNodes = ReadonlyMap<string, readonly Port[]>;

/** Asked for once while no port changes: there are more of them than servers. */
export function portsOfNodes(ports: World['ports']): PortsOfNodes {
  return Map.groupBy(ports.values(), port => port.nodeId);
}

/** Servers of the inventory with what belongs to them. `previous` rows are reused where nothing changed. */
export function nodeRows(
  { nodes, deployments }: Pick<World, 'nodes' | 'deployments'>,
  portsOf: PortsOfNodes,
  lastEvents: ReadonlyMap<string, TimelineEvent>,
  previous: ReadonlyMap<string, NodeRow>,
): ReadonlyMap<string, NodeRow> {
  const rows = new Map<string, NodeRow>();
  for (const node of nodes.values()) {
    const row: NodeRow = {
      is: 'node',
      node,
      ports: portsOf.get(node.id) ?? noPorts,
      deployment: node.deploymentId === null ? undefined : deployments.get(node.deploymentId),
      lastEvent: lastEvents.get(node.id),
    };
    const known = previous.get(node.id);
    rows.set(node.id, known !== undefined && isSame(known, row) ? known : row);
  }
  return rows;
}

const noPorts: readonly Port[] = [];

/** A wire with other people's machines on it must not push the inventory out of sight. */
const newestShown = 5;

/** The unknown machines that match, newest first: they stand above the inventory, when they are many behind a line. */
export function discoveredRows(
  discovered: World['discovered'],
  filter: RackFilter,
  showsAll: boolean,
): readonly (DiscoveredRow | UnknownRestRow)[] {
  const { states, racks, models, problemsOnly } = filter;
  if (problemsOnly || states.length + racks.length + models.length > 0) return [];
  const words = wordsOf(filter.text);
  const rows = [...discovered.values()]
    .filter(machine =>
      matches(words, [machine.mac, machine.interfaceName, machine.architecture, machine.vendorClass]),
    )
    .sort((a, b) => b.firstSeenAt - a.firstSeenAt)
    .map((machine, index): DiscoveredRow => {
      return { is: 'discovered', discovered: machine, isNewest: index < newestShown };
    });
  const count = rows.length - newestShown;
  if (count < 2) return rows;
  const rest: UnknownRestRow = { is: 'unknown-rest', count, isFolded: !showsAll };
  return [...rows.slice(0, newestShown), rest, ...(showsAll ? rows.slice(newestShown) : [])];
}

export function filteredNodeRows(rows: readonly NodeRow[], filter: RackFilter): readonly NodeRow[] {
  if (!isFiltered(filter)) return rows;
  const words = wordsOf(filter.text);
  return rows.filter(
    row =>
      isChosen(filter.states, () => row.node.provisionState) &&
      isChosen(filter.racks, () => placeOf(row.node).rack) &&
      isChosen(filter.models, () => modelText(row.node)) &&
      (!filter.problemsOnly || hasProblem(row.node)) &&
      (words.length === 0 || matches(words, knownSearchTexts(row))),
  );
}

function isChosen<Value>(chosen: readonly Value[], read: () => Value): boolean {
  return chosen.length === 0 || chosen.includes(read());
}

/** It is in a state that a failure left, or something went wrong on the way to a quiet one. */
function hasProblem(node: Node): boolean {
  return nodeTone(node) === 'failed' || node.lastError !== null;
}

/** Every word must be found somewhere: names, addresses, serial numbers, in any order. */
function matches(words: readonly string[], texts: readonly string[]): boolean {
  const all = texts.join('\n').toLowerCase();
  return words.every(word => all.includes(word));
}

export function searchTexts({ node, ports }: Pick<NodeRow, 'node' | 'ports'>): readonly string[] {
  const disks = node.inventory?.disks ?? [];
  return [
    node.name,
    node.bmc?.address ?? '',
    modelText(node),
    node.inventory?.system.serial ?? '',
    node.provisionState,
    node.resourceClass,
    ...Object.values(node.extra),
    ...ports.map(port => port.address),
    ...disks.flatMap(disk => [disk.serial, disk.wwn]),
  ];
}

const textsOfRows = new WeakMap<NodeRow, readonly string[]>();

/** A row is made anew when something of it changes, so its texts are good for as long as it lives. */
function knownSearchTexts(row: NodeRow): readonly string[] {
  const known = textsOfRows.get(row) ?? searchTexts(row);
  textsOfRows.set(row, known);
  return known;
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '');
}

function isSame(a: NodeRow, b: NodeRow): boolean {
  return (
    a.node === b.node &&
    a.deployment === b.deployment &&
    a.lastEvent === b.lastEvent &&
    (a.ports === b.ports ||
      (a.ports.length === b.ports.length && a.ports.every((port, index) => port === b.ports[index])))
  );
}
