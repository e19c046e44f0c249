import {
  type Discovered,
  type Port,
  type Portgroup,
  portgroup as portgroupShape,
} from '#shared/contract/index.ts';
import type { NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';
import { defineTable, flag, json, plain, word } from './table.ts';

export interface PortRepository {
  list(): Port[];
  ofNode(nodeId: NodeId): Port[];
  find(id: PortId): Port | undefined;
  findByAddress(address: Mac): Port | undefined;
  findByReservation(address: Ipv4): Port | undefined;
  save(port: Port): void;
  remove(id: PortId): void;
}

export function portRepository(db: Database, feed: ChangeFeed): PortRepository {
  const table = defineTable<Port>(
    db,
    'ports',
    ['id'],
    {
      id: plain(),
      nodeId: plain(),
      address: plain(),
      name: plain(),
      pxeEnabled: flag,
      physicalNetwork: plain(),
      segmentationId: plain(),
      portgroupId: plain(),
      reservedAddress: plain(),
    },
    'node_id, name, address',
  );
  return {
    list: () => table.select(),
    ofNode: nodeId => table.select('node_id = ?', nodeId),
    find: id => table.first('id = ?', id),
    findByAddress: address => table.first('address = ?', address),
    findByReservation: address => table.first('reserved_address = ?', address),
    save(port) {
      table.put(port);
      feed.publish({ op: 'put', table: 'ports', row: port });
    },
    remove(id) {
      if (table.delete('id = ?', id) > 0) feed.publish({ op: 'remove', table: 'ports', ids: [id] });
    },
  };
}

export interface PortgroupRepository {
  list(): Portgroup[];
  ofNode(nodeId: NodeId): Portgroup[];
  find(id: PortgroupId): Portgroup | undefined;
  save(portgroup: Portgroup): void;
  remove(id: PortgroupId): void;
}

export function portgroupRepository(db: Database, feed: ChangeFeed): PortgroupRepository {
  const table = defineTable<Portgroup>(
    db,
    'portgroups',
    ['id'],
    {
      id: plain(),
      nodeId: plain(),
      name: plain(),
      address: plain(),
      mode: word(portgroupShape.shape.mode),
      properties: json(portgroupShape.shape.properties),
    },
    'node_id, name',
  );
  return {
    list: () => table.select(),
    ofNode: nodeId => table.select('node_id = ?', nodeId),
    find: id => table.first('id = ?', id),
    save(portgroup) {
      table.put(portgroup);
      feed.publish({ op: 'put', table: 'portgroups', row: portgroup });
    },
    remove(id) {
      if (table.delete('id = ?', id) > 0) feed.publish({ op: 'remove', table: 'portgroups', ids: [id] });
    },
  };
}

/**
 * Machines that spoke on a wire and belong to nobody. Anybody there can make them up, so what came in one turn of the
 * event loop is one transaction, and only those that spoke last are kept.
 */
export interface DiscoveredRepository {
  list(): Discovered[];
  find(mac: Mac): Discovered | undefined;
  save(machine: Discovered): void;
  remove(mac: Mac): void;
}

/** More than a hall has racks; a screen of more helps nobody. */
const mostDiscovered = 1000;

export function discoveredRepository(db: Database, feed: ChangeFeed): DiscoveredRepository {
  const table = defineTable<Discovered>(
    db,
    'discovered',
    ['mac'],
    {
      mac: plain(),
      interfaceName: plain(),
      architecture: plain(),
      vendorClass: plain(),
      uuid: plain(),
      firstSeenAt: plain(),
      lastSeenAt: plain(),
      timesSeen: plain(),
    },
    'last_seen_at DESC',
  );
  const older = db.prepare<[number], { mac: string }>(
    'SELECT mac FROM discovered ORDER BY last_seen_at DESC LIMIT -1 OFFSET ?',
  );
  const waiting = new Map<Mac, Discovered>();

  function flush(): void {
    if (waiting.size === 0 || !db.open) return;
    const batch = [...waiting.values()];
    waiting.clear();
    const write = db.transaction(() => {
      for (const machine of batch) {
        table.put(machine);
        feed.publish({ op: 'put', table: 'discovered', row: machine });
      }
      for (const { mac } of older.all(mostDiscovered)) remove(mac);
    });
    feed.held(() => write());
  }

  function remove(mac: string): void {
    if (table.delete('mac = ?', mac) > 0) feed.publish({ op: 'remove', table: 'discovered', ids: [mac] });
  }

  return {
    list() {
      flush();
      return table.select();
    },
    find: mac => waiting.get(mac) ?? table.first('mac = ?', mac),
    save(machine) {
      if (waiting.size === 0) setImmediate(flush);
      waiting.set(machine.mac, machine);
    },
    remove(mac) {
      flush();
      remove(mac);
    },
  };
}
