import { z } from 'zod';
import * as e from '../entities/index.ts';
import { command, query, stream } from '../procedure.ts';
import { nothing } from './nothing.ts';

const ofServer = z.object({ nodeId: e.nodeId });

export const healthProcedures = {
  /** One row a server that has a BMC. */
  servers: stream(nothing, z.array(e.serverHealth), e.healthPatch),
  /** All sensors of a server as they were read last, then each round. */
  sensors: stream(ofServer, z.array(e.sensorReading), z.array(e.sensorReading)),
  /** Up to `points` of them, oldest first; 30 days at most. `keys` are those of sensors, or `power`. */
  history: query(
    ofServer.extend({
      keys: z.array(z.string().max(200)).min(1).max(100),
      from: e.timestamp,
      to: e.timestamp,
      points: z.number().int().min(2).max(1000).default(120),
    }),
    z.array(z.object({ key: z.string(), points: z.array(e.sensorPoint) })),
  ),
  /** Reads everything now, and answers when it is read and stored. Rejects with `bmc.*`. */
  refresh: command(ofServer, e.serverHealth),
  /** What is written into its boards and power supplies; read from the BMC now. Rejects with `bmc.*`. */
  fru: query(ofServer, z.array(e.fruDevice)),
  /** Newest first. */
  events: query(
    z.object({
      nodeId: e.nodeId.optional(),
      severities: z.array(z.enum(e.healthStates)).optional(),
      text: z.string().max(200).default(''),
      beforeSeq: z.number().int().positive().optional(),
      /** By the BMC's clock; where that told no time, by when it was read. */
      from: e.timestamp.optional(),
      to: e.timestamp.optional(),
      limit: z.number().int().min(1).max(1000).default(200),
    }),
    z.array(e.healthEvent),
  ),
  /** Stores what the BMC's event log has, then empties it; nothing is emptied that is not stored. */
  saveAndClear: command(ofServer, z.object({ saved: z.number().int() })),
  /** Those that hold, and those of the last 30 days. */
  alarms: stream(nothing, z.array(e.alarm), e.alarmPatch),
  /** Ids of alarms that are gone are passed over. */
  acknowledge: command(
    z.object({ ids: z.array(e.alarmId).min(1).max(1000), note: z.string().trim().max(500).default('') }),
    nothing,
  ),
} as const;
