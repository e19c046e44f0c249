import { z } from 'zod';

/** A file of a support bundle that is gathered and not saved yet. */
export const supportFile = z.object({
  name: z.string(),
  sizeBytes: z.number(),
  /** Places where something looked like a secret and was taken out. */
  redactions: z.number(),
});

/** Kept in memory until the next one is gathered. */
export const supportDraft = z.object({ id: z.uuid(), files: z.array(supportFile) });
export type SupportDraft = z.infer<typeof supportDraft>;
