import { z } from 'zod';
import {
  notMountedReasons,
  type RescueAccess,
  type RescueMounts,
  rescueAccess,
  rescueMounts,
} from '#shared/contract/index.ts';
import type { Evidence } from '../deploy/step.ts';

const word = z
  .string()
  .nullish()
  .transform(value => value ?? '');

/** As the ramdisk tells it (`assets/ramdisk/protocol.md`): a reason of a newer one is `failed`. */
const toldMounts = z.object({
  mounts: z.array(z.object({ device: word, type: word, label: word, mountPoint: word })),
  left: z.array(z.object({ device: word, type: word, reason: z.enum(notMountedReasons).catch('failed') })),
});

const toldAccess = z.object({
  hostKey: z.string(),
  addresses: z.array(z.string()),
  sshPort: z.number(),
  consoles: z.array(z.string()).default([]),
  /** Ours. */
  mounted: rescueMounts.nullable().default(null).catch(null),
});

/** Undefined: it makes no sense. */
export function accessOf(evidence: Evidence): RescueAccess | undefined {
  const told = toldAccess.safeParse(evidence);
  if (!told.success) return undefined;
  // A comment behind the key is not ours to show.
  const hostKey = told.data.hostKey.trim().split(/\s+/).slice(0, 2).join(' ');
  return rescueAccess.safeParse({ ...told.data, hostKey }).data;
}

/** Undefined: it makes no sense. */
export function mountsOf(evidence: Evidence): RescueMounts | undefined {
  const told = toldMounts.safeParse(evidence);
  return told.success ? rescueMounts.safeParse(told.data).data : undefined;
}

/** Mount points that somebody uses. */
export function busyOf(evidence: Evidence): string[] {
  return z.array(z.string().max(400)).max(500).safeParse(evidence['busy']).data ?? [];
}
