import type { Deployment, Discovered, Node, Port, TimelineEvent } from '#shared/contract/index.ts';
import type { ProvisionState } from '#shared/model/provision-state.ts';
import type { World } from '../../client/world.ts';
import { modelText } from './hardware-text.ts';

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
}
export type RackRow = NodeRow | DiscoveredRow;

export function rowKey(row: RackRow): string {
  return row.is === 'node' ? row.node.id : row.discovered.mac;
}

export function rowName(row: RackRow): string {
  return row.is === 'node' ? row.node.name : row.discovered.mac;
}

export interface RackFilter {
  readonly text: string;
  /** Empty: every state. */
  readonly states: readonly ProvisionState[];
}

/** Servers of the inventory with what belongs to them. `previous` rows are reused where nothing changed. */
export function nodeRows(
  { nodes, ports, deployments }: Pick<World, 'nodes' | 'ports' | 'deployments'>,
  lastEvents: ReadonlyMap<string, TimelineEvent>,
  previous: ReadonlyMap<string, NodeRow>,
): ReadonlyMap<string, NodeRow> {
  const portsOf = Map.groupBy(ports.values(), port => port.nodeId as string);
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

/** The unknown machines that match, newest first: they stand above the inventory. */
export function discoveredRows(
  discovered: World['discovered'],
  filter: RackFilter,
): readonly DiscoveredRow[] {
  if (filter.states.length > 0) return [];
  const words = wordsOf(filter.text);
  return [...discovered.values()]
    .filter(machine =>
      matches(words, [machine.mac, machine.interfaceName, machine.architecture, machine.vendorClass]),
    )
    .sort((a, b) => b.firstSeenAt - a.firstSeenAt)
    .map(machine => ({ is: 'discovered', discovered: machine }));
}

export function filteredNodeRows(rows: Iterable<NodeRow>, filter: RackFilter): readonly NodeRow[] {
  const words = wordsOf(filter.text);
  return [...rows].filter(
    row =>
      (filter.states.length === 0 || filter.states.includes(row.node.provisionState)) &&
      (words.length === 0 || matches(words, knownSearchTexts(row))),
  );
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
    a.ports.length === b.ports.length &&
    a.ports.every((port, index) => port === b.ports[index])
  );
}
