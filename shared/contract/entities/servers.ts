import { z } from 'zod';
import type { Ipv4 } from '../../model/ip.ts';
import type { Mac } from '../../model/mac.ts';
import { powerStates, provisionStates } from '../../model/provision-state.ts';
import { errorData } from '../errors.ts';
import { deploymentId, nodeId, portgroupId, portId, timestamp } from './common.ts';
import { inventory, rootDeviceHints } from './hardware.ts';

/** How a BMC is to be spoken with: `auto` finds out and remembers. `suite-0` checks no password at all. */
export const bmcProtocols = ['auto', 'suite-17', 'suite-3', 'suite-0', 'ipmi-1.5'] as const;
export type BmcProtocol = (typeof bmcProtocols)[number];
export const bmcPrivileges = ['administrator', 'operator'] as const;
export type BmcPrivilege = (typeof bmcPrivileges)[number];

export const bmc = z.object({
  /** Host name, IPv4 or IPv6 address. */
  address: z.string(),
  port: z.number(),
  username: z.string(),
  hasPassword: z.boolean(),
  /** K_g of two-key log-in. */
  hasBmcKey: z.boolean(),
  protocol: z.enum(bmcProtocols),
  /** Null: as administrator; where that is refused as operator, which is then remembered here. */
  privilege: z.enum(bmcPrivileges).nullable(),
  /** Remembered after the first session: null for IPMI 1.5 or not yet known. */
  cipherSuite: z.number().nullable(),
  /** Remembered after the first session. */
  interfaceVersion: z.enum(['1.5', '2.0']).nullable(),
  manufacturer: z.string(),
  firmware: z.string(),
});
export type Bmc = z.infer<typeof bmc>;

export const bootModes = ['bios', 'uefi'] as const;
export type BootMode = (typeof bootModes)[number];

/** What the boot policy tells this machine, for ever, until something changes it. */
export const bootTargets = ['nothing', 'ramdisk', 'installer', 'disk'] as const;

export const node = z.object({
  id: nodeId,
  name: z.string(),
  /** Null: nobody gave us a BMC; power is a person's hand. */
  bmc: bmc.nullable(),
  provisionState: z.enum(provisionStates),
  targetProvisionState: z.enum(provisionStates).nullable(),
  powerState: z.enum(powerStates),
  /** As the machine last said of itself (DHCP option 93, the ramdisk), or as a person said before. */
  bootMode: z.enum(bootModes).nullable(),
  bootTarget: z.enum(bootTargets),
  lastError: errorData.nullable(),
  inventory: inventory.nullable(),
  rootDeviceHints: rootDeviceHints,
  resourceClass: z.string(),
  /** Whether its disks are erased when it is released; null: as the settings say. */
  cleanOnRelease: z.boolean().nullable(),
  extra: z.record(z.string(), z.string()),
  /** A simulated server of the virtual rack. */
  isVirtual: z.boolean(),
  deploymentId: deploymentId.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Node = z.infer<typeof node>;

export const port = z.object({
  id: portId,
  nodeId,
  address: z.string().transform(value => value as Mac),
  name: z.string(),
  pxeEnabled: z.boolean(),
  physicalNetwork: z.string(),
  segmentationId: z.number().int().min(1).max(4094).nullable(),
  portgroupId: portgroupId.nullable(),
  /** Our DHCP gives this NIC this address, and nobody else; null takes one of the pool. */
  reservedAddress: z
    .string()
    .transform(value => value as Ipv4)
    .nullable(),
});
export type Port = z.infer<typeof port>;

/** Modes 0 to 6 of the kernel's bonding driver (Documentation/networking/bonding.rst). */
export const bondModes = [
  'balance-rr',
  'active-backup',
  'balance-xor',
  'broadcast',
  '802.3ad',
  'balance-tlb',
  'balance-alb',
] as const;
export type BondMode = (typeof bondModes)[number];

export const portgroup = z.object({
  id: portgroupId,
  nodeId,
  name: z.string(),
  /** The bond's own MAC; null takes the first member's. */
  address: z
    .string()
    .transform(value => value as Mac)
    .nullable(),
  mode: z.enum(bondModes),
  /** The kernel's bonding options but for the mode: `miimon`, `xmit_hash_policy` … */
  properties: z.record(z.string(), z.string()),
});
export type Portgroup = z.infer<typeof portgroup>;

/** A machine that spoke on one of our wires and belongs to no node. */
export const discovered = z.object({
  mac: z.string().transform(value => value as Mac),
  interfaceName: z.string(),
  architecture: z.string(),
  vendorClass: z.string(),
  uuid: z.string(),
  firstSeenAt: timestamp,
  lastSeenAt: timestamp,
  timesSeen: z.number(),
});
export type Discovered = z.infer<typeof discovered>;
