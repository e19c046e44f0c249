import type { Discovered, Network, NetworkInterface, Node, Port } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { LeaseBook } from './leases.ts';

/** A NIC of a server that got an address on a network. */
export interface SeenNic {
  readonly mac: string;
  readonly address: string;
  readonly name: string;
  /** Null: of no server that we know. */
  readonly nodeId: NodeId | null;
}

export interface WiredNetwork {
  readonly network: Network;
  readonly nics: readonly SeenNic[];
  /** Machines that spoke on its interface and belong to nobody. */
  readonly strangers: number;
}

/** An interface with what leads through it. `vlan`: a sub-interface beside the untagged wire of `name`. */
export interface Wire {
  readonly name: string;
  /** Undefined: a network is bound to it, but it is not there. */
  readonly nic: NetworkInterface | undefined;
  readonly networks: readonly WiredNetwork[];
  readonly vlans: readonly VlanWire[];
}

export interface VlanWire {
  readonly name: string;
  readonly nic: NetworkInterface;
  readonly vlanId: number;
  readonly networks: readonly WiredNetwork[];
}

export interface WiringFacts {
  readonly interfaces: readonly NetworkInterface[];
  readonly networks: readonly Network[];
  readonly leases: LeaseBook;
  readonly ports: Iterable<Port>;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly discovered: Iterable<Discovered>;
  readonly now: number;
}

/** Which network is on which interface, and who was seen there: what the drawing and its table show. */
export function wiringOf(facts: WiringFacts): readonly Wire[] {
  const { interfaces, networks } = facts;
  const seen = seenBy(facts);
  const networksOn = (name: string) =>
    networks.filter(({ interfaceName }) => interfaceName === name).map(seen);
  const isThere = (name: string) => interfaces.some(nic => nic.name === name);
  const parents = interfaces.filter(({ vlan }) => vlan === null || !isThere(vlan.parent));
  const missing = new Set(networks.map(({ interfaceName }) => interfaceName).filter(name => !isThere(name)));
  return [
    ...parents.map(nic => ({
      name: nic.name,
      nic,
      networks: networksOn(nic.name),
      vlans: interfaces.flatMap(child =>
        child.vlan?.parent === nic.name
          ? [{ name: child.name, nic: child, vlanId: child.vlan.vlanId, networks: networksOn(child.name) }]
          : [],
      ),
    })),
    ...[...missing].map(name => ({ name, nic: undefined, networks: networksOn(name), vlans: [] })),
  ];
}

function seenBy({ leases, ports, nodes, discovered, now }: WiringFacts): (network: Network) => WiredNetwork {
  const byMac = new Map([...ports].map(port => [port.address as string, port]));
  const strangers = [...discovered];
  return network => ({
    network,
    strangers: strangers.filter(({ interfaceName }) => interfaceName === network.interfaceName).length,
    nics: (leases.get(network.id) ?? [])
      .filter(({ expiresAt }) => expiresAt > now)
      .map(({ mac, address, hostName }) => {
        const port = byMac.get(mac);
        const node = port === undefined ? undefined : nodes.get(port.nodeId);
        const name = node === undefined ? hostName || mac : [node.name, port?.name].filter(Boolean).join(' ');
        return { mac, address, name, nodeId: node?.id ?? null };
      }),
  });
}
