import { z } from 'zod';
import * as e from '../entities/index.ts';
import { errorData } from '../errors.ts';
import { command, stream } from '../procedure.ts';
import { nothing } from './nothing.ts';

/** Search for BMCs, one at a time. Its results and credentials are in memory only. */
export const scanProcedures = {
  /** Sends to these addresses and to no others. */
  start: command(
    z.object({
      /** As a person types them: `10.0.0.0/24, 10.0.1.10-40`. */
      ranges: z.string().max(4000),
      port: z.number().int().min(1).max(65_535).default(623),
      packetsPerSecond: z.number().int().min(5).max(200).default(50),
      /** Tried in this order on each BMC that is found and is no server's yet, each once. Write-only. */
      credentials: z
        .array(z.object({ username: z.string().max(16), password: z.string().max(20) }))
        .max(5)
        .default([]),
      /** A person meant addresses outside of private networks. */
      beyondPrivate: z.boolean().default(false),
    }),
    z.object({ scanId: e.scanId }),
  ),
  /** Null while there is none. */
  progress: stream(nothing, e.scan.nullable(), e.scanPatch),
  /** No further address is asked and no further log-in begun. What was found stays. */
  cancel: command(z.object({ scanId: e.scanId }), nothing),
  /** Ends it, and drops what was found and the credentials. */
  forget: command(z.object({ scanId: e.scanId }), nothing),
  /** `nodes.enroll` of each, with the credentials that worked there. */
  enroll: command(
    z.object({
      scanId: e.scanId,
      servers: z
        .array(z.object({ address: e.ipv4, name: z.string().trim().min(1).max(63) }))
        .min(1)
        .max(4096),
    }),
    z.array(z.object({ address: z.string(), error: errorData.nullable() })),
  ),
} as const;
