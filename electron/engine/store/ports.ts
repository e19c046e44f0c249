import {
  type Discovered,
  type Port,
  type Portgroup,
  portgroup as portgroupShape,
} from '#shared/contract/index.ts';
import type { NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';
import { defineTable, flag, json, plain } from './table.ts';

export interface PortRepository {
  list(): Port[];
  ofNode(nodeId: NodeId): Port[];
  find(id: PortId): Port | undefined;
  findByAddress(address: Mac): Port | undefined;
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
    },
    'node_id, name, address',
  );
  return {
    list: () => table.select(),
    ofNode: nodeId => table.select('node_id = ?', nodeId),
    find: id => table.first('id = ?', id),
    findByAddress: address => table.first('address = ?', address),
    save(port) {
      table.put(port);
      feed.publish({ op: 'put', table: 'ports', row: port });
    },
    remove(id) {
      if (table.delete('id = ?', id) > 0) feed.publish({ op: 'remove', table: 'ports', id });
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
      mode: plain(),
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
      if (table.delete('id = ?', id) > 0) feed.publish({ op: 'remove', table: 'portgroups', id });
    },
  };
}

/** Machines that spoke on a wire and belong to nobody. */
export interface DiscoveredRepository {
  list(): Discovered[];
  find(mac: Mac): Discovered | undefined;
  save(machine: Discovered): void;
  remove(mac: Mac): void;
}

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
  return {
    list: () => table.select(),
    find: mac => table.first('mac = ?', mac),
    save(machine) {
      table.put(machine);
      feed.publish({ op: 'put', table: 'discovered', row: machine });
    },
    remove(mac) {
      if (table.delete('mac = ?', mac) > 0) feed.publish({ op: 'remove', table: 'discovered', id: mac });
    },
  };
}
