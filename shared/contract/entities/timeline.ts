import { z } from 'zod';
import { deploymentId, nodeId, timestamp } from './common.ts';

export const eventKinds = [
  'power',
  'bmc',
  'dhcp',
  'tftp',
  'http',
  'boot',
  'agent',
  'step',
  'state',
  'image',
  'network',
  'service',
  'console',
  'health',
  'warning',
] as const;
export type EventKind = (typeof eventKinds)[number];

export const timelineEvent = z.object({
  /** Grows by one with each event of this engine's database. */
  seq: z.number().int().positive(),
  at: timestamp,
  kind: z.enum(eventKinds),
  nodeId: nodeId.nullable(),
  deploymentId: deploymentId.nullable(),
  /** Catalogue key of the sentence, with `details` as its values: `dhcp.offered` {address, mac}. */
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type TimelineEvent = z.infer<typeof timelineEvent>;

/** How long the steps of past deployments took that are like one: same kind, same maker and model of the server. */
export const pastPhases = z.object({
  manufacturer: z.string(),
  product: z.string(),
  steps: z.array(
    z.object({
      name: z.string(),
      /** How many it was measured on; a step with too few is not in the list. */
      runs: z.number().int().positive(),
      medianMs: z.number(),
      /** What takes longer than this is slower than usual. */
      slowMs: z.number(),
    }),
  ),
});
export type PastPhases = z.infer<typeof pastPhases>;
