import { CodedError, type Network } from '#shared/contract/index.ts';
import { type Ipv4, parseCidr, parseIpv4, subnetContains } from '#shared/model/ip.ts';
import { isSimulated } from '#shared/model/simulated-network.ts';

/** What is asked of an interface: its name and our addresses on it. */
export interface OwnInterface {
  readonly name: string;
  /** The system's number: another one is another device under the same name. */
  readonly index?: number | undefined;
  readonly addresses: readonly { readonly address: Ipv4 }[];
}

/** How the machines of a network reach us. */
export type Placement =
  | { readonly kind: 'direct'; readonly address: Ipv4; readonly interfaceIndex: number | undefined }
  /** Through a relay that knows our address in the carrier's network. */
  | { readonly kind: 'relayed'; readonly carrier: Network }
  | { readonly kind: 'nowhere'; readonly error: CodedError };

/** A network without an address of ours, on an interface that has one for another network, lies behind a relay. */
export function placementOf(
  network: Network,
  networks: readonly Network[],
  interfaces: readonly OwnInterface[],
): Placement {
  const { interfaceName, cidr } = network;
  const device = interfaces.find(candidate => candidate.name === interfaceName);
  const address = ownAddress(network, interfaces);
  if (address !== undefined) return { kind: 'direct', address, interfaceIndex: device?.index };
  const carriers = networks.filter(
    other => other.interfaceName === interfaceName && ownAddress(other, interfaces) !== undefined,
  );
  const carrier = carriers.find(({ dhcpMode }) => dhcpMode === 'full') ?? carriers[0];
  if (carrier !== undefined) return { kind: 'relayed', carrier };
  const error =
    device === undefined
      ? new CodedError('net.no_such_interface', `there is no interface ${interfaceName}`, { interfaceName })
      : new CodedError('net.no_address', `${interfaceName} has no address in ${cidr}`, {
          interfaceName,
          cidr,
        });
  return { kind: 'nowhere', error };
}

/** The whole of 127/8 is this computer on Linux and Windows, so the rack's network needs no address of its own. */
export function ownAddress(network: Network, interfaces: readonly OwnInterface[]): Ipv4 | undefined {
  const subnet = parseCidr(network.cidr);
  if (subnet === undefined) return undefined;
  if (isSimulated(network)) return parseIpv4(subnet.address.replace(/\.0$/, '.1'));
  return interfaces
    .filter(candidate => candidate.name === network.interfaceName)
    .flatMap(candidate => candidate.addresses.map(({ address }) => address))
    .find(address => subnetContains(subnet, address));
}
