import type { ToldEvent } from '#shared/contract/event-messages.ts';
import { CodedError, type EventKind, eventKinds, type TimelineEvent } from '#shared/contract/index.ts';
import type { DeploymentId, NodeId } from '#shared/model/ids.ts';
import { type Database, databaseFault } from './database.ts';

export type NewEvent = ToldEvent & {
  readonly kind: EventKind;
  readonly nodeId?: NodeId | null;
  readonly deploymentId?: DeploymentId | null;
  /** For what others on a wire can cause at will: more of the same from the same source is not written. */
  readonly limit?: { readonly source: string; readonly perMinute: number };
};

export interface EventFilter {
  readonly nodeId?: NodeId | undefined;
  readonly deploymentId?: DeploymentId | undefined;
  /** Up to a minute after the end of each. */
  readonly deploymentIds?: readonly DeploymentId[] | undefined;
}

export interface TimelineRepository {
  append(event: NewEvent): void;
  /** In order, after `afterSeq`. */
  list(filter: EventFilter, afterSeq: number, limit: number): TimelineEvent[];
  /** The last `limit`, in order. */
  newest(filter: EventFilter, limit: number): TimelineEvent[];
  /**
   * Of each of these deployments as many as its share of `limit`, in order: of one that has more, how it began and the
   * newest. Reads no more rows than it gives.
   */
  ofEach(deploymentIds: readonly DeploymentId[], limit: number): TimelineEvent[];
  subscribe(onEvent: (event: TimelineEvent) => void): () => void;
  /**
   * Forgets up to `limit` events: older than `before` (epoch ms), or more than the timeline holds at most. Those of running
   * deployments and of each server's last one stay. Gives how many went.
   */
  prune(before: number, limit: number): number;
  /** Writes what waits. */
  flush(): void;
  /** Runs `work`; what it appended is dropped when it throws. */
  held<T>(work: () => T): T;
}

interface EventRow {
  seq: number;
  at: number;
  kind: string;
  node_id: string | null;
  deployment_id: string | null;
  message: string;
  details: string;
}

/** The disk rests nine times as long as the last write took: observations wait for a slow disk, packets do not. */
const restPerWrite = 9;
const maxRestMs = 250;
/** What machines do comes in storms; what we do about it is told at once, or a crash would take it back. */
const observations: ReadonlySet<EventKind> = new Set<EventKind>(['dhcp', 'tftp', 'http', 'boot']);

/** A storm of packets must not fill the disk long before its events are old. */
const maxEvents = 1_000_000;

/** A server that was deployed goes on to ask for its address for years. */
const shownAfterEndMs = 60_000;

/** While the database cannot be written, the newest so many events wait in memory, and are tried again so often. */
const maxWaiting = 5000;
const retryMs = 5000;

/**
 * Observations come in storms (a thousand machines booting are hundreds of packets a second) and a write that reaches
 * the disk stops everything else here, so those of a turn of the event loop, or of the disk's rest, are one
 * transaction; subscribers hear of them after that. A full disk throws nowhere here: `onFault` is told of it once, and
 * with undefined when writing works again.
 */
export function timelineRepository(
  db: Database,
  now: () => number,
  onFault: (fault: CodedError | undefined) => void = () => undefined,
): TimelineRepository {
  const insert = db.prepare(
    'INSERT INTO events (at, kind, node_id, deployment_id, message, details) VALUES (?, ?, ?, ?, ?, ?)',
  );
  // Events are in order of time: looking for the first that stays reads no more rows than go.
  const forget = db.prepare(`
    DELETE FROM events WHERE seq IN (
      SELECT seq FROM events
      WHERE seq < max(
          ifnull((SELECT seq FROM events WHERE at >= ? ORDER BY seq LIMIT 1), ${Number.MAX_SAFE_INTEGER}),
          (SELECT max(seq) FROM events) - ${maxEvents})
        AND (deployment_id IS NULL OR deployment_id NOT IN (
          SELECT id FROM deployments AS one
          WHERE state = 'running'
            OR created_at = (SELECT max(created_at) FROM deployments WHERE node_id = one.node_id)
        ))
      ORDER BY seq LIMIT ?
    )`);
  const halfOfOne = (order: 'ASC' | 'DESC') => `SELECT * FROM (
      SELECT * FROM events WHERE deployment_id = @id
        AND at <= ifnull((SELECT finished_at FROM deployments WHERE id = @id), ${Number.MAX_SAFE_INTEGER}) + ${shownAfterEndMs}
      ORDER BY seq ${order} LIMIT @half)`;
  const ofOne = db.prepare<{ id: DeploymentId; half: number }, EventRow>(
    `${halfOfOne('ASC')} UNION ${halfOfOne('DESC')}`,
  );
  const subscribers = new Set<(event: TimelineEvent) => void>();
  const isAdmitted = eventLimit(now);
  let waiting: { event: NewEvent; at: number }[] = [];
  let isDueSoon = false;
  let isDueLater = false;
  let hasFault = false;
  /** As `performance.now()`. */
  let restUntil = 0;

  function planFlush(kind: EventKind): void {
    const restMs = hasFault || observations.has(kind) ? restUntil - performance.now() : 0;
    if (restMs < 1) {
      if (isDueSoon) return;
      isDueSoon = true;
      setImmediate(() => {
        isDueSoon = false;
        flush();
      });
    } else if (!isDueLater) {
      isDueLater = true;
      setTimeout(() => {
        isDueLater = false;
        flush();
      }, restMs);
    }
  }

  function flush(): void {
    const batch = waiting;
    if (batch.length === 0 || !db.open) return;
    const startedAt = performance.now();
    let stored: TimelineEvent[];
    try {
      stored = db.transaction(() => batch.map(({ event, at }) => store(event, at)))();
    } catch (error) {
      takeFault(error);
      return;
    }
    waiting = [];
    const endedAt = performance.now();
    restUntil = endedAt + Math.min((endedAt - startedAt) * restPerWrite, maxRestMs);
    if (hasFault) {
      hasFault = false;
      onFault(undefined);
    }
    for (const event of stored) for (const subscriber of subscribers) subscriber(event);
  }

  function takeFault(error: unknown): void {
    const isNew = !hasFault;
    hasFault = true;
    restUntil = performance.now() + retryMs;
    const reason = error instanceof Error ? error.message : 'unknown error';
    if (isNew)
      onFault(databaseFault(error) ?? new CodedError('db.failed', reason, { reason }, { cause: error }));
    waiting = waiting.slice(-maxWaiting);
    planFlush('warning');
  }

  function store(event: NewEvent, at: number): TimelineEvent {
    const nodeId = event.nodeId ?? null;
    const deploymentId = event.deploymentId ?? null;
    const details = event.details ?? {};
    const result = insert.run(at, event.kind, nodeId, deploymentId, event.message, JSON.stringify(details));
    return {
      seq: Number(result.lastInsertRowid),
      at,
      kind: event.kind,
      nodeId,
      deploymentId,
      message: event.message,
      details,
    };
  }

  function select(
    filter: EventFilter,
    condition: string,
    value: number,
    order: string,
    limit: number,
  ): TimelineEvent[] {
    const conditions = [condition];
    const values: (string | number)[] = [value];
    if (filter.nodeId !== undefined) {
      conditions.push('node_id = ?');
      values.push(filter.nodeId);
    }
    if (filter.deploymentId !== undefined) {
      conditions.push('deployment_id = ?');
      values.push(filter.deploymentId);
    }
    if (filter.deploymentIds !== undefined) {
      conditions.push(
        `deployment_id IN (${filter.deploymentIds.map(() => '?').join(', ')})`,
        `at <= ifnull((SELECT finished_at FROM deployments WHERE id = deployment_id), ${Number.MAX_SAFE_INTEGER}) + ?`,
      );
      values.push(...filter.deploymentIds, shownAfterEndMs);
    }
    const sql = `SELECT * FROM events WHERE ${conditions.join(' AND ')} ORDER BY seq ${order} LIMIT ?`;
    return db
      .prepare<unknown[], EventRow>(sql)
      .all(...values, limit)
      .map(fromRow);
  }

  return {
    append(event) {
      if (!isAdmitted(event)) return;
      waiting.push({ event, at: now() });
      if (waiting.length > 2 * maxWaiting) waiting = waiting.slice(-maxWaiting);
      planFlush(event.kind);
    },
    list(filter, afterSeq, limit) {
      flush();
      return select(filter, 'seq > ?', afterSeq, 'ASC', limit);
    },
    newest(filter, limit) {
      flush();
      return select(filter, 'seq > ?', 0, 'DESC', limit).reverse();
    },
    ofEach(deploymentIds, limit) {
      flush();
      const half = Math.max(1, Math.floor(limit / deploymentIds.length / 2));
      return deploymentIds
        .flatMap(id => ofOne.all({ id, half }))
        .toSorted((one, other) => one.seq - other.seq)
        .map(fromRow);
    },
    subscribe(onEvent) {
      subscribers.add(onEvent);
      return () => subscribers.delete(onEvent);
    },
    prune: (before, limit) => forget.run(before, limit).changes,
    flush,
    held(work) {
      const before = waiting.length;
      try {
        return work();
      } catch (error) {
        waiting = waiting.slice(0, before);
        throw error;
      }
    },
  };
}

/** Of events of machines that are not ours, whatever their sources: those can be made up. */
const strangersPerMinute = 300;
const minuteMs = 60_000;

/** Counts from minute to minute. The memory it takes has a limit: our machines and as many strangers as may speak. */
function eventLimit(now: () => number): (event: NewEvent) => boolean {
  const counts = new Map<string, number>();
  let strangers = 0;
  let minute = 0;
  return ({ limit, message, nodeId }) => {
    if (limit === undefined) return true;
    const thisMinute = Math.floor(now() / minuteMs);
    if (thisMinute !== minute) {
      minute = thisMinute;
      strangers = 0;
      counts.clear();
    }
    const key = `${message} ${limit.source}`;
    const count = counts.get(key) ?? 0;
    const isStranger = nodeId === undefined || nodeId === null;
    if (count >= limit.perMinute || (isStranger && strangers >= strangersPerMinute)) return false;
    counts.set(key, count + 1);
    if (isStranger) strangers += 1;
    return true;
  };
}

function fromRow(row: EventRow): TimelineEvent {
  return {
    seq: row.seq,
    at: row.at,
    kind: eventKinds.find(kind => kind === row.kind) ?? 'warning',
    nodeId: row.node_id as NodeId | null,
    deploymentId: row.deployment_id as DeploymentId | null,
    message: row.message,
    details: JSON.parse(row.details) as Record<string, unknown>,
  };
}
