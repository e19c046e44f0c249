import { randomUUID } from 'node:crypto';
import type { NodeId } from '#shared/model/ids.ts';
import type { Database } from './database.ts';

/** An archive of logs as a ramdisk sent it. */
export interface RamdiskLog {
  readonly id: string;
  readonly nodeId: NodeId;
  readonly takenAt: number;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface RamdiskLogRepository {
  /** Newest first. */
  ofNode(nodeId: NodeId): RamdiskLog[];
  content(id: string): { readonly log: RamdiskLog; readonly bytes: Uint8Array } | undefined;
  /** One a step: a second one replaces the first. The oldest above five a server, and above 256 MiB in all, go. */
  keep(nodeId: NodeId, stepId: string, takenAt: number, sha256: string, bytes: Uint8Array): void;
}

/** Each is of up to 16 MiB, and they are in every backup. */
const keptOfServer = 5;
const keptBytes = 256 * 2 ** 20;

interface Row {
  readonly id: string;
  readonly node_id: string;
  readonly taken_at: number;
  readonly size_bytes: number;
  readonly sha256: string;
}

export function ramdiskLogRepository(db: Database): RamdiskLogRepository {
  const list = db.prepare<[string], Row>(
    'SELECT id, node_id, taken_at, size_bytes, sha256 FROM ramdisk_logs WHERE node_id = ? ORDER BY taken_at DESC, rowid DESC',
  );
  const find = db.prepare<[string], Row & { content: Buffer }>('SELECT * FROM ramdisk_logs WHERE id = ?');
  const put = db.prepare(
    `INSERT INTO ramdisk_logs (id, node_id, step_id, taken_at, size_bytes, sha256, content) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (step_id) DO UPDATE SET taken_at = excluded.taken_at, size_bytes = excluded.size_bytes,
       sha256 = excluded.sha256, content = excluded.content`,
  );
  const prune = db.prepare(
    `DELETE FROM ramdisk_logs WHERE node_id = ? AND rowid NOT IN
       (SELECT rowid FROM ramdisk_logs WHERE node_id = ? ORDER BY taken_at DESC, rowid DESC LIMIT ${keptOfServer})`,
  );
  const pruneAll = db.prepare(
    `DELETE FROM ramdisk_logs WHERE id IN (SELECT id FROM
       (SELECT id, sum(size_bytes) OVER (ORDER BY taken_at DESC, rowid DESC) AS total FROM ramdisk_logs) WHERE total > ${keptBytes})`,
  );
  return {
    ofNode: nodeId => list.all(nodeId).map(logOf),
    content(id) {
      const row = find.get(id);
      return row === undefined ? undefined : { log: logOf(row), bytes: row.content };
    },
    keep: db.transaction((nodeId, stepId, takenAt, sha256, bytes) => {
      put.run(randomUUID(), nodeId, stepId, takenAt, bytes.length, sha256, bytes);
      prune.run(nodeId, nodeId);
      pruneAll.run();
    }) as RamdiskLogRepository['keep'],
  };
}

function logOf(row: Row): RamdiskLog {
  return {
    id: row.id,
    nodeId: row.node_id as NodeId,
    takenAt: row.taken_at,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
  };
}
