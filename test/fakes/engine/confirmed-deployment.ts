import type { z } from 'zod';
import type { Deployment, deployRequest, RacksideClient } from '#shared/contract/index.ts';

/** As a person does who reads the review and types the host name. */
export async function deployConfirmed(
  { deployments }: Pick<RacksideClient, 'deployments'>,
  request: z.input<typeof deployRequest>,
): Promise<Deployment> {
  const { disk } = await deployments.review(request);
  const disks = [...(disk === null ? [] : [disk]), ...(request.raidDisks ?? [])];
  return deployments.create({ ...request, confirmed: { hostName: request.hostName, disks } });
}
