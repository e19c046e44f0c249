import { randomUUID } from 'node:crypto';
import type { BootServices } from '#engine/boot-services/boot-services.ts';
import { needsSearch, otherServerError } from '#engine/boot-services/other-servers.ts';
import type { VlanInterfaces } from '#engine/boot-services/vlan-interfaces.ts';
import { refuseWhileAwaited, refuseWhileUsed, refuseWhileWanted } from '#engine/provision/busy-nodes.ts';
import { dependantsOf } from '#engine/provision/network-dependants.ts';
import type { StoredLease } from '#engine/store/networks.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import {
  CodedError,
  type Lease,
  type Network,
  type NetworkInterface,
  type RacksideHandlers,
} from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { cidrText, parseCidr } from '#shared/model/ip.ts';
import { addressesFor, invalid, poolOf, refuseOverlap, refuseUnfitGateway } from './network-rules.ts';

export interface NetworkHandlerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly bootServices: Pick<BootServices, 'apply' | 'remove' | 'otherServers'>;
  readonly interfaces: () => Promise<NetworkInterface[]>;
  readonly vlanInterfaces: Pick<VlanInterfaces, 'create' | 'remove'>;
}

export function networkHandlers({
  store,
  clock,
  bootServices,
  interfaces,
  vlanInterfaces,
}: NetworkHandlerParts): RacksideHandlers['networks'] {
  async function search(network: Network): Promise<Network> {
    const otherServers = await bootServices.otherServers(network);
    const found = { ...requireNetwork(store, network.id), otherServers, checkedAt: clock.now() };
    store.networks.save(found);
    return found;
  }

  /** The network with what was found. Throws beside another server, or when nothing could be asked, unless overridden. */
  async function lookForOthers(network: Network, isOverridden: boolean): Promise<Network> {
    let found: Network;
    try {
      found = await search(network);
    } catch (error) {
      if (isOverridden) return requireNetwork(store, network.id);
      throw error;
    }
    if (found.otherServers.length > 0 && !isOverridden) throw otherServerError(network, found.otherServers);
    return found;
  }

  return {
    list: () => Promise.resolve(store.networks.list()),
    interfaces,

    async create({ poolStart, poolEnd, ...input }) {
      // Before the checks: nothing may come between them and the row.
      const device = (await interfaces()).find(({ name }) => name === input.interfaceName);
      const subnet = parseCidr(input.cidr);
      if (subnet === undefined) throw invalid('cidr', 'not a network');
      const pool = poolOf(subnet, poolStart, poolEnd);
      refuseOverlap(store.networks.list(), subnet);
      refuseUnfitGateway(store, subnet, input.gateway);
      const network: Network = {
        ...input,
        ...pool,
        id: randomUUID() as NetworkId,
        cidr: cidrText(subnet),
        segmentationId: input.segmentationId ?? device?.vlan?.vlanId ?? null,
        dhcpMode: 'off',
        otherServers: [],
        checkedAt: null,
        serveBesideOthers: false,
      };
      store.networks.save(network);
      return network;
    },

    async update({ id, ...change }) {
      const before = requireNetwork(store, id);
      const network: Network = {
        ...before,
        ...addressesFor(store, before, change, clock.now()),
        name: change.name ?? before.name,
        gateway: change.gateway === undefined ? before.gateway : change.gateway,
        dns: change.dns ?? before.dns,
        domain: change.domain ?? before.domain,
        leaseSeconds: change.leaseSeconds ?? before.leaseSeconds,
        segmentationId: change.segmentationId === undefined ? before.segmentationId : change.segmentationId,
        physicalNetwork: change.physicalNetwork ?? before.physicalNetwork,
        mtu: change.mtu === undefined ? before.mtu : change.mtu,
        purposes: change.purposes ?? before.purposes,
      };
      const subnet = parseCidr(network.cidr);
      if (subnet !== undefined && (network.gateway !== before.gateway || network.cidr !== before.cidr))
        refuseUnfitGateway(store, subnet, network.gateway);
      if (movesMachines(before, network)) {
        refuseWhileUsed(store, before, clock.now());
        refuseWhileAwaited(store, before);
      }
      if (tellsOtherwise(before, network)) refuseWhileWanted(store, before);
      store.networks.save(network);
      await bootServices.apply();
      return network;
    },

    async remove({ id }) {
      const network = requireNetwork(store, id);
      refuseWhileUsed(store, network, clock.now());
      refuseWhileAwaited(store, network);
      await bootServices.remove(id);
      return {};
    },

    dependants: async ({ id }) => dependantsOf(store, requireNetwork(store, id), clock.now()),
    lookForOthers: ({ id }) => search(requireNetwork(store, id)),

    async createVlanInterface(input) {
      const name = await vlanInterfaces.create(input);
      const made = (await interfaces()).find(candidate => candidate.name === name);
      if (made === undefined)
        throw new CodedError('net.no_such_interface', `${name} is gone again`, { interfaceName: name });
      return made;
    },

    async removeVlanInterface({ name }) {
      await vlanInterfaces.remove(name);
      return {};
    },

    async setDhcpMode({ id, mode, serveBesideOthers }) {
      let network = requireNetwork(store, id);
      if (network.dhcpMode === 'full' && mode !== 'full') refuseWhileUsed(store, network, clock.now());
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
      return store.leases.ofNetwork(id).map(leaseRow);
    },
    leaseChanges: ({ id }) => ({
      snapshot: () => store.leases.ofNetwork(requireNetwork(store, id).id).map(leaseRow),
      subscribe: onPatch =>
        store.leases.onChange((networkId, address) => {
          if (networkId !== id) return;
          const stored = store.leases.findByAddress(id, address);
          onPatch(stored === undefined ? { op: 'remove', address } : { op: 'put', lease: leaseRow(stored) });
        }),
    }),
  };
}

function leaseRow({ mac, address, expiresAtMs, hostName }: StoredLease): Lease {
  return { mac, address, expiresAt: expiresAtMs, hostName };
}

function requireNetwork(store: Store, id: NetworkId): Network {
  const network = store.networks.find(id);
  if (network === undefined)
    throw new CodedError('input.not_found', 'no such network', { what: 'network', id });
  return network;
}

/** What a machine at work was told to use, or for which it is served at all. */
function movesMachines(before: Network, after: Network): boolean {
  return (
    before.cidr !== after.cidr ||
    before.segmentationId !== after.segmentationId ||
    before.physicalNetwork !== after.physicalNetwork ||
    before.mtu !== after.mtu ||
    before.purposes.some(purpose => !after.purposes.includes(purpose))
  );
}

/** What a system that is made for it is told of it. */
function tellsOtherwise(before: Network, after: Network): boolean {
  return (
    before.gateway !== after.gateway ||
    before.domain !== after.domain ||
    before.dns.join() !== after.dns.join()
  );
}
