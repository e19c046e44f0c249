import { z } from 'zod';
import * as e from '../entities/index.ts';

export const finding = z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) });

/** What would happen: the disk that will be overwritten, and what speaks against it. */
export const deploymentReview = z.object({
  disk: e.disk.nullable(),
  /** A person must type the host name first (`confirmed`): data would be lost, or nobody knows what is on the disk. */
  mustConfirm: z.boolean(),
  /** What rules and defaults left alone. */
  filtered: z.array(e.filteredDisk),
  /** Where each network goes; what could not be decided is among the blockers. */
  networks: z.array(e.networkAssignment),
  warnings: z.array(finding),
  blockers: z.array(finding),
});
