import { z } from 'zod';
import { type Alarm, type AlarmKind, type AlarmPatch, alarm } from '#shared/contract/index.ts';
import type { AlarmId, NodeId } from '#shared/model/ids.ts';
import type { Database } from './database.ts';
import type { HeldFeed } from './held-feed.ts';
import { defineTable, json, plain, word } from './table.ts';

/** `subject`: the sensor, part or event that it is about; one alarm of a kind holds for each. */
export interface StoredAlarm extends Alarm {
  readonly subject: string;
}

export interface AlarmRepository {
  find(id: AlarmId): StoredAlarm | undefined;
  /** The one that holds. */
  holding(nodeId: NodeId, kind: AlarmKind, subject: string): StoredAlarm | undefined;
  /** Those that hold, of one server or of all. */
  allHolding(nodeId?: NodeId): StoredAlarm[];
  /** Those that hold, and the newest of those that were raised since then (epoch ms). */
  since(at: number): Alarm[];
  save(alarm: StoredAlarm): void;
  /** Forgets up to `limit` that were over before then. Gives how many went. */
  prune(before: number, limit: number): number;
  subscribe(onPatch: (patch: AlarmPatch) => void): () => void;
}

/** Besides those that hold. */
const mostShown = 5000;

export function alarmRepository(db: Database, feed: HeldFeed<AlarmPatch>): AlarmRepository {
  const { shape } = alarm;
  const table = defineTable<StoredAlarm>(
    db,
    'alarms',
    ['id'],
    {
      id: plain(),
      nodeId: plain(),
      kind: word(shape.kind),
      subject: plain(),
      severity: word(shape.severity),
      message: plain(),
      details: json(z.record(z.string(), z.unknown())),
      raisedAt: plain(),
      clearedAt: plain(),
      acknowledgedAt: plain(),
      note: plain(),
    },
    'raised_at DESC, id',
  );
  const old = db
    .prepare<[number, number], AlarmId>(
      'SELECT id FROM alarms WHERE cleared_at < ? ORDER BY cleared_at LIMIT ?',
    )
    .pluck();
  return {
    find: id => table.first('id = ?', id),
    holding: (nodeId, kind, subject) =>
      table.first('cleared_at IS NULL AND node_id = ? AND kind = ? AND subject = ?', nodeId, kind, subject),
    allHolding: nodeId =>
      nodeId === undefined
        ? table.select('cleared_at IS NULL')
        : table.select('cleared_at IS NULL AND node_id = ?', nodeId),
    since: at =>
      table
        .select(
          `cleared_at IS NULL OR id IN (
            SELECT id FROM alarms WHERE raised_at >= ? ORDER BY raised_at DESC LIMIT ${mostShown})`,
          at,
        )
        .map(shown),
    save(row) {
      table.put(row);
      feed.publish({ op: 'put', row: shown(row) });
    },
    prune(before, limit) {
      const ids = old.all(before, limit);
      for (const id of ids) table.delete('id = ?', id);
      if (ids.length > 0) feed.publish({ op: 'remove', ids });
      return ids.length;
    },
    subscribe: feed.subscribe,
  };
}

function shown({ subject: _, ...row }: StoredAlarm): Alarm {
  return row;
}
