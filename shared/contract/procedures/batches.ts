import { z } from 'zod';
import * as e from '../entities/index.ts';
import { command, query } from '../procedure.ts';
import { nothing } from './nothing.ts';
import { deploymentReview, finding } from './review.ts';

/** Of a whole batch, or of one of its servers. */
const batchOrServer = z.object({ id: e.batchId, nodeId: e.nodeId.optional() });

export const batchProcedures = {
  list: query(nothing, z.array(e.batch)),
  /** In the order of the requests: for each what `deployments.review` says, and what it cannot have beside the others. */
  review: query(
    z.object({ servers: z.array(e.deployRequest).min(1).max(200) }),
    z.array(
      z.object({
        nodeId: e.nodeId,
        review: deploymentReview,
        /** Codes are `batchConflicts`. */
        conflicts: z.array(finding),
      }),
    ),
  ),
  /** How many at once make sense, and how long it takes; with `concurrency`, how long with so many. */
  propose: query(
    z.object({
      servers: z
        .array(z.object({ nodeId: e.nodeId, imageId: e.imageId }))
        .min(1)
        .max(200),
      concurrency: e.concurrency.nullable().default(null),
    }),
    e.batchProposal,
  ),
  /**
   * All or none are stored. Each is checked again as by `deployments.create` when its turn comes, with its own
   * `confirmed`, and against what its disks were now.
   */
  create: command(
    z.object({
      name: e.batchName,
      concurrency: e.concurrency,
      servers: z.array(e.deployRequest).min(1).max(200),
    }),
    e.batch,
  ),
  /** Fewer than run now: the next begins when enough of them have ended. */
  setConcurrency: command(z.object({ id: e.batchId, concurrency: e.concurrency }), e.batch),
  /** What runs goes on, nothing new begins. */
  stop: command(z.object({ id: e.batchId }), e.batch),
  continue: command(z.object({ id: e.batchId }), e.batch),
  /** What waits is taken out, what runs is cancelled as by `deployments.cancel`. */
  cancel: command(batchOrServer, e.batch),
  /**
   * What failed, was cancelled or refused waits for its turn again; in a batch that is stopped, for `continue` too. What
   * had a deployment goes on with it as by `deployments.retry`.
   */
  retry: command(batchOrServer, e.batch),
} as const;
