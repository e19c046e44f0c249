import { z } from 'zod';
import { diskIdentity, imageId, networkPlace, nodeId, portgroupId, portId } from '#shared/contract/index.ts';
import { newRowKey } from '../../ui/list-rows.ts';
import { addressMethods, taggings } from '../deploy/network-rows.ts';
import { diskPolicies, type Plan } from './plan.ts';
import type { PlanHistory } from './plan-history.ts';

const networkRow = z.object({
  /** Of this page's life: another one counts anew. */
  key: z.string().transform(() => newRowKey()),
  networkId: z.string(),
  vlanId: z.string(),
  place: networkPlace,
  tagging: z.enum(taggings),
  method: z.enum(addressMethods),
  address: z.string(),
  gateway: z.string(),
  dns: z.string(),
  mtu: z.string(),
  routes: z.string(),
});

const stagedServer = z.object({
  imageId: imageId.nullable(),
  networks: z.array(networkRow),
  bonds: z.array(z.object({ id: portgroupId, name: z.string(), portIds: z.array(portId) })),
  disk: diskIdentity.nullable(),
  raidDisks: z.array(diskIdentity),
  hostName: z.string().nullable(),
  profileId: z.string().nullable(),
});

const plan = z.object({
  servers: z.record(nodeId as z.ZodType<string, string>, stagedServer),
  forAll: z.object({
    hostNames: z.string(),
    firstNumber: z.number().int().nonnegative(),
    diskPolicy: z.enum(diskPolicies),
    profileId: z.string(),
    sshKeys: z.string().nullable(),
  }),
});

const history = z.object({ past: z.array(plan), present: plan });

/** What a page before this one kept; nothing where it is not of this form. */
export function readPlan(stored: unknown): Partial<Pick<PlanHistory, 'past' | 'present'>> {
  const parsed = history.safeParse(stored);
  return parsed.success ? (parsed.data satisfies { past: Plan[]; present: Plan }) : {};
}
