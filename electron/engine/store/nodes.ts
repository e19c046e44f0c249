import { type Node, node as nodeShape } from '#shared/contract/index.ts';
import type { DeploymentId, NodeId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';
import { defineTable, flag, json, plain, storedError, word } from './table.ts';

/** What the boot policy needs of a machine; read on every packet, so without its documents. */
export interface BootSubject {
  readonly nodeId: NodeId;
  readonly name: string;
  readonly bootTarget: Node['bootTarget'];
  readonly bootMode: Node['bootMode'];
  readonly deploymentId: DeploymentId | null;
  readonly pxeEnabled: boolean;
  /** Of this NIC. */
  readonly reservedAddress: Ipv4 | null;
  /** Of what is deployed on it. */
  readonly hostName: string | null;
}

export interface NodeRepository {
  list(): Node[];
  find(id: NodeId): Node | undefined;
  findByName(name: string): Node | undefined;
  /** By a port's MAC. */
  bootSubject(mac: Mac): BootSubject | undefined;
  save(node: Node): void;
  remove(id: NodeId): void;
}

export function nodeRepository(db: Database, feed: ChangeFeed): NodeRepository {
  const { shape } = nodeShape;
  const table = defineTable<Node>(
    db,
    'nodes',
    ['id'],
    {
      id: plain(),
      name: plain(),
      bmc: json(shape.bmc),
      provisionState: word(shape.provisionState),
      targetProvisionState: word(shape.targetProvisionState),
      powerState: word(shape.powerState),
      bootMode: word(shape.bootMode),
      bootTarget: word(shape.bootTarget),
      lastError: storedError,
      inventory: json(shape.inventory),
      rootDeviceHints: json(shape.rootDeviceHints),
      resourceClass: plain(),
      extra: json(shape.extra),
      isVirtual: flag,
      deploymentId: plain(),
      createdAt: plain(),
      updatedAt: plain(),
    },
    'name COLLATE NOCASE',
  );
  const subject = db.prepare<
    [string],
    {
      id: string;
      name: string;
      target: string;
      mode: string | null;
      deployment: string | null;
      pxe: number;
      reserved: string | null;
      host: string | null;
    }
  >(
    `SELECT nodes.id, nodes.name, boot_target AS target, boot_mode AS mode, deployment_id AS deployment,
            pxe_enabled AS pxe, reserved_address AS reserved, host_name AS host
     FROM ports JOIN nodes ON nodes.id = ports.node_id LEFT JOIN deployments ON deployments.id = deployment_id
     WHERE ports.address = ?`,
  );

  return {
    list: () => table.select(),
    find: id => table.first('id = ?', id),
    findByName: name => table.first('name = ? COLLATE NOCASE', name),
    bootSubject(mac) {
      const row = subject.get(mac);
      if (row === undefined) return undefined;
      return {
        nodeId: row.id as NodeId,
        name: row.name,
        bootTarget: shape.bootTarget.parse(row.target),
        bootMode: shape.bootMode.parse(row.mode),
        deploymentId: row.deployment as DeploymentId | null,
        pxeEnabled: row.pxe === 1,
        reservedAddress: row.reserved as Ipv4 | null,
        hostName: row.host,
      };
    },
    save(node) {
      table.put(node);
      feed.publish({ op: 'put', table: 'nodes', row: node });
    },
    remove(id) {
      if (table.delete('id = ?', id) > 0) feed.publish({ op: 'remove', table: 'nodes', id });
    },
  };
}
