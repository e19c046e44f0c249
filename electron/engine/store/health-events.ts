import { type HealthEvent, healthEvent } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { Database } from './database.ts';
import { defineTable, plain, word } from './table.ts';

export interface HealthEventFilter {
  readonly nodeId?: NodeId | undefined;
  readonly severities?: readonly HealthEvent['severity'][] | undefined;
  /** Part of the sensor's name, of the event or of the data; any case of ASCII letters. */
  readonly text: string;
  readonly beforeSeq?: number | undefined;
  /** Of the BMC's time, else of when it was read; both are within. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}

export interface HealthEventRepository {
  append(event: Omit<HealthEvent, 'seq'>): void;
  /** Whether this entry, of this moment and with this content, is stored already. */
  has(event: Pick<HealthEvent, 'nodeId' | 'entryId' | 'at' | 'event' | 'data'>): boolean;
  /** Newest first. */
  list(filter: HealthEventFilter): HealthEvent[];
  /** Forgets up to `limit` that were read before then, or are more than there is room for. Gives how many went. */
  prune(before: number, limit: number): number;
}

/** A BMC that writes an event each second must not fill the disk. */
const maxEvents = 1_000_000;

export function healthEventRepository(db: Database): HealthEventRepository {
  const { shape } = healthEvent;
  const table = defineTable<HealthEvent>(
    db,
    'health_events',
    ['seq'],
    {
      seq: plain(),
      nodeId: plain(),
      entryId: plain(),
      at: plain(),
      readAt: plain(),
      severity: word(shape.severity),
      sensorName: plain(),
      sensorType: plain(),
      event: plain(),
      direction: word(shape.direction),
      generator: plain(),
      reading: plain(),
      threshold: plain(),
      unit: plain(),
      data: plain(),
    },
    'seq DESC',
  );
  const insert = db.prepare(
    `INSERT INTO health_events (node_id, entry_id, at, read_at, severity, sensor_name, sensor_type, event,
        direction, generator, reading, threshold, unit, data)
      VALUES (@nodeId, @entryId, @at, @readAt, @severity, @sensorName, @sensorType, @event,
        @direction, @generator, @reading, @threshold, @unit, @data)`,
  );
  // They are read in order of time: looking for the first that stays reads no more rows than go.
  const forget = db.prepare(
    `DELETE FROM health_events WHERE seq IN (
      SELECT seq FROM health_events
      WHERE seq < max(
          ifnull((SELECT seq FROM health_events WHERE read_at >= ? ORDER BY seq LIMIT 1), ${Number.MAX_SAFE_INTEGER}),
          (SELECT max(seq) FROM health_events) - ${maxEvents})
      ORDER BY seq LIMIT ?)`,
  );

  return {
    append: event => void insert.run(event),
    has: ({ nodeId, entryId, at, event, data }) =>
      table.first(
        'node_id = ? AND entry_id = ? AND at IS ? AND event = ? AND data = ?',
        nodeId,
        entryId,
        at,
        event,
        data,
      ) !== undefined,
    list({ nodeId, severities, text, beforeSeq, from, to, limit }) {
      const conditions = ['seq < ?'];
      const values: (string | number)[] = [beforeSeq ?? Number.MAX_SAFE_INTEGER];
      if (nodeId !== undefined) {
        conditions.push('node_id = ?');
        values.push(nodeId);
      }
      if (severities !== undefined) {
        conditions.push(`severity IN (${severities.map(() => '?').join(', ')})`);
        values.push(...severities);
      }
      if (text !== '') {
        conditions.push("instr(lower(sensor_name || ' ' || event || ' ' || data), lower(?)) > 0");
        values.push(text);
      }
      if (from !== undefined || to !== undefined) {
        conditions.push('ifnull(at, read_at) BETWEEN ? AND ?');
        values.push(from ?? 0, to ?? Number.MAX_SAFE_INTEGER);
      }
      return table.select(
        `seq IN (SELECT seq FROM health_events WHERE ${conditions.join(' AND ')} ORDER BY seq DESC LIMIT ?)`,
        ...values,
        limit,
      );
    },
    prune: (before, limit) => forget.run(before, limit).changes,
  };
}
