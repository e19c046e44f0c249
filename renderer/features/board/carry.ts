import type { Network, NetworkPlace, Port } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { ImageId, NetworkId, NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import { mayBond } from '#shared/placement/bond-rules.ts';
import { mayBeDeployed, mayTakeImage } from '#shared/placement/image-rules.ts';
import type { NetworkLink } from '#shared/placement/network-links.ts';
import { mayTakeNetwork } from '#shared/placement/network-rules.ts';
import { allowed, type Refusal, refused, type Verdict } from '#shared/placement/verdict.ts';
import { type NetworkRow, newNetworkRow } from '../deploy/network-rows.ts';
import { freeBondName } from '../rack/bonds/bond-form.ts';
import { type Board, type BoardServer, wiringOf } from './board-servers.ts';
import type { PlanChange, StagedBond } from './plan.ts';

/** What a person holds: under the pointer, by the keyboard, or with a menu open on it. */
export type Held =
  | { readonly is: 'image'; readonly imageId: ImageId }
  | { readonly is: 'network'; readonly networkId: NetworkId }
  | { readonly is: 'nic'; readonly nodeId: NodeId; readonly portId: PortId };

export type LinkPlace = Extract<NetworkPlace, { by: 'port' | 'portgroup' }>;

/** Where it can be put. */
export type Target =
  | { readonly is: 'server'; readonly nodeId: NodeId }
  | { readonly is: 'link'; readonly nodeId: NodeId; readonly place: LinkPlace }
  /** All selected servers: what each of them can take. */
  | { readonly is: 'selection' };

export function placeOfLink({
  portId,
  portgroupId,
}: Pick<NetworkLink, 'portId' | 'portgroupId'>): LinkPlace | undefined {
  if (portgroupId !== null) return { by: 'portgroup', portgroupId };
  return portId === null ? undefined : { by: 'port', portId };
}

export function isSameTarget(one: Target, other: Target): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether it may be put there; undefined where such a thing does not go to such a place at all. */
export function verdictOf(held: Held, target: Target, board: Board): Verdict | undefined {
  if (target.is === 'selection') return held.is === 'nic' ? undefined : selectionVerdict(held, board);
  const server = board.byId.get(target.nodeId);
  if (server === undefined) return undefined;
  switch (held.is) {
    case 'image': {
      const image = board.images.get(held.imageId);
      return target.is === 'link' || image === undefined ? undefined : mayTakeImage(image, server);
    }
    case 'network':
      return networkVerdict(rowFor(held.networkId, target), server, board.networks);
    case 'nic':
      return target.is === 'link' ? bondVerdict(held, target.place, server, board.networks) : undefined;
    default:
      return assertNever(held);
  }
}

function rowFor(networkId: NetworkId, target: Target): NetworkRow {
  return { ...newNetworkRow(target.is === 'link' ? target.place : { by: 'match' }), networkId };
}

function networkVerdict(row: NetworkRow, server: BoardServer, networks: readonly Network[]): Verdict {
  const inState = mayBeDeployed(server);
  if (!inState.ok) return inState;
  const wanted = wiringOf(row);
  return wanted === undefined ? allowed : mayTakeNetwork(wanted, server.wiring, server.machine, networks);
}

/** The one on which it was dropped first: a bond that is staged already gets one more. */
function bondVerdict(
  held: Extract<Held, { is: 'nic' }>,
  place: LinkPlace,
  server: BoardServer,
  networks: readonly Network[],
): Verdict {
  if (held.nodeId !== server.node.id) return refused('bond.other_server');
  const inState = mayBeDeployed(server);
  if (!inState.ok) return inState;
  const bond = stagedBondAt(place, server);
  if (place.by === 'portgroup' && bond === undefined) return refused('bond.made');
  const members = membersWith(held.portId, place, server);
  return mayBond(members, server.machine, server.wiring, networks);
}

function membersWith(portId: PortId, place: LinkPlace, { machine }: BoardServer): readonly Port[] {
  const at = machine.ports.filter(port =>
    place.by === 'port' ? port.id === place.portId : port.portgroupId === place.portgroupId,
  );
  const others = at.map(port => ({ ...port, portgroupId: null }));
  return [...others, ...machine.ports.filter(({ id }) => id === portId)];
}

function stagedBondAt(place: LinkPlace, { staged }: BoardServer): StagedBond | undefined {
  return place.by === 'portgroup' ? staged.bonds.find(({ id }) => id === place.portgroupId) : undefined;
}

interface OfSelection {
  readonly takers: readonly BoardServer[];
  readonly refusals: readonly { readonly server: BoardServer; readonly refusal: Refusal }[];
}

/** Of the selected servers those that can take it, and why the others cannot. */
export function ofSelection(held: Held, board: Board): OfSelection {
  const takers: BoardServer[] = [];
  const refusals: { server: BoardServer; refusal: Refusal }[] = [];
  for (const server of [...board.byId.values()].filter(({ node }) => board.selected.has(node.id))) {
    const verdict = verdictOf(held, { is: 'server', nodeId: server.node.id }, board);
    if (verdict === undefined) continue;
    if (verdict.ok) takers.push(server);
    else refusals.push({ server, refusal: verdict });
  }
  return { takers, refusals };
}

function selectionVerdict(held: Held, board: Board): Verdict | undefined {
  const { takers, refusals } = ofSelection(held, board);
  if (takers.length > 0) return allowed;
  const [first] = refusals;
  return first === undefined ? undefined : { ok: false, ...first.refusal };
}

/** An image or network that is put on one of the selected servers goes to all of them that can take it. */
export function takersOf(held: Held, target: Target, board: Board): readonly BoardServer[] {
  const isForAll = target.is === 'selection' || (target.is === 'server' && board.selected.has(target.nodeId));
  if (isForAll) return ofSelection(held, board).takers;
  const server = board.byId.get(target.nodeId);
  return server !== undefined && verdictOf(held, target, board)?.ok === true ? [server] : [];
}

/** What a drop changes; undefined where it may not be dropped. */
export function changeOfDrop(held: Held, target: Target, board: Board): PlanChange | undefined {
  if (verdictOf(held, target, board)?.ok !== true) return undefined;
  const takers = takersOf(held, target, board);
  switch (held.is) {
    case 'image':
      return { is: 'image', nodeIds: takers.map(({ node }) => node.id), imageId: held.imageId };
    case 'network':
      return {
        is: 'networks',
        given: takers.map(({ node }) => ({ nodeId: node.id, row: rowFor(held.networkId, target) })),
      };
    case 'nic': {
      const [server] = takers;
      if (server === undefined || target.is !== 'link') return undefined;
      return { is: 'bond', nodeId: server.node.id, bond: bondWith(held.portId, target.place, server) };
    }
    default:
      return assertNever(held);
  }
}

function bondWith(portId: PortId, place: LinkPlace, server: BoardServer): StagedBond {
  const portIds = membersWith(portId, place, server).map(({ id }) => id);
  const known = stagedBondAt(place, server);
  return known === undefined
    ? { id: newUuid() as PortgroupId, name: freeBondName(server.machine.portgroups), portIds }
    : { ...known, portIds };
}

/** `crypto.randomUUID` is not there for a page that came by plain HTTP from another machine. */
function newUuid(): string {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), byte =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Where it may be put, in the order in which arrow keys go: the selection, then each server with its NICs and bonds. */
export function allowedTargets(held: Held, board: Board): readonly Target[] {
  const ofServer = ({ node, links }: BoardServer): readonly Target[] => [
    { is: 'server', nodeId: node.id },
    ...links.flatMap((link): Target[] => {
      const place = placeOfLink(link);
      return place === undefined ? [] : [{ is: 'link', nodeId: node.id, place }];
    }),
  ];
  const servers =
    held.is === 'nic' ? board.servers.filter(({ node }) => node.id === held.nodeId) : board.servers;
  const all: readonly Target[] = [{ is: 'selection' }, ...servers.flatMap(ofServer)];
  return all.filter(target => verdictOf(held, target, board)?.ok === true);
}
