import { z } from 'zod';
import { errorData } from '../errors.ts';
import { deploymentId, hostName, imageId, nodeId, profileId, timestamp } from './common.ts';
import { diskIdentity, rootDeviceHints } from './hardware.ts';
import { networkRequest } from './network-requests.ts';
import { diskRule, eraseMethods, storageLayout } from './storage.ts';

export const diskChoice = z.discriminatedUnion('by', [
  /** A person pointed at a disk of the inventory; it must be found again by all that is known of it. */
  z.object({ by: z.literal('person'), disk: diskIdentity }),
  /** Root device hints, and exactly one match. */
  z.object({ by: z.literal('hints'), hints: rootDeviceHints }),
]);
export type DiskChoice = z.infer<typeof diskChoice>;

/** What a person asks for. The root password is sealed at once and never comes back. */
export const deployRequest = z.object({
  nodeId,
  imageId,
  disk: diskChoice,
  hostName,
  rootPassword: z.string().min(1).max(200).optional(),
  sshAuthorizedKeys: z.array(z.string().max(16_384)).max(50).default([]),
  userData: z.string().max(65_536).default(''),
  /** Disks, software and users; null: none of it. */
  profileId: profileId.nullable().default(null),
  /** Instead of the profile's. */
  storage: storageLayout.nullable().default(null),
  /** The other disks of a software RAID. */
  raidDisks: z.array(diskIdentity).max(24).default([]),
  /** Empty: DHCP on the NIC through which the machine is installed. */
  networks: z.array(networkRequest).max(32).default([]),
  growLastPartition: z.boolean().default(true),
  /** Read the disk again after the write and compare. */
  verify: z.enum(['stream', 'readback']).default('readback'),
  /**
   * What a person has seen and typed the host name for, where the review says `mustConfirm`: the disks that are overwritten,
   * none of them while nobody knows them.
   */
  confirmed: z
    .object({ hostName, disks: z.array(diskIdentity).max(25) })
    .nullable()
    .default(null),
});
export type DeployRequest = z.output<typeof deployRequest>;

/** What a person has seen and typed the server's name for: the disks that are erased, none of them while nobody knows them. */
export const eraseConfirmation = z
  .object({ name: z.string().max(253), disks: z.array(diskIdentity).max(200) })
  .nullable()
  .default(null);
export type EraseConfirmation = z.output<typeof eraseConfirmation>;

/** Disks that may be erased: all that no rule leaves alone, or those that a person named. */
export const cleanRequest = z.object({
  nodeId,
  method: z.enum(eraseMethods),
  disks: z.array(diskIdentity).max(200).nullable().default(null),
  diskRules: z.array(diskRule).max(50).default([]),
  /** Never optional: an erasure without it is refused. A review asks without. */
  confirmed: eraseConfirmation,
});
export type CleanRequest = z.output<typeof cleanRequest>;

const told = z
  .string()
  .nullish()
  .transform(value => value ?? '');

/** Evidence `disks` of `erase-disks`, as the ramdisk tells it, of a step that failed too. */
export const erasedDisks = z.array(
  z.object({
    disk: z.object({ name: z.string(), serial: told, wwn: told, sizeBytes: z.number() }),
    erased: z.boolean(),
    code: told,
    message: told,
  }),
);

export const deploymentKinds = [
  'disk-image',
  'partition-image',
  'linux-installer',
  'cleaning',
  'rescue',
] as const;
export type DeploymentKind = (typeof deploymentKinds)[number];

/** At the step that failed, while the ramdisk of before still waits; or every step anew. */
export const retryStarts = ['failed-step', 'power-on'] as const;
export type RetryStart = (typeof retryStarts)[number];

export const stepStates = ['pending', 'running', 'done', 'skipped', 'failed'] as const;

export const deploymentStep = z.object({
  name: z.string(),
  state: z.enum(stepStates),
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
  /** Bytes where the step moves bytes. */
  progress: z
    .object({
      doneBytes: z.number(),
      totalBytes: z.number(),
      bytesPerSecond: z.number(),
      etaSeconds: z.number().nullable(),
    })
    .nullable(),
  /** Of an installer that we do not steer: where it says that it is. */
  phase: z
    .object({
      name: z.string(),
      percent: z.number(),
      changedAt: timestamp,
      /** Silent for longer than this phase usually is, or waiting for a person. */
      trouble: z.enum(['stalled', 'needs-person']).nullable(),
      /** The newest of its log. */
      lines: z.array(z.string()),
    })
    .nullable(),
  /** What shows that it happened: checksum, disk, boot order … */
  evidence: z.record(z.string(), z.unknown()),
  error: errorData.nullable(),
});
export type DeploymentStep = z.infer<typeof deploymentStep>;

export const deployment = z.object({
  id: deploymentId,
  nodeId,
  nodeName: z.string(),
  kind: z.enum(deploymentKinds),
  /** Null: nothing is installed. */
  imageId: imageId.nullable(),
  imageName: z.string(),
  hostName: z.string(),
  state: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
  /** The disk that is written: known from the start when a person chose it, after the call-back when a hint did. */
  disk: diskIdentity.nullable(),
  steps: z.array(deploymentStep),
  error: errorData.nullable(),
  createdAt: timestamp,
  finishedAt: timestamp.nullable(),
});
export type Deployment = z.infer<typeof deployment>;
