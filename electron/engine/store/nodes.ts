import { type Bmc, type Node, node as nodeShape } from '#shared/contract/index.ts';
import type { DeploymentId, NetworkId, NodeId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { attachmentRepository } from './attachments.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';
import { defineTable, flag, flagOrNull, json, plain, storedError, word } from './table.ts';

/** What the boot policy needs of a machine; read on every packet, so without its documents. */
export interface BootSubject {
  readonly nodeId: NodeId;
  readonly name: string;
  readonly provisionState: Node['provisionState'];
  readonly bootTarget: Node['bootTarget'];
  readonly bootMode: Node['bootMode'];
  readonly deploymentId: DeploymentId | null;
  readonly pxeEnabled: boolean;
  /** Of this NIC. */
  readonly reservedAddress: Ipv4 | null;
  /** Of what is deployed on it. */
  readonly hostName: string | null;
  /**
   * Networks of the installed system through this NIC or its bond; null among them: any tenant network. Undefined: the
   * machine was not moved to networks of its own.
   */
  readonly attachedTo: readonly (NetworkId | null)[] | undefined;
}

export interface NodeRepository {
  list(): Node[];
  find(id: NodeId): Node | undefined;
  findByName(name: string): Node | undefined;
  /** The other server with this BMC. */
  findByBmc(bmc: Pick<Bmc, 'address' | 'port'>, except?: NodeId): Node | undefined;
  /** By the MAC of a port, or of a bond of its installed system. */
  bootSubject(mac: Mac): BootSubject | undefined;
  save(node: Node): void;
  remove(id: NodeId): void;
}

/** Rows that the database removes with their server: a page has to hear of each. */
const ownTables = ['ports', 'portgroups', 'deployments'] as const;
type OwnTable = (typeof ownTables)[number];

interface SubjectRow {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly target: string;
  readonly mode: string | null;
  readonly deployment: string | null;
  readonly pxe: number;
  readonly reserved: string | null;
  readonly host: string | null;
  readonly moved: number;
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
      cleanOnRelease: flagOrNull,
      extra: json(shape.extra),
      isVirtual: flag,
      deploymentId: plain(),
      createdAt: plain(),
      updatedAt: plain(),
    },
    'name COLLATE NOCASE',
    { isRemembered: true },
  );
  const attachments = attachmentRepository(db);
  const idsIn = (name: OwnTable) =>
    db.prepare<[string], { id: string }>(`SELECT id FROM ${name} WHERE node_id = ?`);
  const idsOf = {
    ports: idsIn('ports'),
    portgroups: idsIn('portgroups'),
    deployments: idsIn('deployments'),
  };
  const subjectFrom = (source: string, pxe: string, reserved: string) =>
    db.prepare<[string], SubjectRow>(
      `SELECT nodes.id, nodes.name, provision_state AS state, boot_target AS target, boot_mode AS mode,
              deployment_id AS deployment, ${pxe} AS pxe, ${reserved} AS reserved, host_name AS host,
              is_attached AS moved
       FROM ${source} AS link JOIN nodes ON nodes.id = link.node_id
         LEFT JOIN deployments ON deployments.id = deployment_id
       WHERE link.address = ?`,
    );
  const byPort = subjectFrom('ports', 'pxe_enabled', 'reserved_address');
  const byBond = subjectFrom('portgroups', '0', 'NULL');

  return {
    list: () => table.select(),
    find: id => table.first('id = ?', id),
    findByName: name => table.first('name = ? COLLATE NOCASE', name),
    findByBmc: ({ address, port }, except) =>
      table.first(
        `lower(json_extract(bmc, '$.address')) = ? AND json_extract(bmc, '$.port') = ? AND id <> ?`,
        address.toLowerCase(),
        port,
        except ?? '',
      ),
    bootSubject(mac) {
      const row = byPort.get(mac) ?? byBond.get(mac);
      if (row === undefined) return undefined;
      return {
        nodeId: row.id as NodeId,
        name: row.name,
        provisionState: shape.provisionState.parse(row.state),
        bootTarget: shape.bootTarget.parse(row.target),
        bootMode: shape.bootMode.parse(row.mode),
        deploymentId: row.deployment as DeploymentId | null,
        pxeEnabled: row.pxe === 1,
        reservedAddress: row.reserved as Ipv4 | null,
        hostName: row.host,
        attachedTo: row.moved === 1 ? attachments.ofMac(mac).map(({ networkId }) => networkId) : undefined,
      };
    },
    save(node) {
      table.put(node);
      feed.publish({ op: 'put', table: 'nodes', row: node });
    },
    remove(id) {
      const gone = ownTables.map(name => ({ name, ids: idsOf[name].all(id).map(own => own.id) }));
      if (table.delete('id = ?', id) === 0) return;
      for (const { name, ids } of gone) if (ids.length > 0) feed.publish({ op: 'remove', table: name, ids });
      feed.publish({ op: 'remove', table: 'nodes', ids: [id] });
    },
  };
}
