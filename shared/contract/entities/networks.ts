import { z } from 'zod';
import type { Ipv4 } from '../../model/ip.ts';
import { cidr, networkId, timestamp } from './common.ts';

/** The word in the status bar. `proxy` comes with an issue of its own. */
export const dhcpModes = ['off', 'watching', 'full'] as const;
export type DhcpMode = (typeof dhcpModes)[number];

/** What a network is for. A machine is moved from `provisioning` to its `tenant` networks when its deployment ends. */
export const networkPurposes = ['provisioning', 'cleaning', 'rescue', 'tenant'] as const;
export type NetworkPurpose = (typeof networkPurposes)[number];

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
  physicalNetwork: z.string(),
  mtu: z.number().nullable(),
  purposes: z.array(z.enum(networkPurposes)),
  /** Other servers that answered our DISCOVER when we last looked. */
  otherServers: z.array(z.object({ server: z.string(), offered: z.string() })),
  checkedAt: timestamp.nullable(),
  /** A person said to serve beside the other server. */
  serveBesideOthers: z.boolean(),
});
export type Network = z.infer<typeof network>;

export const networkInterface = z.object({
  name: z.string(),
  mac: z.string(),
  addresses: z.array(z.object({ address: z.string(), prefixLength: z.number() })),
  up: z.boolean(),
  carrier: z.boolean(),
  kind: z.enum(['ethernet', 'wireless', 'virtual', 'loopback']),
  /** A VLAN sub-interface: on which interface, and its tag. `ours`: made by us on a person's word. */
  vlan: z.object({ parent: z.string(), vlanId: z.number(), ours: z.boolean() }).nullable(),
  /** Our default route leaves here: probably somebody's office network. */
  hasDefaultRoute: z.boolean(),
});
export type NetworkInterface = z.infer<typeof networkInterface>;

export const lease = z.object({
  mac: z.string(),
  address: z.string(),
  expiresAt: z.number(),
  hostName: z.string(),
});
export type Lease = z.infer<typeof lease>;

export const leasePatch = z.discriminatedUnion('op', [
  z.object({ op: z.literal('put'), lease }),
  z.object({ op: z.literal('remove'), address: z.string() }),
]);
export type LeasePatch = z.infer<typeof leasePatch>;

/** As catalogue key `networks.dependant.<kind>`. */
export const dependantKinds = [
  'lease',
  'reservation',
  'fixed-address',
  'deployment',
  'batch',
  'installed',
] as const;

/** Who has an address of a network, is or will be installed for it, or lives on it. */
export const networkDependant = z.object({
  kind: z.enum(dependantKinds),
  /** The server's or the batch's; of a machine that is none of ours its host name or MAC. */
  name: z.string(),
  /** Empty where it is on the network as a whole. */
  address: z.string(),
});
export type NetworkDependant = z.infer<typeof networkDependant>;
