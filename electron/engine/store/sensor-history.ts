import type { NodeId } from '#shared/model/ids.ts';
import type { Database } from './database.ts';

/** `round`: each value that was read; `mean`: what they were over ten minutes. */
export type Resolution = 'round' | 'mean';

/** What the sensors of a server were from `fromAt` on, in the bytes of `health/history-chunk.ts`. */
export interface StoredChunk {
  readonly nodeId: NodeId;
  readonly resolution: Resolution;
  /** Epoch ms. */
  readonly fromAt: number;
  readonly points: Buffer;
}

export interface SensorHistoryRepository {
  put(chunk: StoredChunk): void;
  newest(nodeId: NodeId, resolution: Resolution): StoredChunk | undefined;
  find(nodeId: NodeId, resolution: Resolution, fromAt: number): StoredChunk | undefined;
  /** Those that begin from `from` to `to`, oldest first. */
  between(nodeId: NodeId, resolution: Resolution, from: number, to: number): StoredChunk[];
  /** Forgets up to `limit` chunks that begin before then. Gives how many went. */
  prune(resolution: Resolution, before: number, limit: number): number;
}

export function sensorHistoryRepository(db: Database): SensorHistoryRepository {
  const put = db.prepare(
    'INSERT OR REPLACE INTO sensor_history (node_id, resolution, from_at, points) VALUES (?, ?, ?, ?)',
  );
  const select = (where: string) =>
    db.prepare<(string | number)[], StoredChunk>(
      `SELECT node_id AS nodeId, resolution, from_at AS fromAt, points FROM sensor_history
        WHERE node_id = ? AND resolution = ? ${where}`,
    );
  const newest = select('ORDER BY from_at DESC LIMIT 1');
  const one = select('AND from_at = ?');
  const between = select('AND from_at BETWEEN ? AND ? ORDER BY from_at');
  const forget = db.prepare(
    `DELETE FROM sensor_history WHERE rowid IN (
      SELECT rowid FROM sensor_history WHERE resolution = ? AND from_at < ? ORDER BY from_at LIMIT ?)`,
  );
  return {
    put: ({ nodeId, resolution, fromAt, points }) => void put.run(nodeId, resolution, fromAt, points),
    newest: (nodeId, resolution) => newest.get(nodeId, resolution),
    find: (nodeId, resolution, fromAt) => one.get(nodeId, resolution, fromAt),
    between: (nodeId, resolution, from, to) => between.all(nodeId, resolution, from, to),
    prune: (resolution, before, limit) => forget.run(resolution, before, limit).changes,
  };
}
