import { randomUUID } from 'node:crypto';
import type { BootServices } from '#engine/boot-services/boot-services.ts';
import { needsSearch, otherServerError } from '#engine/boot-services/other-servers.ts';
import { refuseWhileUsed } from '#engine/provision/busy-nodes.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import {
  CodedError,
  type Network,
  type NetworkInterface,
  type RacksideHandlers,
} from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import {
  broadcastAddress,
  type Ipv4,
  ipv4FromNumber,
  ipv4ToNumber,
  parseCidr,
  type Subnet,
  subnetContains,
} from '#shared/model/ip.ts';

export interface NetworkHandlerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly bootServices: Pick<BootServices, 'apply' | 'remove' | 'otherServers'>;
  readonly interfaces: () => Promise<NetworkInterface[]>;
}

export function networkHandlers({
  store,
  clock,
  bootServices,
  interfaces,
}: NetworkHandlerParts): RacksideHandlers['networks'] {
  /** The network with what was found. Throws beside another server, or when nothing could be asked, unless overridden. */
  async function lookForOthers(network: Network, isOverridden: boolean): Promise<Network> {
    let otherServers: Network['otherServers'];
    try {
      otherServers = await bootServices.otherServers(network);
    } catch (error) {
      if (isOverridden) return requireNetwork(store, network.id);
      throw error;
    }
    const found = { ...requireNetwork(store, network.id), otherServers, checkedAt: clock.now() };
    store.networks.save(found);
    if (otherServers.length > 0 && !isOverridden) throw otherServerError(network, otherServers);
    return found;
  }

  return {
    list: () => Promise.resolve(store.networks.list()),
    interfaces,

    async create({ poolStart, poolEnd, ...input }) {
      const subnet = parseCidr(input.cidr);
      if (subnet === undefined) throw invalid('cidr', 'not a network');
      const pool = poolOf(subnet, poolStart, poolEnd);
      const overlapping = store.networks.list().find(other => overlaps(parseCidr(other.cidr), subnet));
      if (overlapping !== undefined) {
        throw new CodedError('input.conflict', `overlaps ${overlapping.name}`, {
          what: 'network',
          field: 'cidr',
          value: overlapping.cidr,
        });
      }
      const network: Network = {
        ...input,
        ...pool,
        id: randomUUID() as NetworkId,
        cidr: `${subnet.address}/${subnet.prefixLength}`,
        dhcpMode: 'off',
        otherServers: [],
        checkedAt: null,
        serveBesideOthers: false,
      };
      store.networks.save(network);
      return network;
    },

    async remove({ id }) {
      refuseWhileUsed(store, requireNetwork(store, id));
      await bootServices.remove(id);
      return {};
    },

    async setDhcpMode({ id, mode, serveBesideOthers }) {
      let network = requireNetwork(store, id);
      if (needsSearch(network, mode)) network = await lookForOthers(network, serveBesideOthers);
      network = { ...network, dhcpMode: mode, serveBesideOthers: mode === 'full' && serveBesideOthers };
      store.networks.save(network);
      store.timeline.append({
        kind: 'network',
        message: 'network.mode_changed',
        details: { name: network.name, mode },
      });
      await bootServices.apply();
      return network;
    },

    async leases({ id }) {
      requireNetwork(store, id);
      return store.leases.ofNetwork(id).map(({ mac, address, expiresAtMs, hostName }) => ({
        mac,
        address,
        expiresAt: expiresAtMs,
        hostName,
      }));
    },
  };
}

function requireNetwork(store: Store, id: NetworkId): Network {
  const network = store.networks.find(id);
  if (network === undefined)
    throw new CodedError('input.not_found', 'no such network', { what: 'network', id });
  return network;
}

/** Given, or the upper half of the network: static addresses are mostly in the lower one. */
function poolOf(
  subnet: Subnet,
  start: Ipv4 | undefined,
  end: Ipv4 | undefined,
): { poolStart: Ipv4; poolEnd: Ipv4 } {
  const first = ipv4ToNumber(subnet.address);
  const last = ipv4ToNumber(broadcastAddress(subnet));
  if (last - first < 3) throw invalid('cidr', 'no room for machines');
  const poolStart = start ?? ipv4FromNumber(first + Math.ceil((last - first) / 2));
  const poolEnd = end ?? ipv4FromNumber(last - 1);
  for (const [field, address] of Object.entries({ poolStart, poolEnd })) {
    const value = ipv4ToNumber(address);
    if (!subnetContains(subnet, address) || value === first || value === last)
      throw invalid(field, `${address} is not in the network`);
  }
  if (ipv4ToNumber(poolStart) > ipv4ToNumber(poolEnd)) throw invalid('poolEnd', 'before the first address');
  return { poolStart, poolEnd };
}

function overlaps(one: Subnet | undefined, other: Subnet): boolean {
  return one !== undefined && (subnetContains(one, other.address) || subnetContains(other, one.address));
}

function invalid(path: string, message: string): CodedError<'input.invalid'> {
  return new CodedError('input.invalid', `${path}: ${message}`, { issues: [{ path, message }] });
}
