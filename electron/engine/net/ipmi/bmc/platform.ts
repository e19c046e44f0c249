import type { IpmiClock } from '../clock.ts';
import type { BmcFru } from './bmc-fru.ts';
import { partFrus } from './bmc-fru.ts';
import type { EventLog } from './event-log.ts';
import { createEventLog } from './event-log.ts';
import { sdrRecordsOf } from './sdr.ts';
import type { SensorBoard } from './sensor-board.ts';
import type { SensorWatch } from './sensor-watch.ts';
import { watchSensors } from './sensor-watch.ts';
import { createServerBoard } from './server-sensors.ts';

export interface PlatformInputs {
  /** The bytes of FRU device 0; see encodeFruInventory. */
  readonly fru?: Buffer;
  /** FRU devices besides 0; those of a server with two power supplies unless given. */
  readonly partFrus?: readonly BmcFru[];
  /** Those of a server, all of them well, unless given. */
  readonly sensors?: SensorBoard;
  /** Milliseconds since 1970, for the clock of the event log. */
  readonly now?: () => number;
}

/** What a virtual BMC watches and remembers of its machine. */
export interface Platform {
  readonly frus: readonly BmcFru[];
  readonly sdrRecords: readonly Buffer[];
  sdrReservation: number;
  readonly board: SensorBoard;
  readonly sensorWatch: SensorWatch;
  readonly eventLog: EventLog;
  /** In watts, of the power readings so far. */
  readonly powerSamples: { minimum: number; maximum: number; sum: number; count: number };
  readonly startedAtMs: number;
  /** Since 1970. */
  readonly startedAtSeconds: number;
}

export function createPlatform(inputs: PlatformInputs, clock: IpmiClock): Platform {
  const now = inputs.now ?? Date.now;
  const board = inputs.sensors ?? createServerBoard();
  const eventLog = createEventLog(now);
  const system: BmcFru = { fruId: 0, name: 'System FRU', bytes: inputs.fru ?? Buffer.alloc(0) };
  const frus = [system, ...(inputs.partFrus ?? partFrus)];
  return {
    frus,
    sdrRecords: sdrRecordsOf(frus, board.sensors),
    sdrReservation: 0,
    board,
    sensorWatch: watchSensors(board, eventLog),
    eventLog,
    powerSamples: { minimum: Number.POSITIVE_INFINITY, maximum: 0, sum: 0, count: 0 },
    startedAtMs: clock.nowMs(),
    startedAtSeconds: Math.floor(now() / 1000),
  };
}
