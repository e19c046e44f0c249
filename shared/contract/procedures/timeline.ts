import { z } from 'zod';
import * as e from '../entities/index.ts';
import { query, stream } from '../procedure.ts';

/** Their events up to a minute after the end of each: later ones are of the server's life, not of its deployment. */
const severalDeployments = z.array(e.deploymentId).min(1).max(200);

export const timelineProcedures = {
  list: query(
    z.object({
      nodeId: e.nodeId.optional(),
      deploymentId: e.deploymentId.optional(),
      deploymentIds: severalDeployments.optional(),
      afterSeq: z.number().int().nonnegative().default(0),
      limit: z.number().int().min(1).max(5000).default(1000),
    }),
    z.array(e.timelineEvent),
  ),
  /**
   * The newest 2,000 that match, then each new one. Of `deploymentIds` up to 20,000 in equal shares: of each how it began,
   * and the newest.
   */
  events: stream(
    z.object({
      nodeId: e.nodeId.optional(),
      deploymentId: e.deploymentId.optional(),
      deploymentIds: severalDeployments.optional(),
    }),
    z.array(e.timelineEvent),
    e.timelineEvent,
  ),
  /** What is usual for a deployment like this one. Steps that write an image are compared with those of the same image. */
  pastPhases: query(z.object({ deploymentId: e.deploymentId }), e.pastPhases),
} as const;

export const reportProcedures = {
  /** What may leave the house about deployments: without secrets, page by page. Deployments are on the first page only. */
  page: query(
    z.object({
      deploymentIds: severalDeployments,
      afterSeq: z.number().int().nonnegative().default(0),
      limit: z.number().int().min(1).max(2000).default(2000),
    }),
    z.object({ deployments: z.array(e.deployment), events: z.array(e.timelineEvent) }),
  ),
} as const;
