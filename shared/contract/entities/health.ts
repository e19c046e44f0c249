import { z } from 'zod';
import { errorData } from '../errors.ts';
import { alarmId, nodeId, timestamp } from './common.ts';

/** A series of the history beside those of the sensors: what the machine draws, in watts (DCMI). */
export const powerKey = 'power';

/** From good to bad. `unknown`: nothing has been read yet, or the BMC does not answer. */
export const healthStates = ['ok', 'unknown', 'warning', 'critical', 'non-recoverable'] as const;
export type HealthState = (typeof healthStates)[number];

/** A server's line on the screen of all servers. */
export const serverHealth = z.object({
  nodeId,
  /** The worst of its sensors and of the alarms that hold and nobody has acknowledged. */
  state: z.enum(healthStates),
  /** Of the last round in which the BMC answered. */
  readAt: timestamp.nullable(),
  /** Why the last round failed, or a part of it. */
  error: errorData.nullable(),
  sensors: z.object({ ok: z.number(), warning: z.number(), critical: z.number(), unavailable: z.number() }),
  /** The sensors that are worst, by name. */
  worst: z.array(z.string()).max(5),
  powerWatts: z.number().nullable(),
  /** Of the air that comes in, else the hottest sensor; by its name. */
  temperature: z.object({ name: z.string(), celsius: z.number() }).nullable(),
  /** That hold and nobody has acknowledged. */
  alarms: z.number().int(),
  eventLog: z.object({ entries: z.number(), isNearlyFull: z.boolean() }).nullable(),
});
export type ServerHealth = z.infer<typeof serverHealth>;

/** A server that is new, or has a BMC now, has no row before it was read. */
export const healthPatch = z.discriminatedUnion('op', [
  z.object({ op: z.literal('put'), row: serverHealth }),
  z.object({ op: z.literal('remove'), nodeIds: z.array(nodeId) }),
]);
export type HealthPatch = z.infer<typeof healthPatch>;

export const sensorReading = z.object({
  /** Stays the same from round to round and over a new start: where it is on its BMC, and its name. */
  key: z.string(),
  name: z.string(),
  /** Key of `net/ipmi/sensors/sensor-types.ts`: `temperature`, `power-supply`. */
  type: z.string(),
  state: z.enum([...healthStates, 'unavailable']),
  /** Why it is unavailable: `absent`, `not_now` and the others of `net/ipmi/sensors/sensor-reading.ts`. */
  reason: z.string().nullable(),
  value: z.number().nullable(),
  /** Keys of `net/ipmi/sensors/units.ts`: `degrees-c`, `percent`, `liters/minute`. Empty without a value. */
  unit: z.string(),
  /** What holds, as keys of `net/ipmi/sensors/sensor-types.ts`: `power-supply.ac-lost`, `crossed.upper-critical`. */
  states: z.array(z.string()),
  thresholds: z.object({
    lowerNonRecoverable: z.number().nullable(),
    lowerCritical: z.number().nullable(),
    lowerWarning: z.number().nullable(),
    upperWarning: z.number().nullable(),
    upperCritical: z.number().nullable(),
    upperNonRecoverable: z.number().nullable(),
  }),
  at: timestamp,
});
export type SensorReadingRow = z.infer<typeof sensorReading>;

export const sensorPoint = z.object({
  at: timestamp,
  minimum: z.number(),
  mean: z.number(),
  maximum: z.number(),
});
export type SensorPoint = z.infer<typeof sensorPoint>;

export const healthEvent = z.object({
  /** Ours; grows by one. */
  seq: z.number().int(),
  nodeId,
  /** The BMC's number of it. */
  entryId: z.number().int(),
  /** Null: the BMC did not know the time. */
  at: timestamp.nullable(),
  readAt: timestamp,
  severity: z.enum(healthStates),
  sensorName: z.string(),
  sensorType: z.string(),
  /** Key of what happened: `memory.uncorrectable-error`; `oem` of entries that only their maker can read. */
  event: z.string(),
  direction: z.enum(['asserted', 'deasserted']),
  /** Who wrote it: `controller 20h`, `software 41h`. */
  generator: z.string(),
  /** What crossed which threshold, in the unit of the sensor; null: it does not say. */
  reading: z.number().nullable(),
  threshold: z.number().nullable(),
  /** Of both, as of a reading; empty without them. */
  unit: z.string(),
  /** Hexadecimal, as it came. */
  data: z.string(),
});
export type HealthEvent = z.infer<typeof healthEvent>;

/**
 * `sensor`, `log-full` and `silent` are over when what they tell of is, and `hardware` when an inspection no longer has it. An `event` or an `inventory` alarm is so too
 * when its opposite is seen (deasserted, the part is back), else when somebody acknowledges it.
 */
export const alarmKinds = ['sensor', 'event', 'inventory', 'hardware', 'log-full', 'silent'] as const;
export type AlarmKind = (typeof alarmKinds)[number];

/** How bad what an alarm tells of is. */
export const alarmSeverities = ['warning', 'critical', 'non-recoverable'] as const;

/** What can be gone or new in a server. */
export const partKinds = ['dimm', 'disk', 'nic', 'power-supply', 'drive', 'processor', 'battery'] as const;
export type PartKind = (typeof partKinds)[number];

export const alarm = z.object({
  id: alarmId,
  nodeId,
  kind: z.enum(alarmKinds),
  severity: z.enum(alarmSeverities),
  /** The event that told of it (`event-messages.ts`): the page has a sentence for it, with `details` as its values. */
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  raisedAt: timestamp,
  /** Null while it holds. */
  clearedAt: timestamp.nullable(),
  acknowledgedAt: timestamp.nullable(),
  note: z.string(),
});
export type Alarm = z.infer<typeof alarm>;

export const alarmPatch = z.discriminatedUnion('op', [
  z.object({ op: z.literal('put'), row: alarm }),
  z.object({ op: z.literal('remove'), ids: z.array(alarmId) }),
  /** All of servers that are gone. */
  z.object({ op: z.literal('remove-of'), nodeIds: z.array(nodeId) }),
]);
export type AlarmPatch = z.infer<typeof alarmPatch>;

export const fruDevice = z.object({
  name: z.string(),
  /** In the order of the device: `board.manufacturer`, `product.serial`, and what it is. */
  fields: z.array(z.object({ key: z.string(), value: z.string() })),
  fault: z.string().nullable(),
});
export type FruDeviceRow = z.infer<typeof fruDevice>;
