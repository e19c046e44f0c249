import type { StoredHealth } from '#engine/store/health.ts';
import type { Store } from '#engine/store/store.ts';
import {
  type ErrorData,
  powerKey,
  type SensorReadingRow,
  type ServerHealth,
} from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { clearAlarm, raiseAlarm } from './alarms.ts';
import { isNearlyFull, type LogNews, storeLogNews } from './event-log.ts';
import type { SensorHistory } from './history.ts';
import { tellParts } from './part-changes.ts';
import { partsSeen, readingRows } from './reading-rows.ts';
import type { AnsweredRound, FailedRound, RoundNews } from './round.ts';
import { tellSensors } from './sensor-alarms.ts';

/** A BMC that restarts for new firmware is away for minutes. */
const silentAfterMs = 300_000;

interface RoundStorage {
  readonly store: Store;
  readonly history: SensorHistory;
}

/**
 * Stores what a round found, with its alarms and events; to be called in a transaction. `before` are the rows of the
 * round before; gives those of now.
 */
export function storeRound(
  storage: RoundStorage,
  news: RoundNews,
  before: readonly SensorReadingRow[],
): readonly SensorReadingRow[] {
  switch (news.kind) {
    case 'answered':
      return storeAnswers(storage, news, before);
    case 'failed':
      storeFailure(storage.store, news);
      return before;
    default:
      return assertNever(news);
  }
}

function storeAnswers(
  { store, history }: RoundStorage,
  news: AnsweredRound,
  before: readonly SensorReadingRow[],
): readonly SensorReadingRow[] {
  const { nodeId, at, readings, watts, log, error } = news;
  const rows = readings === undefined ? before : readingRows(readings, at);
  if (readings !== undefined) {
    tellSensors(store, at, nodeId, before, rows);
    tellSeenParts(store, at, nodeId, before, rows);
    // Values are in the history: the rest changes rarely and is long.
    if (shapeOf(before) !== shapeOf(rows)) store.health.saveReadings(nodeId, rows);
  }
  history.add(nodeId, at, valuesOf(readings === undefined ? [] : rows, watts));
  if (log !== undefined) {
    storeLogNews(store, log, { nodeId, now: at, known: news.known, readings: rows });
  }
  saveHealth(store, nodeId, {
    readAt: at,
    error,
    failingSince: null,
    powerWatts: watts ?? null,
    ...(log === undefined ? {} : { eventLog: eventLogOf(log), logPlace: log.place }),
  });
  clearAlarm(store, at, { nodeId, kind: 'silent', subject: '' });
  return rows;
}

/** What is not given stays as it is stored. */
export function saveHealth(store: Store, nodeId: NodeId, change: Partial<StoredHealth>): void {
  store.health.save({ ...(store.health.find(nodeId) ?? nothingRead(nodeId)), ...change });
}

function storeFailure(store: Store, { nodeId, at, error }: FailedRound): void {
  const stored = store.health.find(nodeId);
  const failingSince = stored?.failingSince ?? at;
  if (failingSince === at || stored?.error?.code !== error.code)
    saveHealth(store, nodeId, { error, failingSince });
  if (at - failingSince >= silentAfterMs) tellSilence(store, at, nodeId, error, at - failingSince);
}

function tellSilence(store: Store, at: number, nodeId: NodeId, error: ErrorData, forMs: number): void {
  const details = { code: error.code, text: error.message, seconds: Math.round(forMs / 1000) };
  const told = { message: 'health.bmc_silent', details } as const;
  raiseAlarm(store, at, { nodeId, kind: 'silent', subject: '', severity: 'warning', told });
}

/** Only by sensors that said something in both rounds: a machine that is off has lost nothing. */
function tellSeenParts(
  store: Store,
  at: number,
  nodeId: NodeId,
  before: readonly SensorReadingRow[],
  after: readonly SensorReadingRow[],
): void {
  const speaking = (rows: readonly SensorReadingRow[]) =>
    new Set(rows.filter(({ state }) => state !== 'unavailable').map(({ key }) => key));
  const did = speaking(before);
  const does = speaking(after);
  const seen = (rows: readonly SensorReadingRow[]) =>
    partsSeen(rows.filter(({ key }) => did.has(key) && does.has(key)));
  tellParts(store, at, nodeId, seen(before), seen(after));
}

function valuesOf(rows: readonly SensorReadingRow[], watts: number | undefined): Map<string, number> {
  const values = new Map(rows.flatMap(({ key, value }) => (value === null ? [] : [[key, value] as const])));
  if (watts !== undefined) values.set(powerKey, watts);
  return values;
}

/** All but values and time. */
function shapeOf(rows: readonly SensorReadingRow[]): string {
  return JSON.stringify(rows.map(row => ({ ...row, at: 0, value: row.value === null ? null : 0 })));
}

function eventLogOf({ info }: LogNews): ServerHealth['eventLog'] {
  return { entries: info.entryCount, isNearlyFull: isNearlyFull(info) };
}

function nothingRead(nodeId: NodeId): StoredHealth {
  return {
    nodeId,
    readAt: null,
    error: null,
    failingSince: null,
    powerWatts: null,
    eventLog: null,
    logPlace: null,
  };
}
