import type {
  Batch,
  Image,
  Network,
  NetworkRequest,
  Node,
  Port,
  Portgroup,
  Profile,
} from '#shared/contract/index.ts';
import type { NetworkId, NodeId, PortId } from '#shared/model/ids.ts';
import { defaultStorage } from '#shared/placement/default-storage.ts';
import type { ImageTarget } from '#shared/placement/image-rules.ts';
import { type NetworkLink, type NetworkMachine, networkLinks } from '#shared/placement/network-links.ts';
import type { World } from '../../client/world.ts';
import type { NetworkRow } from '../deploy/network-rows.ts';
import { type Plan, type StagedBond, type StagedServer, stagedOf } from './plan.ts';

/** A server as the board shows it: as it is, with what is staged for it. */
export interface BoardServer extends ImageTarget {
  readonly staged: StagedServer;
  /** Its NICs, members of what is staged as a bond too. */
  readonly machine: NetworkMachine;
  /** Where a network can go: NICs and bonds. */
  readonly links: readonly NetworkLink[];
  /** The staged networks, as far as their wiring goes. */
  readonly wiring: readonly NetworkRequest[];
}

export interface Board {
  /** Those that the filter leaves, in the order in which they are shown. */
  readonly servers: readonly BoardServer[];
  /** All of them. */
  readonly byId: ReadonlyMap<NodeId, BoardServer>;
  readonly images: ReadonlyMap<string, Image>;
  readonly networks: readonly Network[];
  /** The servers that something may be given to together. */
  readonly selected: ReadonlySet<NodeId>;
}

type Tables = Pick<World, 'nodes' | 'ports' | 'portgroups' | 'batches' | 'profiles'>;

const byName = new Intl.Collator('en', { numeric: true });

/**
 * The servers in the order of their names, again and again as world and plan change: one of which nothing has changed stays
 * the same object.
 */
export function createBoardServers(): (world: Tables, plan: Plan) => readonly BoardServer[] {
  const portsOf = ofLast((ports: World['ports']) => Map.groupBy(ports.values(), ({ nodeId }) => nodeId));
  const portgroupsOf = ofLast((portgroups: World['portgroups']) =>
    Map.groupBy(portgroups.values(), ({ nodeId }) => nodeId),
  );
  let known: ReadonlyMap<NodeId, { readonly parts: ServerParts; readonly server: BoardServer }> = new Map();
  return (world, plan) => {
    const waiting = waitingServers(world.batches.values());
    const sorted = [...world.nodes.values()].toSorted((one, other) => byName.compare(one.name, other.name));
    const made = sorted.map(node => {
      const staged = stagedOf(plan, node.id);
      const parts: ServerParts = [
        node,
        staged,
        portsOf(world.ports).get(node.id) ?? noPorts,
        portgroupsOf(world.portgroups).get(node.id) ?? noPortgroups,
        profileOf(world.profiles, plan, staged),
        waiting.get(node.id) ?? null,
      ];
      const before = known.get(node.id);
      const isSame = before?.parts.every((part, index) => part === parts[index]);
      return before !== undefined && isSame ? before : { parts, server: serverOf(...parts) };
    });
    known = new Map(made.map(each => [each.server.node.id, each]));
    return made.map(({ server }) => server);
  };
}

/** All that a server on the board is made of. */
type ServerParts = readonly [
  node: Node,
  staged: StagedServer,
  ports: readonly Port[],
  portgroups: readonly Portgroup[],
  profile: Profile | undefined,
  waitsIn: string | null,
];

const noPorts: readonly Port[] = [];
const noPortgroups: readonly Portgroup[] = [];

function serverOf(...[node, staged, ports, portgroups, profile, waitsIn]: ServerParts): BoardServer {
  const machine = machineOf(node, ports, portgroups, staged);
  return {
    node,
    staged,
    machine,
    links: networkLinks(machine),
    wiring: staged.networks.flatMap(row => wiringOf(row) ?? []),
    portCount: machine.ports.length,
    storage: profile?.storage ?? defaultStorage,
    diskRules: profile?.diskRules ?? [],
    waitsIn,
  };
}

/** What was made of the last one is still true while that is the same. */
function ofLast<From, To>(make: (from: From) => To): (from: From) => To {
  let last: { readonly from: From; readonly to: To } | undefined;
  return from => {
    if (last?.from !== from) last = { from, to: make(from) };
    return last.to;
  };
}

export function profileOf(
  profiles: World['profiles'],
  { forAll }: Plan,
  { profileId }: StagedServer,
): Profile | undefined {
  return profiles.get(profileId ?? forAll.profileId);
}

function waitingServers(batches: Iterable<Batch>): ReadonlyMap<NodeId, string> {
  const waiting = new Map<NodeId, string>();
  for (const { name, servers } of batches)
    for (const { nodeId, state } of servers) if (state === 'waiting') waiting.set(nodeId, name);
  return waiting;
}

function machineOf(
  node: Node,
  ports: readonly Port[],
  portgroups: readonly Portgroup[],
  { bonds }: StagedServer,
): NetworkMachine {
  const bondOf = new Map<PortId, StagedBond>(bonds.flatMap(bond => bond.portIds.map(id => [id, bond])));
  return {
    ports: ports.map(port => ({ ...port, portgroupId: bondOf.get(port.id)?.id ?? port.portgroupId })),
    portgroups: [...portgroups, ...bonds.map(bond => stagedPortgroup(node, bond))],
    nics: node.inventory?.nics ?? null,
    // Only a network that goes there by name asks for it, and the board gives none such.
    provisioningMac: null,
  };
}

/** As `portgroups.create` will make it. */
function stagedPortgroup({ id: nodeId }: Pick<Node, 'id'>, { id, name }: StagedBond): Portgroup {
  return { id, nodeId, name, address: null, mode: 'active-backup', properties: {} };
}

/** What decides where a network goes; undefined where a person said that it goes with the installation. */
export function wiringOf({ networkId, vlanId, place, tagging }: NetworkRow): NetworkRequest | undefined {
  if (place.by === 'provisioning') return undefined;
  return {
    name: '',
    networkId: networkId === '' ? null : (networkId as NetworkId),
    segmentationId: networkId === '' && vlanId !== '' ? Number(vlanId) : null,
    physicalNetwork: '',
    place,
    tagging,
    address: { method: 'dhcp' },
    routes: [],
    mtu: null,
  };
}

/** NICs and bonds as tables of a page: a bond that is only staged is among them. */
export function tablesOf({ machine }: Pick<BoardServer, 'machine'>): Pick<World, 'ports' | 'portgroups'> {
  return {
    ports: new Map(machine.ports.map(port => [port.id, port])),
    portgroups: new Map(machine.portgroups.map(portgroup => [portgroup.id, portgroup])),
  };
}
