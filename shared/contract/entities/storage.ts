import { z } from 'zod';
import { storageLayoutProblems } from '../storage-layout.ts';
import { text } from './common.ts';
import { disk, rootDeviceHints } from './hardware.ts';

export const fileSystems = ['ext4', 'xfs', 'vfat', 'swap'] as const;
export type FileSystem = (typeof fileSystems)[number];

/** Bytes, or what is left when all others of the same container have theirs. */
const size = z.union([
  z
    .number()
    .int()
    .min(2 ** 20)
    .max(2 ** 60),
  z.literal('rest'),
]);

/** `mountPoint` is an absolute path; empty for swap. */
const place = z.object({ mountPoint: text(200), fileSystem: z.enum(fileSystems), size });
export const layoutPartition = place;
export type LayoutPartition = z.infer<typeof layoutPartition>;
/** lvm(8): the name becomes part of a device name. */
export const layoutVolume = place.extend({ name: text(60) });
export type LayoutVolume = z.infer<typeof layoutVolume>;

/** Linux software RAID of the chosen disks, whole: 0 and 1 want two or more, 10 wants four or more and an even number. */
export const raidLevels = ['0', '1', '10'] as const;
export type RaidLevel = (typeof raidLevels)[number];

/** As one is kept: rules that came later must not take the profile or the deployment away that has it. */
export const storedLayout = z.object({
  partitionTable: z.enum(['gpt', 'mbr']),
  raidLevel: z.enum(raidLevels).nullable(),
  /** On the disk in this order, before the volume group's partition. */
  partitions: z.array(layoutPartition).max(12),
  /** LVM; it takes the rest of the disk. */
  volumeGroup: z.object({ name: text(60), volumes: z.array(layoutVolume).min(1).max(40) }).nullable(),
});
/**
 * How the chosen disk is divided. What the firmware itself needs (an EFI system partition of 512 MiB, or a BIOS boot
 * partition of 1 MiB on GPT) is not in it: it is added in front.
 */
export const storageLayout = storedLayout.superRefine((layout, context) => {
  for (const { path, code, values } of storageLayoutProblems(layout))
    context.addIssue({ code: 'custom', path: [...path], message: code, params: { code, values } });
});
export type StorageLayout = z.infer<typeof storageLayout>;

const wwnBound = z.string().regex(/^(0x|eui\.)[0-9a-fA-F]{1,32}$/);

/**
 * Disks behind a controller, on a transport or in a range of WWNs. All that is given must match, nothing given is every
 * disk; of several rules the first that matches decides. A disk that is left alone is never chosen, written or erased.
 */
export const diskRule = z.object({
  action: z.enum(['include', 'exclude']),
  match: z
    .object({
      /** Of the controller: `1000:005d`, or `1000:*`. */
      pciId: z.string().regex(/^[0-9a-fA-F]{4}:([0-9a-fA-F]{4}|\*)$/),
      driver: text(40),
      transport: text(20),
      /** Inclusive; compared as numbers of the same length. One alone is a range that is open at the other end. */
      wwnFrom: wwnBound,
      wwnTo: wwnBound,
      /** Seen over more than one path. */
      multipath: z.boolean(),
    })
    .partial(),
});
export type DiskRule = z.infer<typeof diskRule>;

/** Why a disk is out of question, as catalogue key `diskFilter.<reason>`. */
export const diskFilterReasons = [
  'rule',
  'fibre-channel',
  'iscsi',
  'multipath',
  'cluster-file-system',
  'too-small',
  'read-only',
] as const;
export type DiskFilterReason = (typeof diskFilterReasons)[number];

export const filteredDisk = z.object({
  disk,
  reason: z.enum(diskFilterReasons),
  /** Index of the rule, for `rule`. */
  rule: z.number().int().nullable(),
});
export type FilteredDisk = z.infer<typeof filteredDisk>;

/** In which a server may differ from a flavor. */
export const flavorParts = [
  'state',
  'vcpus',
  'memory',
  'disks',
  'resourceClass',
  'label',
  'rootDevice',
] as const;

/** What a request for a server of a kind says: equal, not "at least". */
export const flavor = z.object({
  vcpus: z.number().int().min(1).max(4096).nullable().default(null),
  /** GiB as sold: 31.6 seen by the kernel count as 32. */
  memoryGib: z.number().int().min(1).max(65_536).nullable().default(null),
  /** Every disk, and no other. Decimal gigabytes as sold. Null: any disks. */
  disks: z
    .array(z.object({ count: z.number().int().min(1).max(200), sizeGb: z.number().int().min(1) }))
    .max(20)
    .nullable()
    .default(null),
  resourceClass: text(80).default(''),
  /** Of the server's `extra`. */
  labels: z.record(z.string().max(80), z.string().max(2000)).default({}),
  /** The disk for the system must be there too. */
  rootDevice: rootDeviceHints.nullable().default(null),
});
export type Flavor = z.output<typeof flavor>;

export const eraseMethods = ['metadata', 'overwrite', 'secure-erase'] as const;
export type EraseMethod = (typeof eraseMethods)[number];
