import type { Decoded } from '#shared/model/decoded.ts';
import { decoded, malformed } from '#shared/model/decoded.ts';
import type { SensorOwner } from './sensor-fields.ts';
import { readOwner, thresholdEventType } from './sensor-fields.ts';
import { namedState, sensorType } from './sensor-types.ts';
import type { Severity } from './state-name.ts';

/**
 * One entry of the System Event Log, IPMI 2.0 §32:
 *
 * ```
 * event  id 2 | 02     | time 4 | generator 2 | 04 | sensor type | number | direction·event type | data 3
 * OEM    id 2 | C0…DF  | time 4 | manufacturer 3 | data 6
 * OEM    id 2 | E0…FF  | data 13
 * ```
 * Types that the specification does not know (some firmware writes 03h) are kept as OEM entries without time.
 */
export type SelEntry = SelEvent | TimedOemEntry | OemEntry;

export interface SelEvent {
  readonly kind: 'event';
  readonly id: number;
  readonly time: SelTime;
  readonly generator: SensorOwner & { readonly lun: number };
  /** `temperature`, `memory` …, of sensor-types.ts. */
  readonly sensorType: string;
  readonly sensorNumber: number;
  readonly direction: 'asserted' | 'deasserted';
  readonly eventType: number;
  /** `power-supply.ac-lost`, `threshold.upper-critical-going-high`. */
  readonly event: string;
  /** Of the event while it is asserted; `ok` of one that went away. */
  readonly severity: Severity;
  /** Raw counts, of threshold events; to be converted by the sensor's record. */
  readonly rawReading: number | undefined;
  readonly rawThreshold: number | undefined;
  readonly data: EventData;
}

/** The three bytes, and what the first one says of the others. */
export interface EventData {
  readonly bytes: Buffer;
  readonly second: 'unspecified' | 'reading' | 'previous-state' | 'oem' | 'extension';
  readonly third: 'unspecified' | 'threshold' | 'reserved' | 'oem' | 'extension';
}

export interface TimedOemEntry {
  readonly kind: 'timed-oem';
  readonly id: number;
  readonly type: number;
  readonly time: SelTime;
  /** IANA enterprise number. */
  readonly manufacturerId: number;
  readonly bytes: Buffer;
}

export interface OemEntry {
  readonly kind: 'oem';
  readonly id: number;
  readonly type: number;
  readonly bytes: Buffer;
}

/** §37: what a time stamp of a BMC says. */
export type SelTime =
  | { readonly kind: 'clock'; readonly unixSeconds: number }
  /** Before the clock was set: seconds since the event log began to work. */
  | { readonly kind: 'since-start'; readonly seconds: number }
  | { readonly kind: 'unknown' };

export const selEntryBytes = 16;
const systemEvent = 0x02;
const firstTimedOem = 0xc0;
const lastTimedOem = 0xdf;
const clockStart = 0x20000000;
const unspecifiedTime = 0xffffffff;

export function decodeSelEntry(bytes: Buffer): Decoded<SelEntry> {
  if (bytes.length < selEntryBytes) return malformed(bytes.length, 'event log entry cut short');
  const id = bytes.readUInt16LE(0);
  const type = bytes.readUInt8(2);
  if (type === systemEvent) return decoded(readEvent(id, bytes));
  if (type >= firstTimedOem && type <= lastTimedOem) {
    return decoded({
      kind: 'timed-oem',
      id,
      type,
      time: readSelTime(bytes.readUInt32LE(3)),
      manufacturerId: bytes.readUIntLE(7, 3) & 0x0fffff,
      bytes: Buffer.from(bytes.subarray(10, selEntryBytes)),
    });
  }
  return decoded({ kind: 'oem', id, type, bytes: Buffer.from(bytes.subarray(3, selEntryBytes)) });
}

export function readSelTime(stamp: number): SelTime {
  if (stamp === unspecifiedTime) return { kind: 'unknown' };
  return stamp < clockStart ? { kind: 'since-start', seconds: stamp } : { kind: 'clock', unixSeconds: stamp };
}

function readEvent(id: number, bytes: Buffer): SelEvent {
  const channelLun = bytes.readUInt8(8);
  const eventType = bytes.readUInt8(12) & 0x7f;
  const type = bytes.readUInt8(10);
  const isAssertion = (bytes.readUInt8(12) & 0x80) === 0;
  const data = readEventData(eventType, Buffer.from(bytes.subarray(13, selEntryBytes)));
  const state = namedState(eventType, type, data.bytes.readUInt8(0) & 0x0f);
  return {
    kind: 'event',
    id,
    time: readSelTime(bytes.readUInt32LE(3)),
    generator: { ...readOwner(bytes.readUInt8(7), channelLun), lun: channelLun & 3 },
    sensorType: sensorType(type).key,
    sensorNumber: bytes.readUInt8(11),
    direction: isAssertion ? 'asserted' : 'deasserted',
    eventType,
    event: state.key,
    severity: isAssertion ? state.severity : 'ok',
    rawReading: data.second === 'reading' ? data.bytes.readUInt8(1) : undefined,
    rawThreshold: data.third === 'threshold' ? data.bytes.readUInt8(2) : undefined,
    data,
  };
}

const discreteSecond = ['unspecified', 'previous-state', 'oem', 'extension'] as const;
const discreteThird = ['unspecified', 'reserved', 'oem', 'extension'] as const;
const thresholdSecond = ['unspecified', 'reading', 'oem', 'extension'] as const;
const thresholdThird = ['unspecified', 'threshold', 'oem', 'extension'] as const;

/** Table 29-6. */
function readEventData(eventType: number, bytes: Buffer): EventData {
  const first = bytes.readUInt8(0);
  const isThreshold = eventType === thresholdEventType;
  return {
    bytes,
    second: (isThreshold ? thresholdSecond : discreteSecond)[first >> 6] ?? 'unspecified',
    third: (isThreshold ? thresholdThird : discreteThird)[(first >> 4) & 3] ?? 'unspecified',
  };
}
