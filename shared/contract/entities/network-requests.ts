import { z } from 'zod';
import { cidr, ipv4, networkId, portgroupId, portId, text } from './common.ts';

export const addressChoice = z.discriminatedUnion('method', [
  z.object({ method: z.literal('dhcp') }),
  z.object({
    method: z.literal('static'),
    address: ipv4,
    prefixLength: z.number().int().min(1).max(32),
    gateway: ipv4.nullable(),
    dns: z.array(ipv4).max(6),
  }),
  /** The link is up and has no address: for what runs on top of it. */
  z.object({ method: z.literal('none') }),
]);
export type AddressChoice = z.infer<typeof addressChoice>;

/** Where a network goes. `provisioning`: the NIC through which the machine is installed. */
export const networkPlace = z.discriminatedUnion('by', [
  /** The NIC that is wired for it: segmentation id, then physical network, portgroup, `pxeEnabled`. */
  z.object({ by: z.literal('match') }),
  z.object({ by: z.literal('provisioning') }),
  z.object({ by: z.literal('port'), portId }),
  z.object({ by: z.literal('portgroup'), portgroupId }),
]);
export type NetworkPlace = z.infer<typeof networkPlace>;

/** One network that the machine shall be on. */
export const networkRequest = z.object({
  name: text(80).default(''),
  /** One of ours, whose VLAN, gateway and DNS count where the request says nothing itself. */
  networkId: networkId.nullable().default(null),
  segmentationId: z.number().int().min(1).max(4094).nullable().default(null),
  physicalNetwork: text(80).default(''),
  place: networkPlace.default({ by: 'match' }),
  /**
   * `auto`: untagged where the NIC's own segmentation id is this network's or nothing is known, tagged where it is on
   * a trunk beside another one.
   */
  tagging: z.enum(['auto', 'tagged', 'untagged']).default('auto'),
  address: addressChoice.default({ method: 'dhcp' }),
  routes: z
    .array(z.object({ destination: cidr, via: ipv4 }))
    .max(50)
    .default([]),
  mtu: z.number().int().min(576).max(9216).nullable().default(null),
});
export type NetworkRequest = z.output<typeof networkRequest>;

/** Why a NIC or bond was taken or not, as catalogue key `networkReason.<code>`. */
export const networkReasons = [
  'chosen_by_person',
  'provisioning_nic',
  'same_segmentation_id', // segmentationId
  'lldp_vlan', // segmentationId, switch, port
  'same_physical_network', // physicalNetwork
  'is_portgroup',
  'pxe_enabled',
  'only_one_left',
  'others_are_wired',
  'not_wired_for_vlan', // segmentationId, own
  'no_segmentation_id',
  'other_physical_network', // physicalNetwork, own
  'taken_by', // network
  'no_link',
  'member_of_portgroup', // portgroup
] as const;

export const networkAssignment = z.object({
  /** Index in the request's `networks`. */
  request: z.number().int(),
  portId: portId.nullable(),
  portgroupId: portgroupId.nullable(),
  /** VLAN id on the wire from this machine; null: untagged. */
  vlanId: z.number().nullable(),
  reasons: z.array(
    z.object({
      code: z.enum(networkReasons),
      values: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ),
});
export type NetworkAssignment = z.infer<typeof networkAssignment>;
