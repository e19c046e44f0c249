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
