import { z } from 'zod';
import { errorData } from '../errors.ts';
import { batchId, deploymentId, nodeId, text, timestamp } from './common.ts';

/**
 * Where a server of a batch stands. `refused`: when its turn came the deployment could not be made, for `error`'s reason.
 * The others are its deployment's states, but a `cancelled` one may never have had a deployment.
 */
export const batchServerStates = [
  'waiting',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'refused',
] as const;

export const batchServer = z.object({
  nodeId,
  nodeName: z.string(),
  hostName: z.string(),
  imageName: z.string(),
  state: z.enum(batchServerStates),
  /** Null until its turn came. */
  deploymentId: deploymentId.nullable(),
  error: errorData.nullable(),
});
export type BatchServer = z.infer<typeof batchServer>;

/** `stopping`: nothing new begins, what runs goes on; `stopped`: and nothing runs any more, but some wait. */
export const batchStates = ['running', 'stopping', 'stopped', 'ended'] as const;

/** How many deployments of a batch may run at once. */
export const concurrency = z.number().int().min(1).max(200);

/** Servers that are deployed one after the other, so many at once; in the order in which they were given. */
export const batch = z.object({
  id: batchId,
  name: z.string(),
  concurrency,
  state: z.enum(batchStates),
  servers: z.array(batchServer),
  createdAt: timestamp,
  finishedAt: timestamp.nullable(),
});
export type Batch = z.infer<typeof batch>;

/** What two servers cannot both have. Codes of a batch's review, with their details. */
export const batchConflicts = [
  'same_server',
  'same_host_name', // hostName, servers
  'same_address', // address, servers
  'waits_in_batch', // batch
] as const;

/** Why not more at once: there are no more, more would only share the link, or more than we can serve. */
export const concurrencyLimits = ['servers', 'link', 'engine'] as const;

export const batchProposal = z.object({
  concurrency,
  /** On the wire, on average; an installer fetches less than its whole disc. */
  bytesPerServer: z.number(),
  /** Of the slowest interface that serves them; null: unknown, counted as 1 Gbit/s. */
  linkBitsPerSecond: z.number().nullable(),
  estimateSeconds: z.number(),
  limitedBy: z.enum(concurrencyLimits),
  /** How many past deployments of this kind were measured for the estimate; 0: assumed. */
  measuredDeployments: z.number(),
});
export type BatchProposal = z.infer<typeof batchProposal>;

export const batchName = text(80).trim().min(1);
