import type { NetworkId, NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { Database } from './database.ts';
import { defineTable, plain } from './table.ts';

/** One network of an installed machine, on the NIC or bond where it went: what Ironic calls a VIF. */
export interface Attachment {
  readonly id: string;
  readonly nodeId: NodeId;
  /** Null: none of ours was named, so any tenant network that the wire leads to. */
  readonly networkId: NetworkId | null;
  readonly portId: PortId | null;
  readonly portgroupId: PortgroupId | null;
  readonly vlanId: number | null;
  /** Of the NIC, or the one that the bond takes. */
  readonly mac: Mac;
}

/**
 * Not part of the world's stream. They go with their server, their network and their NIC; a server that loses the last of
 * them so is on none.
 */
export interface AttachmentRepository {
  list(): Attachment[];
  ofNode(nodeId: NodeId): Attachment[];
  /** Through the NIC with this MAC, the bond of which it is a member, or the bond whose own MAC it is. */
  ofMac(mac: Mac): Attachment[];
  replaceForNode(nodeId: NodeId, attachments: readonly Attachment[]): void;
}

export function attachmentRepository(db: Database): AttachmentRepository {
  const table = defineTable<Attachment>(
    db,
    'attachments',
    ['id'],
    {
      id: plain(),
      nodeId: plain(),
      networkId: plain(),
      portId: plain(),
      portgroupId: plain(),
      vlanId: plain(),
      mac: plain(),
    },
    'node_id, id',
  );
  const mark = db.prepare<[number, string]>('UPDATE nodes SET is_attached = ? WHERE id = ?');
  const replace = db.transaction((nodeId: NodeId, attachments: readonly Attachment[]) => {
    table.delete('node_id = ?', nodeId);
    mark.run(attachments.length > 0 ? 1 : 0, nodeId);
    for (const attachment of attachments) table.put(attachment);
  });
  return {
    list: () => table.select(),
    ofNode: nodeId => table.select('node_id = ?', nodeId),
    ofMac: mac =>
      table.select(
        `mac = ? OR portgroup_id = (SELECT portgroup_id FROM ports WHERE address = ?)
           OR portgroup_id IN (SELECT id FROM portgroups WHERE address = ?)`,
        mac,
        mac,
        mac,
      ),
    replaceForNode: (nodeId, attachments) => replace(nodeId, attachments),
  };
}
