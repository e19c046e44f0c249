import type { Lease, Network, Node, Port } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { type Ipv4, ipv4ToNumber, parseCidr, subnetContains } from '#shared/model/ip.ts';

export interface LeaseRow {
  readonly address: string;
  readonly mac: string;
  /** The server's name, else what the machine calls itself. */
  readonly name: string;
  readonly nodeId: NodeId | null;
  /** Null: reserved, and not asked for yet. */
  readonly expiresAt: number | null;
  readonly isReserved: boolean;
}

/** Who has which address of a network, and for whom one is kept, by address. */
export function leaseRows(
  { cidr }: Pick<Network, 'cidr'>,
  leases: readonly Lease[],
  ports: Iterable<Port>,
  nodes: ReadonlyMap<string, Node>,
): readonly LeaseRow[] {
  const subnet = parseCidr(cidr);
  const all = [...ports];
  const byMac = new Map(all.map(port => [port.address as string, port]));
  const leased = leases.map(({ mac, address, hostName, expiresAt }) => {
    const port = byMac.get(mac);
    return {
      address,
      mac,
      name: nameOf(nodes, port) ?? hostName,
      nodeId: port?.nodeId ?? null,
      expiresAt,
      isReserved: port?.reservedAddress === address,
    };
  });
  const taken = new Set(leased.map(({ address }) => address));
  const kept = all.flatMap(port => {
    const { reservedAddress, address: mac, nodeId } = port;
    if (reservedAddress === null || taken.has(reservedAddress)) return [];
    if (subnet === undefined || !subnetContains(subnet, reservedAddress)) return [];
    const name = nameOf(nodes, port) ?? '';
    return [{ address: reservedAddress, mac, name, nodeId, expiresAt: null, isReserved: true }];
  });
  const order = ({ address }: LeaseRow) => ipv4ToNumber(address as Ipv4);
  return [...leased, ...kept].sort((a, b) => order(a) - order(b));
}

function nameOf(nodes: ReadonlyMap<string, Node>, port: Port | undefined): string | undefined {
  return port === undefined ? undefined : nodes.get(port.nodeId)?.name;
}
