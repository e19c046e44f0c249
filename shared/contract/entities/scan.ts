import { z } from 'zod';
import type { Ipv4 } from '../../model/ip.ts';
import { errorData } from '../errors.ts';
import { nodeId, scanId, timestamp } from './common.ts';

/** Why no credentials were tried on a BMC that was found. */
export const notTriedReasons = ['known', 'no-ipmi', 'no-credentials', 'cancelled'] as const;
export type NotTriedReason = (typeof notTriedReasons)[number];

/** `pair` counts from 1. */
const scanLogin = z.discriminatedUnion('is', [
  z.object({ is: z.literal('not-tried'), why: z.enum(notTriedReasons) }),
  z.object({ is: z.literal('waiting') }),
  z.object({ is: z.literal('trying'), pair: z.number() }),
  z.object({
    is: z.literal('worked'),
    pair: z.number(),
    username: z.string(),
    manufacturer: z.string(),
    firmware: z.string(),
  }),
  /** Each pair was tried. */
  z.object({ is: z.literal('refused'), tried: z.number() }),
  /** Something that the next pair would not mend, or would make worse. */
  z.object({
    is: z.literal('stopped'),
    tried: z.number(),
    isLockOut: z.boolean(),
    error: errorData,
  }),
]);
export type ScanLogin = z.infer<typeof scanLogin>;

export const foundBmc = z.object({
  address: z.string().transform(value => value as Ipv4),
  /** False: it answers the presence ping and says that it has no IPMI. */
  speaksIpmi: z.boolean(),
  /** The server whose BMC this is. */
  nodeId: nodeId.nullable(),
  login: scanLogin,
});
export type FoundBmc = z.infer<typeof foundBmc>;

export const scanStatus = z.object({
  id: scanId,
  state: z.enum(['running', 'finished', 'cancelled']),
  /** As they were typed. */
  ranges: z.string(),
  port: z.number(),
  packetsPerSecond: z.number(),
  /** How many pairs of credentials are tried. */
  pairs: z.number(),
  addresses: z.number(),
  /** Addresses that answered, or were asked as often as we ask. */
  settled: z.number(),
  /** What this computer would not send, and why. */
  unsent: z.object({ count: z.number(), reason: z.string() }).nullable(),
  startedAt: timestamp,
  finishedAt: timestamp.nullable(),
});
export type ScanStatus = z.infer<typeof scanStatus>;

export const scan = z.object({ status: scanStatus, found: z.array(foundBmc) });
export type Scan = z.infer<typeof scan>;

export const scanPatch = z.discriminatedUnion('op', [
  /** A new one; what was found before is gone. */
  z.object({ op: z.literal('started'), status: scanStatus }),
  z.object({ op: z.literal('status'), status: scanStatus }),
  /** New, or instead of the row with its address. */
  z.object({ op: z.literal('found'), row: foundBmc }),
  z.object({ op: z.literal('forgotten') }),
]);
export type ScanPatch = z.infer<typeof scanPatch>;
