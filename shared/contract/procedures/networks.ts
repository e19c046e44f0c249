import { z } from 'zod';
import * as e from '../entities/index.ts';
import { command, query, stream } from '../procedure.ts';
import { nothing } from './nothing.ts';

export const networkProcedures = {
  list: query(nothing, z.array(e.network)),
  interfaces: query(nothing, z.array(e.networkInterface)),
  create: command(
    z.object({
      name: z.string().trim().min(1).max(80),
      interfaceName: z.string().min(1).max(64),
      cidr: e.cidr,
      poolStart: e.ipv4.optional(),
      poolEnd: e.ipv4.optional(),
      gateway: e.ipv4.nullable().default(null),
      dns: z.array(e.ipv4).max(6).default([]),
      domain: z.string().max(253).default(''),
      leaseSeconds: z.number().int().min(60).max(86_400).default(600),
      segmentationId: z.number().int().min(1).max(4094).nullable().default(null),
      physicalNetwork: z.string().trim().max(80).default(''),
      mtu: z.number().int().min(576).max(9216).nullable().default(null),
      purposes: z
        .array(z.enum(e.networkPurposes))
        .min(1)
        .default([...e.networkPurposes]),
    }),
    e.network,
  ),
  update: command(
    z.object({
      id: e.networkId,
      name: z.string().trim().min(1).max(80).optional(),
      /** Refused while anything depends on it (`dependants`); without a pool beside it the pool is chosen anew. */
      cidr: e.cidr.optional(),
      /** Refused while a lease that holds would lie outside. */
      poolStart: e.ipv4.optional(),
      poolEnd: e.ipv4.optional(),
      gateway: e.ipv4.nullable().optional(),
      dns: z.array(e.ipv4).max(6).optional(),
      domain: z.string().max(253).optional(),
      leaseSeconds: z.number().int().min(60).max(86_400).optional(),
      segmentationId: z.number().int().min(1).max(4094).nullable().optional(),
      physicalNetwork: z.string().trim().max(80).optional(),
      mtu: z.number().int().min(576).max(9216).nullable().optional(),
      purposes: z.array(z.enum(e.networkPurposes)).min(1).optional(),
    }),
    e.network,
  ),
  remove: command(z.object({ id: e.networkId }), nothing),
  /** What holds the network's addresses as they are. */
  dependants: query(z.object({ id: e.networkId }), z.array(e.networkDependant)),
  /** Asks now who else answers on its wire; what was found is in the network. */
  lookForOthers: command(z.object({ id: e.networkId }), e.network),
  /** Makes `<parent>.<vlanId>` with this address; needs the right to change interfaces. */
  createVlanInterface: command(
    z.object({
      parent: z.string().min(1).max(64),
      vlanId: z.number().int().min(1).max(4094),
      address: e.ipv4,
      prefixLength: z.number().int().min(1).max(30),
    }),
    e.networkInterface,
  ),
  /** Only one that we made, and that no network uses. */
  removeVlanInterface: command(z.object({ name: z.string().min(1).max(64) }), nothing),
  /** `full` first looks for other servers and is refused beside one unless `serveBesideOthers`. */
  setDhcpMode: command(
    z.object({ id: e.networkId, mode: z.enum(e.dhcpModes), serveBesideOthers: z.boolean().default(false) }),
    e.network,
  ),
  leases: query(z.object({ id: e.networkId }), z.array(e.lease)),
  /** The same, live. A lease that has ended stays until its address is needed. */
  leaseChanges: stream(z.object({ id: e.networkId }), z.array(e.lease), e.leasePatch),
} as const;
