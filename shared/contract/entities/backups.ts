import { z } from 'zod';
import { timestamp } from './common.ts';

/** A file name and never a path: `rackside-backup-20261126-084700.tar.gz`. */
export const savedFileName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\.tar\.gz$/);

/** A file that the engine has made, or was sent, and keeps in its data folder. */
export const savedFile = z.object({
  name: savedFileName,
  sizeBytes: z.number(),
  savedAt: timestamp,
});
export type SavedFile = z.infer<typeof savedFile>;

/** A part of such a file, from the offset that was asked for. Empty: the end. */
export const filePiece = z.object({ base64: z.string(), sizeBytes: z.number() });
export const filePlace = z.object({ name: savedFileName, offset: z.number().int().nonnegative() });

export const storedCounts = z.object({
  servers: z.number(),
  networks: z.number(),
  images: z.number(),
  profiles: z.number(),
  deployments: z.number(),
  events: z.number(),
});
export type StoredCounts = z.infer<typeof storedCounts>;

/** What is in a backup, and what a restore would make of it here. */
export const backupPreview = z.object({
  name: savedFileName,
  createdAt: timestamp,
  /** Of the Rackside that made it. */
  version: z.string(),
  counts: storedCounts,
  /** What is here now and would be replaced. */
  present: storedCounts,
  /** Passwords in it are sealed with the key of the computer that made it. */
  secrets: z.enum(['none', 'open', 'sealed-with-another-key']),
  /** Names of images whose files are not on this computer. */
  missingImages: z.array(z.string()),
  /** Of servers at work when it was made: they are ended as interrupted, not gone on with. */
  interrupted: z.array(z.string()),
  /** What a person types to confirm: the day on which it was made, `2026-11-26` in UTC. */
  confirmWord: z.string(),
});
export type BackupPreview = z.infer<typeof backupPreview>;
