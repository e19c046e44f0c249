import { z } from 'zod';
import { text, timestamp } from './common.ts';

/**
 * Bits of `critical_warning` in NVMe's SMART / Health Information log (NVM Express Base Specification 2.0, figure 207), from
 * bit 0 up.
 */
export const smartWarnings = [
  'spare-low',
  'temperature',
  'unreliable',
  'read-only',
  'backup-failed',
  'memory-region',
] as const;
export type SmartWarning = (typeof smartWarnings)[number];

const count = z.number().nullable();

/** What a disk says of itself, of SATA, SAS and NVMe alike. Null: a disk of that kind does not say. */
export const smartSummary = z.object({
  /** The disk's own; of NVMe a temperature out of range is no failure. */
  verdict: z.enum(['passed', 'failing', 'unknown']),
  powerOnHours: count,
  temperatureCelsius: count,
  /** Of the writes that its maker vouches for; over 100 is possible. */
  percentUsed: count,
  availableSparePercent: count,
  reallocatedSectors: count,
  /** That could not be read and wait for a write. */
  pendingSectors: count,
  /** SATA: reported and offline; SAS: of reads, writes and verifications together. */
  uncorrectableErrors: count,
  mediaErrors: count,
  grownDefects: count,
  /** Entries of its error log; of NVMe also commands that it did not know. */
  loggedErrors: count,
  criticalWarnings: z.array(z.enum(smartWarnings)),
});
export type SmartSummary = z.infer<typeof smartSummary>;

/** Since the ramdisk's start. Null: the kernel has no such counter. */
export const nicErrors = z.object({
  receive: count,
  crc: count,
  frame: count,
  transmit: count,
  carrierLosses: count,
});
export type NicErrors = z.infer<typeof nicErrors>;

/** Of one DIMM, or of what a memory controller cannot say the DIMM of (null), since the ramdisk's start. */
export const memoryErrors = z.object({
  controller: z.string(),
  dimm: z.string().nullable(),
  correctable: z.number(),
  uncorrectable: z.number(),
});
export type MemoryErrors = z.infer<typeof memoryErrors>;

/** A device with AER counts since the start, or a link below what it could be. Null: not known. */
export const pciErrors = z.object({
  pciAddress: z.string(),
  /** `0x010802` */
  class: z.string(),
  pciId: z.string(),
  driver: z.string(),
  correctable: count,
  nonFatal: count,
  fatal: count,
  /** `8.0 GT/s`, empty: not known. */
  linkSpeed: z.string(),
  maxLinkSpeed: z.string(),
  linkWidth: count,
  maxLinkWidth: count,
});
export type PciErrors = z.infer<typeof pciErrors>;

/** What can be wrong with a machine by its own account (`placement/hardware-troubles.ts`). */
export const hardwareTroubleKinds = [
  'disk-failing',
  'memory-uncorrectable',
  'pci-fatal',
  'disk-uncorrectable',
  'disk-media-errors',
  'disk-pending',
  'disk-reallocated',
  'disk-grown-defects',
  'disk-worn',
  'disk-hot',
  'memory-correctable',
  'pci-non-fatal',
  'pci-link',
  'nic-crc',
] as const;
export type HardwareTroubleKind = (typeof hardwareTroubleKinds)[number];

/** A disk as the ramdisk saw it. Empty strings where the hardware says nothing. */
export const disk = z.object({
  name: z.string(),
  vendor: z.string().default(''),
  model: z.string(),
  serial: z.string(),
  /** The whole of it: `0x` and 16 or 32 digits for a NAA, `eui.…` for NVMe. */
  wwn: z.string(),
  sizeBytes: z.number(),
  /** Null: the machine does not say. */
  rotational: z.boolean().nullable(),
  /** `sata`, `sas`, `nvme`, `virtio`, `usb`, `fc` … */
  transport: z.string(),
  hctl: z.string(),
  byPath: z.string(),
  /** The HBA or controller that it hangs on. */
  controller: z.object({ pciAddress: z.string(), pciId: z.string(), driver: z.string() }).nullable(),
  removable: z.boolean(),
  readOnly: z.boolean(),
  /** Null: the machine did not say. */
  logicalSectorBytes: z.number().nullable().default(null),
  /** Signatures found on the disk and its partitions, as blkid names them: `xfs`, `LVM2_member`, `ocfs2` … */
  signatures: z.array(z.string()).default([]),
  /** Volume groups and arrays that it is a part of, each by one name on all of its disks. */
  groups: z.array(z.string()).default([]),
  /** What is on it now, one line each: `sda1 ext4 "root" 40 GiB`. */
  contents: z.array(z.string()),
  /** Null: it has none, did not answer, or an older ramdisk did not ask. */
  smart: smartSummary.nullable().default(null),
});
export type Disk = z.infer<typeof disk>;

/**
 * What a disk is found again by, at another boot too. A kernel name is for people: it may be another disk's tomorrow.
 * Without serial and WWN the way to it counts, and without that its size must be unique.
 */
export const diskIdentity = disk
  .pick({ name: true, model: true, serial: true, wwn: true, sizeBytes: true })
  .extend({ byPath: z.string().default('') });
export type DiskIdentity = z.infer<typeof diskIdentity>;

export const inventory = z.object({
  takenAt: timestamp,
  firmware: z.enum(['bios', 'uefi']),
  system: z.object({ manufacturer: z.string(), product: z.string(), serial: z.string(), uuid: z.string() }),
  cpu: z.object({
    model: z.string(),
    sockets: z.number(),
    cores: z.number(),
    threads: z.number(),
    arch: z.string(),
  }),
  memoryBytes: z.number(),
  dimms: z.array(
    z.object({ locator: z.string(), sizeBytes: z.number(), type: z.string(), speed: z.string() }),
  ),
  disks: z.array(disk),
  nics: z.array(
    z.object({
      name: z.string(),
      mac: z.string(),
      carrier: z.boolean(),
      speedMbps: z.number().nullable(),
      driver: z.string(),
      pciId: z.string(),
      lldp: z
        .object({
          chassis: z.string(),
          port: z.string(),
          description: z.string(),
          /** What the switch's port does to untagged frames; null: it did not say. */
          vlan: z.number().nullable().default(null),
        })
        .nullable(),
      /** Null: an older ramdisk did not look. */
      errors: nicErrors.nullable().default(null),
    }),
  ),
  bmcAddress: z.string(),
  /** Null: nothing counts them (no EDAC driver), or an older ramdisk did not look. */
  memoryErrors: z.array(memoryErrors).nullable().default(null),
  /** Null: an older ramdisk, which looked at none of the machine's errors. */
  pciErrors: z.array(pciErrors).nullable().default(null),
});
export type Inventory = z.infer<typeof inventory>;

/** What a root device hint may ask for (Ironic's names in camelCase). All given ones must match. */
export const rootDeviceHints = z
  .object({
    /** Ironic takes a list here too: any of them. */
    serial: z.union([text(200), z.array(text(200)).min(1).max(50)]),
    wwn: z.union([text(200), z.array(text(200)).min(1).max(50)]),
    wwnWithExtension: text(200),
    wwnVendorExtension: text(200),
    model: text(200),
    vendor: text(200),
    name: text(200),
    byPath: text(400),
    hctl: text(40),
    /** GiB; a number or an operator with one, such as `>= 100`. */
    size: z.union([z.number().positive(), text(40)]),
    rotational: z.boolean(),
    /** Transport: `sata`, `sas`, `nvme` … (Ironic's `tran`). */
    tran: text(40),
  })
  .partial();
export type RootDeviceHints = z.infer<typeof rootDeviceHints>;
