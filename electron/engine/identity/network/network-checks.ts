import type { ProblemValues } from '#shared/contract/checked.ts';
import type { IdentityProblemCode } from '#shared/contract/identity-problems.ts';
import type { NetworkRequest } from '#shared/contract/index.ts';
import {
  broadcastAddress,
  type Ipv4,
  ipv4ToNumber,
  parseCidr,
  type Subnet,
  subnetContains,
} from '#shared/model/ip.ts';
import { parseHostName } from '../host-name.ts';
import type { LinkAddressing, Route } from './model.ts';

export type Reject = (
  field: string,
  code: IdentityProblemCode,
  values: ProblemValues,
  reason: string,
) => void;

/** Says what is wrong under `networks[0]`; the result is only of use when nothing was. */
export function checkAddressing(
  address: NetworkRequest['address'],
  field: string,
  reject: Reject,
): LinkAddressing {
  if (address.method !== 'static') return { method: address.method };
  const ip = address.address;
  const subnet = parseCidr(`${ip}/${address.prefixLength}`);
  if (subnet === undefined || subnet.prefixLength < 1 || !isForHosts(ip)) {
    const text = `${ip}/${address.prefixLength}`;
    reject(
      `${field}.address.address`,
      'network.bad_address',
      { found: text },
      `${text} is no host's address`,
    );
    return { method: 'none' };
  }
  checkHost(ip, subnet, (code, reason) => reject(`${field}.address.address`, code, { found: ip }, reason));
  const { gateway } = address;
  if (gateway !== null && !isOtherHost(gateway, ip, subnet))
    reject(
      `${field}.address.gateway`,
      'network.gateway_outside',
      { found: gateway },
      `${gateway} is not another host of the network of ${ip}/${subnet.prefixLength}`,
    );
  return { method: 'static', address: ip, subnet, gateway };
}

/** Another machine of this network, which can take packets for others. */
function isOtherHost(other: Ipv4, own: Ipv4, subnet: Subnet): boolean {
  let isHost = true;
  checkHost(other, subnet, () => {
    isHost = false;
  });
  return isHost && other !== own && subnetContains(subnet, other);
}

/** RFC 1122 §3.2.1.3: 0/8, 127/8 and all from 224.0.0.0 on are no host's. */
function isForHosts(ip: Ipv4): boolean {
  const first = ipv4ToNumber(ip) >>> 24;
  return first !== 0 && first !== 127 && first < 224;
}

function checkHost(
  ip: Ipv4,
  subnet: Subnet,
  reject: (code: IdentityProblemCode, reason: string) => void,
): void {
  // RFC 3021: a /31 has two hosts and neither of these.
  if (subnet.prefixLength >= 31) return;
  if (ip === subnet.address) reject('network.address_is_network', `${ip} is the network itself`);
  if (ip === broadcastAddress(subnet))
    reject('network.address_is_broadcast', `${ip} is the broadcast address`);
}

export function checkRoutes(
  routes: NetworkRequest['routes'],
  addressing: LinkAddressing,
  field: string,
  reject: Reject,
): readonly Route[] {
  if (routes.length > 0 && addressing.method === 'none')
    reject(
      `${field}.routes`,
      'network.route_without_address',
      {},
      'a route needs an address on this network',
    );
  return routes.flatMap((route, index) => {
    const destination = parseCidr(route.destination);
    if (destination === undefined || destination.prefixLength === 0) {
      reject(
        `${field}.routes[${index}].destination`,
        'network.bad_destination',
        { found: route.destination },
        `${JSON.stringify(route.destination)} is no network (10.0.0.0/8); the way to everywhere is the gateway`,
      );
      return [];
    }
    if (addressing.method === 'static' && !isOtherHost(route.via, addressing.address, addressing.subnet))
      reject(
        `${field}.routes[${index}].via`,
        'network.route_via_outside',
        { found: route.via },
        `${route.via} is not another host of this network`,
      );
    return [{ destination, via: route.via }];
  });
}

/** What no network shows alone: an address given twice, two ways to everywhere. */
export function checkAcross(addressings: readonly LinkAddressing[], reject: Reject): void {
  const fixed = addressings.flatMap((addressing, index) =>
    addressing.method === 'static' ? [{ ...addressing, field: `networks[${index}].address` }] : [],
  );
  for (const [index, { address, field }] of fixed.entries())
    if (fixed.findIndex(other => other.address === address) < index)
      reject(
        `${field}.address`,
        'network.same_address_twice',
        { found: address },
        `${address} is there twice`,
      );
  for (const { gateway, field } of fixed.filter(other => other.gateway !== null).slice(1))
    reject(
      `${field}.gateway`,
      'network.second_gateway',
      { found: gateway ?? '' },
      'another network has a gateway; a machine has one way to everywhere, others are routes',
    );
}

/** The domains without the white space around them, of which Unicode has some that YAML refuses. */
export function checkSearchDomains(domains: readonly string[], reject: Reject): readonly string[] {
  return domains.flatMap(domain => {
    const parsed = parseHostName(domain);
    if (parsed.ok) return [parsed.value];
    reject(
      'networks',
      'network.bad_search_domain',
      { found: domain },
      `${JSON.stringify(domain)} is no domain`,
    );
    return [];
  });
}
