import { z } from 'zod';
import type { DeploymentId, ImageId, NetworkId, NodeId, PortgroupId, PortId } from '../model/ids.ts';
import { type Ipv4, parseCidr, parseIpv4 } from '../model/ip.ts';
import { type Mac, parseMac } from '../model/mac.ts';
import { powerStates, provisionStates } from '../model/provision-state.ts';
import { errorData } from './errors.ts';
import { imageFindings } from './image-codes.ts';

const branded = <T extends string>(): z.ZodType<T, string> => z.uuid() as unknown as z.ZodType<T, string>;
export const nodeId = branded<NodeId>();
export const portId = branded<PortId>();
export const portgroupId = branded<PortgroupId>();
export const imageId = branded<ImageId>();
export const networkId = branded<NetworkId>();
export const deploymentId = branded<DeploymentId>();

/** Any form that a person pastes; always lower case with colons afterwards. */
export const mac = z.string().transform((text, context): Mac => {
  const parsed = parseMac(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'not a MAC address' });
  return z.NEVER;
});
export const ipv4 = z.string().transform((text, context): Ipv4 => {
  const parsed = parseIpv4(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'not an IPv4 address' });
  return z.NEVER;
});
export const cidr = z
  .string()
  .refine(text => parseCidr(text) !== undefined, 'not a network such as 10.77.0.0/24');
/** RFC 1123 §2.1, one label or several. */
export const hostName = z
  .string()
  .max(253)
  .regex(
    /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*$/,
    'letters, digits and hyphens only',
  );
/** Epoch milliseconds by the engine's clock. */
const timestamp = z.number().int().nonnegative();
const text = (max: number) => z.string().max(max);

// ---- inventory -------------------------------------------------------------------------------------------------

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
  /** What is on it now, one line each: `sda1 ext4 "root" 40 GiB`. */
  contents: z.array(z.string()),
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
      lldp: z.object({ chassis: z.string(), port: z.string(), description: z.string() }).nullable(),
    }),
  ),
  bmcAddress: z.string(),
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
export const bootTargets = ['nothing', 'ramdisk', 'disk'] as const;

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

export const portgroup = z.object({
  id: portgroupId,
  nodeId,
  name: z.string(),
  /** The bond's own MAC; null takes the first member's. */
  address: z
    .string()
    .transform(value => value as Mac)
    .nullable(),
  /** Linux bonding mode: `active-backup`, `802.3ad`, … */
  mode: z.string(),
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

// ---- images and networks ---------------------------------------------------------------------------------------

export const imageFinding = z.object({
  code: z.enum(imageFindings),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type ImageFinding = z.infer<typeof imageFinding>;

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
  partitionTable: z.enum(['gpt', 'mbr', 'none', 'unknown']),
  boots: z.object({ bios: z.boolean(), uefi: z.boolean() }),
  /** Why we think so, a sentence each. */
  evidence: z.array(imageFinding),
  progress: z.object({ doneBytes: z.number(), totalBytes: z.number(), phase: z.string() }).nullable(),
  error: errorData.nullable(),
  createdAt: timestamp,
});
export type Image = z.infer<typeof image>;

/** The word in the status bar. `proxy` comes with an issue of its own. */
export const dhcpModes = ['off', 'watching', 'full'] as const;
export type DhcpMode = (typeof dhcpModes)[number];

export const network = z.object({
  id: networkId,
  name: z.string(),
  cidr,
  interfaceName: z.string(),
  dhcpMode: z.enum(dhcpModes),
  poolStart: z.string().transform(value => value as Ipv4),
  poolEnd: z.string().transform(value => value as Ipv4),
  gateway: z
    .string()
    .transform(value => value as Ipv4)
    .nullable(),
  dns: z.array(z.string().transform(value => value as Ipv4)),
  domain: z.string(),
  leaseSeconds: z.number(),
  segmentationId: z.number().nullable(),
  /** Other servers that answered our DISCOVER when we last looked. */
  otherServers: z.array(z.object({ server: z.string(), offered: z.string() })),
  checkedAt: timestamp.nullable(),
  /** A person said to serve beside the other server. */
  serveBesideOthers: z.boolean(),
});
export type Network = z.infer<typeof network>;

// ---- deployments -----------------------------------------------------------------------------------------------

export const diskChoice = z.discriminatedUnion('by', [
  /** A person pointed at a disk of the inventory; it must be found again by all that is known of it. */
  z.object({ by: z.literal('person'), disk: diskIdentity }),
  /** Root device hints, and exactly one match. */
  z.object({ by: z.literal('hints'), hints: rootDeviceHints }),
]);
export type DiskChoice = z.infer<typeof diskChoice>;

export const networkChoice = z.discriminatedUnion('method', [
  z.object({ method: z.literal('dhcp') }),
  z.object({
    method: z.literal('static'),
    address: ipv4,
    prefixLength: z.number().int().min(1).max(32),
    gateway: ipv4.nullable(),
    dns: z.array(ipv4).max(6),
  }),
]);
export type NetworkChoice = z.infer<typeof networkChoice>;

/** What a person asks for. The root password is sealed at once and never comes back. */
export const deployRequest = z.object({
  nodeId,
  imageId,
  disk: diskChoice,
  hostName,
  rootPassword: z.string().min(1).max(200).optional(),
  sshAuthorizedKeys: z.array(z.string().max(16_384)).max(50).default([]),
  userData: z.string().max(65_536).default(''),
  network: networkChoice.default({ method: 'dhcp' }),
  growLastPartition: z.boolean().default(true),
  /** Read the disk again after the write and compare. */
  verify: z.enum(['stream', 'readback']).default('readback'),
});
export type DeployRequest = z.output<typeof deployRequest>;

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
  /** What shows that it happened: checksum, disk, boot order … */
  evidence: z.record(z.string(), z.unknown()),
  error: errorData.nullable(),
});
export type DeploymentStep = z.infer<typeof deploymentStep>;

export const deployment = z.object({
  id: deploymentId,
  nodeId,
  nodeName: z.string(),
  imageId,
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

// ---- timeline, services, settings ------------------------------------------------------------------------------

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

export const serviceNames = [
  'dhcp',
  'tftp',
  'http',
  'ipmi',
  'ramdisk',
  'boot-programs',
  'virtual-rack',
  'database',
] as const;
export type ServiceName = (typeof serviceNames)[number];

export const service = z.object({
  name: z.enum(serviceNames),
  state: z.enum(['off', 'starting', 'on', 'failed']),
  /** What it serves where: `full on enp3s0 (10.77.0.1:67)`. Plain words, no sentence. */
  detail: z.string(),
  lastPacketAt: timestamp.nullable(),
  error: errorData.nullable(),
});
export type Service = z.infer<typeof service>;

export const settings = z.object({
  /** Port of the boot and image server; 0 takes a free one. */
  httpPort: z.number().int().min(0).max(65_535),
  tftpPort: z.number().int().min(0).max(65_535),
  /** How often power is read from each BMC. */
  powerPollSeconds: z.number().int().min(10).max(3600),
  /** A machine silent for so long after power-on has not called back. */
  callBackTimeoutSeconds: z.number().int().min(60).max(7200),
  /** Events older than this are forgotten, but for those of running deployments and of each server's last one. */
  timelineDays: z.number().int().min(1).max(3650),
  /** `console=` arguments of the ramdisk's kernel. */
  kernelConsole: z
    .string()
    .max(200)
    .regex(/^[\x20-\x7e]*$/),
  defaultSshKeys: z.array(z.string().max(16_384)).max(50),
});
export type Settings = z.infer<typeof settings>;

export const networkInterface = z.object({
  name: z.string(),
  mac: z.string(),
  addresses: z.array(z.object({ address: z.string(), prefixLength: z.number() })),
  up: z.boolean(),
  carrier: z.boolean(),
  kind: z.enum(['ethernet', 'wireless', 'virtual', 'loopback']),
  /** Our default route leaves here: probably somebody's office network. */
  hasDefaultRoute: z.boolean(),
});
export type NetworkInterface = z.infer<typeof networkInterface>;
