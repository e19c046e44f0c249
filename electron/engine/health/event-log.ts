import type { BmcSession } from '#engine/net/ipmi/client.ts';
import { getSelInfo, type SelInfo } from '#engine/net/ipmi/commands/sel.ts';
import { readSel } from '#engine/net/ipmi/sensors/read-sel.ts';
import {
  type SelEntry,
  type SelEvent,
  type SelTime,
  selEntryBytes,
} from '#engine/net/ipmi/sensors/sel-entry.ts';
import type { LogPlace } from '#engine/store/health.ts';
import type { Store } from '#engine/store/store.ts';
import type { HealthEvent, SensorReadingRow } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { clearAlarm, raiseAlarm } from './alarms.ts';
import { eventValue, fullSensorOf, ownerText, sourceKey } from './event-sources.ts';
import { unitKey } from './reading-rows.ts';
import type { KnownRepository } from './sdr-cache.ts';

/** A round's share of a log that nobody has ever read. */
const entriesARound = 500;
/** A log with less room than this is nearly full. */
const nearlyFull = 0.1;

/** What is new in a BMC's event log. */
export interface LogNews {
  readonly info: SelInfo;
  /** Oldest first. */
  readonly entries: readonly SelEntry[];
  readonly place: LogPlace;
  /** Nothing of this BMC was known: what is in its log is of before our time. */
  readonly isFirst: boolean;
  readonly isAll: boolean;
  /** Entries that are there and make no sense, one line each. */
  readonly faults: readonly string[];
}

/** `bmc` names the BMC, `stored` is how far its log was read, or another BMC's. Rejects with BmcError. */
export async function readLogNews(
  session: BmcSession,
  bmc: string,
  stored: LogPlace | null,
): Promise<LogNews> {
  const before = stored?.bmc === bmc ? stored : null;
  const info = await session.run(getSelInfo);
  const { entryCount, addedAt, erasedAt } = info;
  const isFirst = before === null;
  const isSame =
    before?.entryCount === entryCount && before.addedAt === addedAt && before.erasedAt === erasedAt;
  if (isSame) return { info, entries: [], place: before, isFirst, isAll: true, faults: [] };
  const wasCleared = before === null || before.erasedAt !== erasedAt || entryCount < before.entryCount;
  const lastId = wasCleared ? null : before.lastId;
  const found = await readSel(session, {
    limit: entriesARound,
    ...(lastId === null ? {} : { afterId: lastId }),
  });
  const place = {
    bmc,
    lastId: found.entries.at(-1)?.id ?? lastId,
    erasedAt,
    // What is not read yet must look new in the next round.
    entryCount: found.isAll ? entryCount : 0,
    addedAt: found.isAll ? addedAt : -1,
  };
  const { entries, isAll, faults } = found;
  return { info, entries, place, isFirst, isAll, faults };
}

/** What an event of the log says in our words. */
export interface LogContext {
  readonly nodeId: NodeId;
  readonly now: number;
  /** Undefined: the BMC does not tell what it is made of. */
  readonly known: KnownRepository | undefined;
  /** What the sensors say now: what they say themselves is their own alarm. */
  readonly readings: readonly SensorReadingRow[];
}

/** Stores what is new and raises or clears the alarms of it; to be called in a transaction. */
export function storeLogNews(store: Store, news: LogNews, context: LogContext): void {
  const { nodeId, now } = context;
  for (const entry of news.entries) {
    const event = healthEventOf(entry, context);
    // A log that was cleared, or one entry of it deleted, is read anew; without a clock two entries may be alike.
    if (event.at !== null && store.healthEvents.has(event)) continue;
    store.healthEvents.append(event);
    if (!news.isFirst && entry.kind === 'event') alarmOf(store, now, entry, event, context.readings);
  }
  const { entryCount, freeBytes } = news.info;
  const about = { nodeId, kind: 'log-full', subject: '' } as const;
  if (isNearlyFull(news.info)) {
    const details = { entries: entryCount, freeBytes };
    const told = { message: 'health.log_nearly_full', details } as const;
    raiseAlarm(store, now, { ...about, severity: 'warning', told });
  } else clearAlarm(store, now, about);
}

export function isNearlyFull({ entryCount, freeBytes, hasOverflowed }: SelInfo): boolean {
  return hasOverflowed || freeBytes < nearlyFull * (freeBytes + entryCount * selEntryBytes);
}

function healthEventOf(entry: SelEntry, { nodeId, now, known }: LogContext): Omit<HealthEvent, 'seq'> {
  const base = { nodeId, entryId: entry.id, readAt: now } as const;
  if (entry.kind !== 'event') {
    const manufacturer = entry.kind === 'timed-oem' ? `manufacturer ${entry.manufacturerId}` : '';
    return {
      ...base,
      at: entry.kind === 'timed-oem' ? timeOf(entry.time) : null,
      severity: 'ok',
      sensorName: '',
      sensorType: 'oem',
      event: 'oem',
      direction: 'asserted',
      generator: manufacturer,
      reading: null,
      threshold: null,
      unit: '',
      data: entry.bytes.toString('hex'),
    };
  }
  const records = known?.repository.records ?? [];
  const key = sourceKey(entry.generator, entry.generator.lun, entry.sensorNumber);
  const reading = eventValue(records, entry, entry.rawReading) ?? null;
  const threshold = eventValue(records, entry, entry.rawThreshold) ?? null;
  const hasValue = reading !== null || threshold !== null;
  const sensor = fullSensorOf(records, entry);
  return {
    ...base,
    at: timeOf(entry.time),
    severity: entry.severity,
    sensorName: known?.names[key] ?? `#${entry.sensorNumber}`,
    sensorType: entry.sensorType,
    event: entry.event,
    direction: entry.direction,
    generator: ownerText(entry.generator),
    reading,
    threshold,
    unit: hasValue && sensor !== undefined ? unitKey(sensor.unit) : '',
    data: entry.data.bytes.toString('hex'),
  };
}

/** Epoch ms; null: the BMC's clock was not set. */
function timeOf(time: SelTime): number | null {
  return time.kind === 'clock' ? time.unixSeconds * 1000 : null;
}

/**
 * A critical entry is an alarm, unless a sensor that is read says the same itself: a crossed threshold, or a state
 * that still holds.
 */
function alarmOf(
  store: Store,
  now: number,
  entry: SelEvent,
  event: Omit<HealthEvent, 'seq'>,
  readings: readonly SensorReadingRow[],
): void {
  const about = {
    nodeId: event.nodeId,
    kind: 'event',
    subject: `${event.sensorName} ${event.event}`,
  } as const;
  if (entry.direction === 'deasserted') {
    clearAlarm(store, now, about);
    return;
  }
  const { severity } = entry;
  if (severity !== 'critical' && severity !== 'non-recoverable') return;
  const sensor = readings.find(({ name, state }) => name === event.sensorName && state !== 'unavailable');
  if (sensor?.states.includes(event.event) || (sensor !== undefined && event.event.startsWith('threshold.')))
    return;
  const details = { sensor: event.sensorName, event: event.event, data: event.data };
  raiseAlarm(store, now, { ...about, severity, told: { message: 'health.log_entry', details } });
}
