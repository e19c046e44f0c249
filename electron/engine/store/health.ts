import { z } from 'zod';
import {
  type SensorReadingRow,
  type ServerHealth,
  sensorReading,
  serverHealth,
} from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { Database } from './database.ts';
import type { HeldFeed } from './held-feed.ts';
import { defineTable, jsonOrNull, plain, storedError } from './table.ts';

/** How far a BMC's event log has been read. */
const logPlace = z.object({
  /** Names the BMC: another one in its place has a log of its own. */
  bmc: z.string(),
  /** The newest entry that is stored; null: none. */
  lastId: z.number().nullable(),
  /** As the BMC said then: a change means that there is something new, or that the log was cleared. */
  entryCount: z.number(),
  addedAt: z.number(),
  erasedAt: z.number(),
});
export type LogPlace = z.infer<typeof logPlace>;

export interface StoredHealth extends Pick<ServerHealth, 'readAt' | 'error' | 'powerWatts' | 'eventLog'> {
  readonly nodeId: NodeId;
  /** Of the first round that failed since one that did not. */
  readonly failingSince: number | null;
  readonly logPlace: LogPlace | null;
}

const sdrStamp = z.object({ recordCount: z.number(), addedAt: z.number(), erasedAt: z.number() });

/** What a BMC is made of, as it was read. */
export interface StoredRepository {
  /** Names the BMC: another one in its place has records of its own. */
  readonly place: string;
  readonly source: 'repository' | 'device';
  readonly stamp: z.infer<typeof sdrStamp>;
  /** Sensor data records behind each other, as they come over the wire. */
  readonly records: Buffer;
  /** Of all sensors that events may come from. */
  readonly names: Readonly<Record<string, string>>;
}

export interface HealthRepository {
  find(nodeId: NodeId): StoredHealth | undefined;
  save(health: StoredHealth): void;
  readings(nodeId: NodeId): SensorReadingRow[];
  saveReadings(nodeId: NodeId, readings: readonly SensorReadingRow[]): void;
  repository(nodeId: NodeId): StoredRepository | undefined;
  saveRepository(nodeId: NodeId, repository: StoredRepository): void;
  /** Says that there is something new of this server, when it is stored. */
  tell(nodeId: NodeId): void;
  subscribe(onNew: (nodeId: NodeId) => void): () => void;
}

interface RepositoryRow {
  readonly place: string;
  readonly source: string;
  readonly stamp: string;
  readonly records: Buffer;
  readonly names: string;
}

export function healthRepository(db: Database, feed: HeldFeed<NodeId>): HealthRepository {
  const { shape } = serverHealth;
  const servers = defineTable<StoredHealth>(
    db,
    'health_servers',
    ['nodeId'],
    {
      nodeId: plain(),
      readAt: plain(),
      error: storedError,
      failingSince: plain(),
      powerWatts: plain(),
      eventLog: jsonOrNull(shape.eventLog.unwrap()),
      logPlace: jsonOrNull(logPlace),
    },
    'node_id',
  );
  const readings = defineTable<{ nodeId: NodeId; readings: SensorReadingRow[] | null }>(
    db,
    'sensor_readings',
    ['nodeId'],
    { nodeId: plain(), readings: jsonOrNull(z.array(sensorReading)) },
    'node_id',
  );
  const findRepository = db.prepare<[NodeId], RepositoryRow>(
    'SELECT place, source, stamp, records, names FROM sensor_repositories WHERE node_id = ?',
  );
  const putRepository = db.prepare(
    'INSERT OR REPLACE INTO sensor_repositories (node_id, place, source, stamp, records, names) VALUES (?, ?, ?, ?, ?, ?)',
  );

  return {
    find: nodeId => servers.first('node_id = ?', nodeId),
    save: servers.put,
    readings: nodeId => readings.first('node_id = ?', nodeId)?.readings ?? [],
    saveReadings: (nodeId, rows) => readings.put({ nodeId, readings: [...rows] }),
    repository(nodeId) {
      const row = findRepository.get(nodeId);
      if (row === undefined) return undefined;
      const { place, source, records } = row;
      return {
        place,
        source: source === 'device' ? 'device' : 'repository',
        stamp: sdrStamp.parse(JSON.parse(row.stamp)),
        records,
        names: z.record(z.string(), z.string()).parse(JSON.parse(row.names)),
      };
    },
    saveRepository(nodeId, { place, source, stamp, records, names }) {
      putRepository.run(nodeId, place, source, JSON.stringify(stamp), records, JSON.stringify(names));
    },
    tell: feed.publish,
    subscribe: feed.subscribe,
  };
}
