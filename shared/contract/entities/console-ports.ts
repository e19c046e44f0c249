import { z } from 'zod';
import { errorData } from '../errors.ts';
import { nodeId, timestamp } from './common.ts';

/** This computer alone, or whoever reaches it. */
export const consolePortAddress = z.union([z.ipv4(), z.ipv6()]);

/** A server's console for other programs: a terminal, a WebSocket client, the console proxy of a cloud platform. */
export const consolePort = z.object({
  nodeId,
  address: consolePortAddress,
  /** TCP. */
  port: z.number().int().min(1).max(65_535),
  /** Whether its clients may type. */
  mayWrite: z.boolean(),
  openedAt: timestamp,
  /** Let in and attached now. */
  clients: z.number().int().nonnegative(),
  /** Why nobody listens there; it is tried again. */
  error: errorData.nullable(),
});
export type ConsolePort = z.infer<typeof consolePort>;

export const consolePortPatch = z.discriminatedUnion('op', [
  z.object({ op: z.literal('put'), row: consolePort }),
  z.object({ op: z.literal('remove'), nodeIds: z.array(nodeId) }),
]);
export type ConsolePortPatch = z.infer<typeof consolePortPatch>;
