import { z } from 'zod';
import { errorData } from '../errors.ts';
import { imageFindings } from '../image-codes.ts';
import { imageId, text, timestamp } from './common.ts';

export const imageFinding = z.object({
  code: z.enum(imageFindings),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type ImageFinding = z.infer<typeof imageFinding>;

/** Whose installer an ISO carries: what answer file it reads and how it speaks of its progress. */
export const installerFamilies = ['anaconda', 'debian-installer', 'subiquity', 'autoyast'] as const;
export type InstallerFamily = (typeof installerFamilies)[number];

export const installerFamily = z.enum(installerFamilies);

/** Of an absolute path inside an ISO, without the leading slash. */
export const insidePath = z
  .string()
  .max(1000)
  .regex(/^(?!\/)[^\p{Cc}\\]*$/u)
  .refine(path => !path.split('/').includes('..'), 'leaves the ISO');

/**
 * A distribution's own ISO, as recognised or as a person corrected it. Paths are inside the ISO; kernel and initrd may lie in
 * others of the library instead: Debian's discs carry none for the network.
 */
export const installerMedium = z.object({
  family: z.enum(installerFamilies),
  /** `rocky`, `debian`, `sles` … as in os-release's ID. */
  distribution: text(60),
  version: text(60),
  architecture: z.enum(['x86_64', 'aarch64', 'unknown']),
  kernel: insidePath,
  initrd: insidePath,
  /** The image in which the kernel lies, and the one with the initrd, where it is not this ISO. */
  kernelImageId: imageId.optional(),
  initrdImageId: imageId.optional(),
  /** Package tree; empty: the ISO's root. */
  repository: insidePath,
  certainty: z.enum(['certain', 'likely', 'guess', 'corrected']),
  /** SUSE: folders of the ISO with package trees beside its product's, `Module-Basesystem`. */
  modules: z.array(insidePath).max(50).optional(),
});
export type InstallerMedium = z.infer<typeof installerMedium>;

/** `whole-disk` has a partition table, `file-system` is one root file system, `installer` an ISO, or boot files for one. */
export const imageKinds = ['whole-disk', 'file-system', 'installer'] as const;
export type ImageKind = (typeof imageKinds)[number];

/**
 * What an import does, as catalogue key `imagePhase.<phase>`. `upload`: a browser sends the file; `copy` keeps a disc as it is,
 * `checksum` reads the source once, `unpack` decompresses a qcow2 image, `convert` makes the stored stream.
 */
export const imagePhases = ['upload', 'waiting', 'copy', 'checksum', 'unpack', 'convert'] as const;

export const image = z.object({
  id: imageId,
  name: z.string(),
  state: z.enum(['importing', 'ready', 'failed']),
  /** `raw`, `raw · zstd`, `qcow2 v3 · xz`: what the file was, in no language. */
  sourceFormat: z.string(),
  rawSizeBytes: z.number(),
  storedSizeBytes: z.number(),
  /** Of the raw content, lower-case hex; empty until ready. */
  sha256: z.string(),
  /** Of the file as it was given, which is what a download page names; empty where nobody counted it. */
  sourceSha256: z.string(),
  kind: z.enum(imageKinds),
  installer: installerMedium.nullable(),
  partitionTable: z.enum(['gpt', 'mbr', 'none', 'unknown']),
  boots: z.object({ bios: z.boolean(), uefi: z.boolean() }),
  /** Why we think so, a sentence each. */
  evidence: z.array(imageFinding),
  progress: z
    .object({ doneBytes: z.number(), totalBytes: z.number(), phase: z.enum(imagePhases) })
    .nullable(),
  error: errorData.nullable(),
  /** It failed, and the engine can read its file again: `images.retryImport`. */
  canRetry: z.boolean(),
  createdAt: timestamp,
});
export type Image = z.infer<typeof image>;

/** All but `installed` stand in the way of a deletion. */
export const imageUserKinds = ['deployment', 'batch', 'profile', 'image', 'installed'] as const;

export const imageUser = z.object({
  kind: z.enum(imageUserKinds),
  /** Of the server, the batch, the profile or the image. */
  id: z.string(),
  name: z.string(),
});
export type ImageUser = z.infer<typeof imageUser>;
