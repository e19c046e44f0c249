import type { ConsoleRecording } from '#shared/contract/index.ts';
import type { DeploymentId, NodeId, RecordingId } from '#shared/model/ids.ts';
import { indexedText, wordQuery } from './console-words.ts';
import { type Database, databaseFault } from './database.ts';

export interface NewRecording {
  readonly id: RecordingId;
  readonly nodeId: NodeId;
  readonly startedAt: number;
  readonly columns: number;
  readonly rows: number;
}

/** `events` and `lines` come compressed; times are those of the recording. */
export interface NewPart {
  readonly recordingId: RecordingId;
  readonly fromMs: number;
  readonly toMs: number;
  readonly outputBytes: number;
  readonly events: Uint8Array;
  readonly lines: Uint8Array;
  /** What it can be found by. */
  readonly text: string;
}

interface StoredPart {
  readonly id: number;
  readonly fromMs: number;
  readonly events: Uint8Array;
}

export interface RecordingFilter {
  readonly nodeId?: NodeId | undefined;
  readonly deploymentId?: DeploymentId | undefined;
}

/** A part in which a text may stand. */
export interface PartToSearch {
  readonly id: number;
  readonly recordingId: RecordingId;
  readonly nodeId: NodeId;
  readonly startedAt: number;
  readonly lines: Uint8Array;
}

export interface ConsoleRecordingRepository {
  begin(recording: NewRecording): void;
  /** In one transaction. Parts of a recording that is being removed are dropped. */
  append(parts: readonly NewPart[]): void;
  end(id: RecordingId, endedAt: number): void;
  /** What an engine that was killed left open ends with the last that is stored of it. */
  endOpen(): void;
  find(id: RecordingId): ConsoleRecording | undefined;
  /** Newest first; of one server, of the time of one deployment, or all. */
  list(of: RecordingFilter, limit: number): ConsoleRecording[];
  /** The newest of this server that had begun by then. */
  begunBy(nodeId: NodeId, at: number): ConsoleRecording | undefined;
  /** Newest first: those with lines, of which some are from before `untilMs` of the recording. */
  linesBefore(id: RecordingId, untilMs: number, limit: number): Uint8Array[];
  /** In order, behind that part: as many as have so many stored bytes, and one at least. */
  parts(id: RecordingId, afterPart: number, maxStoredBytes: number): StoredPart[];
  /** Newest first, behind `before`. `text` is what a person typed; what has no word is looked for in every part. */
  toSearch(text: string, nodeId: NodeId | undefined, before: number, limit: number): PartToSearch[];
  /** Seen by nobody from now on; `prune` takes its parts away. */
  remove(id: RecordingId): void;
  /**
   * Forgets up to `limit` parts: of recordings that were removed or whose server was, then of the oldest while all together
   * have more than `maxStoredBytes`. Gives whether there is more to do.
   */
  prune(maxStoredBytes: number, limit: number): boolean;
}

interface RecordingRow {
  id: string;
  node_id: string;
  started_at: number;
  ended_at: number | null;
  columns: number;
  rows: number;
  output_bytes: number;
  stored_bytes: number;
  deployment_ids: string;
}

interface PartRow {
  id: number;
  recording_id: string;
  node_id: string;
  started_at: number;
  from_ms: number;
  stored_bytes: number;
  events: Uint8Array;
  lines: Uint8Array;
}

/** What the index takes for each letter of text: 6.2 MB for 23 MB of kernel logs. */
const indexShare = 0.27;
const farFuture = Number.MAX_SAFE_INTEGER;

const shown = 'NOT r.is_removed AND EXISTS (SELECT 1 FROM nodes WHERE id = r.node_id)';
/** Of a deployment `d` and a recording `r`: it ran on this server meanwhile. */
const overlaps = `d.node_id = r.node_id AND d.created_at <= ifnull(r.ended_at, ${farFuture})
  AND ifnull(d.finished_at, ${farFuture}) >= r.started_at`;
const recordings = `
  SELECT r.*, (SELECT json_group_array(d.id) FROM deployments AS d WHERE ${overlaps}) AS deployment_ids FROM console_recordings AS r WHERE ${shown}`;
const searched = 'SELECT p.id, p.recording_id, p.lines, r.node_id, r.started_at';
const searchedRecordings = `CROSS JOIN console_recordings AS r ON r.id = p.recording_id
  WHERE ${shown} AND (@nodeId IS NULL OR r.node_id = @nodeId)`;

export function consoleRecordingRepository(db: Database): ConsoleRecordingRepository {
  const begin = db.prepare(`
    INSERT INTO console_recordings VALUES (@id, @nodeId, @startedAt, NULL, @columns, @rows, 0, 0, 0)`);
  const end = db.prepare(
    'UPDATE console_recordings SET ended_at = max(started_at, ?) WHERE id = ? AND ended_at IS NULL',
  );
  const endOpen = db.prepare(`
    UPDATE console_recordings SET ended_at = started_at
      + ifnull((SELECT to_ms FROM console_parts WHERE recording_id = console_recordings.id ORDER BY id DESC LIMIT 1), 0)
    WHERE ended_at IS NULL`);
  const grow = db.prepare(`
    UPDATE console_recordings SET output_bytes = output_bytes + ?, stored_bytes = stored_bytes + ?
    WHERE id = ? AND NOT is_removed`);
  const insertPart = db.prepare(`
    INSERT INTO console_parts (recording_id, from_ms, to_ms, stored_bytes, events, lines) VALUES (?, ?, ?, ?, ?, ?)`);
  const insertWords = db.prepare('INSERT INTO console_words (rowid, words) VALUES (?, ?)');
  const one = db.prepare<[string], RecordingRow>(`${recordings} AND r.id = ?`);
  const all = db.prepare<{ nodeId: string | null; deploymentId: string | null; limit: number }, RecordingRow>(
    `${recordings} AND (@nodeId IS NULL OR r.node_id = @nodeId)
      AND (@deploymentId IS NULL OR EXISTS (SELECT 1 FROM deployments AS d WHERE d.id = @deploymentId AND ${overlaps}))
      ORDER BY r.started_at DESC, r.rowid DESC LIMIT @limit`,
  );
  const begun = db.prepare<[string, number], RecordingRow>(
    `${recordings} AND r.node_id = ? AND r.started_at <= ? ORDER BY r.started_at DESC, r.rowid DESC LIMIT 1`,
  );
  const linesUntil = db.prepare<[string, number, number], Pick<PartRow, 'lines'>>(
    `SELECT lines FROM console_parts WHERE recording_id = ? AND from_ms <= ? AND lines <> x''
      ORDER BY id DESC LIMIT ?`,
  );
  const partsOf = db.prepare<[string, number], PartRow>(
    'SELECT id, from_ms, stored_bytes, events FROM console_parts WHERE recording_id = ? AND id > ? ORDER BY id',
  );
  type Search = { before: number; nodeId: string | null; limit: number; query?: string };
  const anyPart = db.prepare<Search, PartRow>(
    `${searched} FROM console_parts AS p ${searchedRecordings}
     AND p.lines <> x'' AND p.id < @before ORDER BY p.id DESC LIMIT @limit`,
  );
  const partsWith = db.prepare<Search, PartRow>(
    `${searched} FROM console_words AS w CROSS JOIN console_parts AS p ON p.id = w.rowid ${searchedRecordings}
     AND w.console_words MATCH @query AND w.rowid < @before ORDER BY w.rowid DESC LIMIT @limit`,
  );
  function found(query: string | undefined, search: Search): PartRow[] {
    if (query === undefined) return anyPart.all(search);
    try {
      return partsWith.all({ ...search, query });
    } catch (error) {
      // Where SQLite's Unicode splits what ours takes for one word, that is a phrase.
      if (databaseFault(error) !== undefined) throw error;
      return anyPart.all(search);
    }
  }
  const markRemoved = db.prepare('UPDATE console_recordings SET is_removed = 1 WHERE id = ?');
  const prune = pruner(db);
  const append = db.transaction((parts: readonly NewPart[]) => {
    for (const { recordingId, fromMs, toMs, outputBytes, events, lines, text } of parts) {
      const storedBytes = events.length + lines.length + Math.ceil(text.length * indexShare);
      if (grow.run(outputBytes, storedBytes, recordingId).changes === 0) continue;
      const { lastInsertRowid } = insertPart.run(recordingId, fromMs, toMs, storedBytes, events, lines);
      if (text !== '') insertWords.run(lastInsertRowid, indexedText(text));
    }
  });

  return {
    begin: recording => void begin.run(recording),
    append: parts => append(parts),
    end: (id, endedAt) => void end.run(endedAt, id),
    endOpen: () => void endOpen.run(),
    find(id) {
      const row = one.get(id);
      return row === undefined ? undefined : fromRow(row);
    },
    list: ({ nodeId = null, deploymentId = null }, limit) =>
      all.all({ nodeId, deploymentId, limit }).map(fromRow),
    begunBy(nodeId, at) {
      const row = begun.get(nodeId, at);
      return row === undefined ? undefined : fromRow(row);
    },
    linesBefore: (id, untilMs, limit) => linesUntil.all(id, untilMs, limit).map(({ lines }) => lines),
    parts(id, afterPart, maxStoredBytes) {
      const found: StoredPart[] = [];
      let storedBytes = 0;
      for (const row of partsOf.iterate(id, afterPart)) {
        found.push({ id: row.id, fromMs: row.from_ms, events: row.events });
        storedBytes += row.stored_bytes;
        if (storedBytes >= maxStoredBytes) break;
      }
      return found;
    },
    toSearch(text, nodeId, before, limit) {
      const query = wordQuery(text);
      const search = { before, nodeId: nodeId ?? null, limit };
      return found(query, search).map(row => ({
        id: row.id,
        recordingId: row.recording_id as RecordingId,
        nodeId: row.node_id as NodeId,
        startedAt: row.started_at,
        lines: row.lines,
      }));
    },
    remove: id => void markRemoved.run(id),
    prune,
  };
}

function pruner(db: Database): ConsoleRecordingRepository['prune'] {
  const gone = db.prepare<[], { id: string }>(`
    SELECT id FROM console_recordings WHERE is_removed OR node_id NOT IN (SELECT id FROM nodes) LIMIT 1`);
  const total = db.prepare('SELECT ifnull(sum(stored_bytes), 0) FROM console_recordings').pluck();
  const oldest = db.prepare<[], { id: string }>(
    'SELECT id FROM console_recordings WHERE ended_at IS NOT NULL ORDER BY started_at LIMIT 1',
  );
  const markRemoved = db.prepare('UPDATE console_recordings SET is_removed = 1 WHERE id = ?');
  const some = db.prepare<[string, number], { id: number; stored_bytes: number }>(
    'SELECT id, stored_bytes FROM console_parts WHERE recording_id = ? ORDER BY id LIMIT ?',
  );
  const forgetPart = db.prepare('DELETE FROM console_parts WHERE id = ?');
  const forgetWords = db.prepare('DELETE FROM console_words WHERE rowid = ?');
  const shrink = db.prepare('UPDATE console_recordings SET stored_bytes = stored_bytes - ? WHERE id = ?');
  const forget = db.prepare('DELETE FROM console_recordings WHERE id = ?');
  return db.transaction((maxStoredBytes: number, limit: number) => {
    const tooOld = () => (Number(total.get()) > maxStoredBytes ? oldest.get() : undefined);
    const recording = gone.get() ?? tooOld();
    if (recording === undefined) return false;
    markRemoved.run(recording.id);
    const parts = some.all(recording.id, limit);
    for (const part of parts) {
      forgetPart.run(part.id);
      forgetWords.run(part.id);
    }
    shrink.run(
      parts.reduce((sum, part) => sum + part.stored_bytes, 0),
      recording.id,
    );
    if (parts.length < limit) forget.run(recording.id);
    return true;
  });
}

function fromRow(row: RecordingRow): ConsoleRecording {
  return {
    id: row.id as RecordingId,
    nodeId: row.node_id as NodeId,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    columns: row.columns,
    rows: row.rows,
    outputBytes: row.output_bytes,
    storedBytes: row.stored_bytes,
    deploymentIds: JSON.parse(row.deployment_ids) as DeploymentId[],
  };
}
