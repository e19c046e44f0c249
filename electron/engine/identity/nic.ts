import type { IdentityProblemCode } from '#shared/contract/identity-problems.ts';
import {
  broadcastAddress,
  type Ipv4,
  netmask,
  parseCidr,
  parseIpv4,
  type Subnet,
  subnetContains,
} from '#shared/model/ip.ts';
import { type Mac, parseMac } from '#shared/model/mac.ts';
import type { IdentityProblem } from './problem.ts';

/** One interface of the new system. It is found by its MAC, never by a name: names differ between equal servers. */
export interface NicIdentity {
  readonly mac: Mac;
  readonly addressing: NicAddressing;
}

type NicAddressing =
  | { readonly method: 'dhcp' }
  | {
      readonly method: 'static';
      readonly address: Ipv4;
      readonly subnet: Subnet;
      readonly gateway: Ipv4 | undefined;
      readonly dnsServers: readonly Ipv4[];
    };

/** The same as it was typed. `address` with its prefix length: `10.77.0.20/24`. */
export interface NicInput {
  readonly mac: string;
  readonly method: 'dhcp' | 'static';
  readonly address?: string | undefined;
  readonly gateway?: string | undefined;
  readonly dnsServers?: readonly string[] | undefined;
}

/** Adds what is wrong to `problems`; the result is only of use when nothing was added. */
export function parseNic(
  input: NicInput,
  field: string,
  problems: IdentityProblem[],
): NicIdentity | undefined {
  const reject: Reject = (part, code, found, reason) => {
    problems.push({ field: `${field}.${part}`, code, values: { found }, reason });
  };
  const mac = parseMac(input.mac);
  if (mac === undefined)
    reject('mac', 'nic.bad_mac', input.mac, `${JSON.stringify(input.mac)} is not a MAC address`);
  const addressing = input.method === 'dhcp' ? ({ method: 'dhcp' } as const) : parseStatic(input, reject);
  if (mac === undefined || addressing === undefined) return undefined;
  return { mac, addressing };
}

type Reject = (part: string, code: IdentityProblemCode, found: string, reason: string) => void;

function parseStatic(input: NicInput, reject: Reject): NicAddressing | undefined {
  const text = input.address ?? '';
  const address = parseIpv4(text.split('/')[0] ?? '');
  const subnet = parseCidr(text);
  if (address === undefined || subnet === undefined || subnet.prefixLength < 1) {
    reject(
      'address',
      'nic.bad_address',
      text,
      `${JSON.stringify(text)} is not an address with its prefix (10.0.0.5/24)`,
    );
    return undefined;
  }
  if (subnet.prefixLength < 31 && address === subnet.address)
    reject('address', 'nic.address_is_network', address, `${address} is the network itself`);
  if (subnet.prefixLength < 31 && address === broadcastAddress(subnet))
    reject('address', 'nic.address_is_broadcast', address, `${address} is the broadcast address`);
  const gateway = input.gateway === undefined || input.gateway === '' ? undefined : parseIpv4(input.gateway);
  if (gateway === undefined && input.gateway !== undefined && input.gateway !== '')
    reject('gateway', 'nic.bad_gateway', input.gateway, `${JSON.stringify(input.gateway)} is not an address`);
  if (gateway !== undefined && (!subnetContains(subnet, gateway) || gateway === address))
    reject(
      'gateway',
      'nic.gateway_outside',
      gateway,
      `${gateway} is not another host of the network of ${text}`,
    );
  const dnsServers = (input.dnsServers ?? []).flatMap((server, index) => {
    const parsed = parseIpv4(server);
    if (parsed === undefined)
      reject(
        `dnsServers[${index}]`,
        'nic.bad_dns_server',
        server,
        `${JSON.stringify(server)} is not an address`,
      );
    return parsed === undefined ? [] : [parsed];
  });
  return { method: 'static', address, subnet, gateway, dnsServers };
}

/**
 * OpenStack's network_data.json for these NICs (nova `network_data` schema), the form that cloud-init, Ignition's
 * Afterburn, glean and cloudbase-init read. DNS servers stand wherever a reader looks: for all, by network, and as
 * `dns_nameservers`, without which cloud-init 22.4 writes NetworkManager connections that have none.
 */
export function networkData(nics: readonly NicIdentity[]): object {
  const services = nics.flatMap(nic => dnsServices(nic));
  const unique = [...new Map(services.map(service => [service.address, service])).values()];
  return {
    links: nics.map((nic, index) => ({
      id: `nic${index}`,
      type: 'phy',
      ethernet_mac_address: nic.mac,
    })),
    networks: nics.map((nic, index) => ({ id: `network${index}`, link: `nic${index}`, ...network(nic) })),
    services: unique,
  };
}

function network({ addressing }: NicIdentity): object {
  if (addressing.method === 'dhcp') return { type: 'ipv4_dhcp' };
  const { address, subnet, gateway } = addressing;
  return {
    type: 'ipv4',
    ip_address: address,
    netmask: netmask(subnet),
    routes: gateway === undefined ? [] : [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway }],
    services: dnsServices({ addressing }),
    dns_nameservers: addressing.dnsServers,
  };
}

function dnsServices({ addressing }: Pick<NicIdentity, 'addressing'>): { type: 'dns'; address: Ipv4 }[] {
  if (addressing.method === 'dhcp') return [];
  return addressing.dnsServers.map(address => ({ type: 'dns', address }));
}
