import { type Network, network as networkShape } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';
import { defineTable, flag, json, plain, word } from './table.ts';

export interface NetworkRepository {
  list(): Network[];
  find(id: NetworkId): Network | undefined;
  save(network: Network): void;
  remove(id: NetworkId): void;
}

export function networkRepository(db: Database, feed: ChangeFeed): NetworkRepository {
  const { shape } = networkShape;
  const table = defineTable<Network>(
    db,
    'networks',
    ['id'],
    {
      id: plain(),
      name: plain(),
      cidr: plain(),
      interfaceName: plain(),
      dhcpMode: word(shape.dhcpMode),
      poolStart: plain(),
      poolEnd: plain(),
      gateway: plain(),
      dns: json(shape.dns),
      domain: plain(),
      leaseSeconds: plain(),
      segmentationId: plain(),
      physicalNetwork: plain(),
      mtu: plain(),
      purposes: json(shape.purposes),
      otherServers: json(shape.otherServers),
      checkedAt: plain(),
      serveBesideOthers: flag,
    },
    'name COLLATE NOCASE',
  );
  return {
    list: () => table.select(),
    find: id => table.first('id = ?', id),
    save(network) {
      table.put(network);
      feed.publish({ op: 'put', table: 'networks', row: network });
    },
    remove(id) {
      if (table.delete('id = ?', id) > 0) feed.publish({ op: 'remove', table: 'networks', ids: [id] });
    },
  };
}

/** A lease as the DHCP server keeps it. Leases are not part of the world's stream: a network has one of its own. */
export interface StoredLease {
  readonly networkId: string;
  readonly address: Ipv4;
  readonly mac: Mac;
  readonly expiresAtMs: number;
  readonly hostName: string;
}

/** Has the shape of the DHCP library's `LeaseStore`: the lease is here before the packet leaves. */
export interface LeaseRepository {
  list(): StoredLease[];
  ofNetwork(networkId: string): StoredLease[];
  findByMac(networkId: string, mac: Mac): StoredLease | undefined;
  findByAddress(networkId: string, address: Ipv4): StoredLease | undefined;
  /** Which machine was last given this address on any of our networks. */
  holderOf(address: Ipv4): StoredLease | undefined;
  /** A NIC's leases on all networks. */
  ofMac(mac: Mac): StoredLease[];
  /** The newest lease of a machine on any network. */
  newestOf(mac: Mac): StoredLease | undefined;
  save(lease: StoredLease): void;
  remove(networkId: string, address: Ipv4): void;
  /** Told after the turn in which a lease was written, when its transaction is over: what is stored then counts. */
  onChange(listener: (networkId: string, address: Ipv4) => void): () => void;
}

export function leaseRepository(db: Database): LeaseRepository {
  const listeners = new Set<(networkId: string, address: Ipv4) => void>();
  const tell = (networkId: string, address: Ipv4) => {
    if (listeners.size === 0) return;
    queueMicrotask(() => {
      for (const listener of listeners) listener(networkId, address);
    });
  };
  const table = defineTable<StoredLease>(
    db,
    'leases',
    ['networkId', 'address'],
    { networkId: plain(), address: plain(), mac: plain(), expiresAtMs: plain(), hostName: plain() },
    'expires_at_ms DESC',
  );
  return {
    list: () => table.select(),
    ofNetwork: networkId => table.select('network_id = ?', networkId),
    findByMac: (networkId, mac) => table.first('network_id = ? AND mac = ?', networkId, mac),
    findByAddress: (networkId, address) => table.first('network_id = ? AND address = ?', networkId, address),
    holderOf: address => table.first('address = ?', address),
    ofMac: mac => table.select('mac = ?', mac),
    newestOf: mac => table.first('mac = ?', mac),
    save(lease) {
      table.put(lease);
      tell(lease.networkId, lease.address);
    },
    remove(networkId, address) {
      if (table.delete('network_id = ? AND address = ?', networkId, address) > 0) tell(networkId, address);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
