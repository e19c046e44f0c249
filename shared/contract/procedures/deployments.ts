import { z } from 'zod';
import * as e from '../entities/index.ts';
import { command, query } from '../procedure.ts';
import { nothing } from './nothing.ts';
import { deploymentReview } from './review.ts';

export const deploymentProcedures = {
  list: query(nothing, z.array(e.deployment)),
  get: query(z.object({ id: e.deploymentId }), e.deployment),
  /** Changes nothing. */
  review: query(e.deployRequest, deploymentReview),
  create: command(e.deployRequest, e.deployment),
  cancel: command(z.object({ id: e.deploymentId }), nothing),
  /** A failed one again, from its first step that is not done. */
  retry: command(z.object({ id: e.deploymentId }), e.deployment),
  /** Where `retry` would begin now. */
  retryFrom: query(z.object({ id: e.deploymentId }), z.object({ from: z.enum(e.retryStarts) })),
} as const;
