import { z } from 'zod';
import { timestamp } from './common.ts';

const told = z.string().max(400);

/** Why a file system of the server is not mounted. */
export const notMountedReasons = ['encrypted', 'unknown', 'failed', 'no-driver', 'incomplete'] as const;

/** All of it read-only. */
export const rescueMounts = z.object({
  mounts: z.array(z.object({ device: told, type: told, label: told, mountPoint: told })).max(500),
  left: z.array(z.object({ device: told, type: told, reason: z.enum(notMountedReasons) })).max(500),
});
export type RescueMounts = z.infer<typeof rescueMounts>;

/** How a person gets to the shell, and what is mounted there; kept as evidence of `start-rescue`. */
export const rescueAccess = z.object({
  /** Of this boot: `ssh-ed25519 AAAA…`. */
  hostKey: z.string().regex(/^ssh-ed25519 [A-Za-z0-9+/=]{20,200}$/),
  addresses: z.array(z.ipv4()).max(64),
  sshPort: z.number().int().min(1).max(65_535),
  /** Where else a shell waits: `ttyS0`. */
  consoles: z.array(z.string().max(40)).max(32),
  mounted: rescueMounts.nullable(),
});
export type RescueAccess = z.infer<typeof rescueAccess>;

/** An archive (.tar.gz) that the ramdisk made of its logs. */
export const ramdiskLog = z.object({
  id: z.uuid(),
  takenAt: timestamp,
  sizeBytes: z.number(),
  sha256: z.string(),
});
export type RamdiskLogFile = z.infer<typeof ramdiskLog>;

/** `disk`: restarted from its disk; `off`: switched off. */
export const rescueExits = ['disk', 'off'] as const;
export type RescueExit = (typeof rescueExits)[number];
