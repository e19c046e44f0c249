import type { z } from 'zod';
import type { Batch, Deployment, deployRequest, RacksideClient } from '#shared/contract/index.ts';

/** As a person does who reads the review and types the host name. */
export async function deployConfirmed(
  { deployments }: Pick<RacksideClient, 'deployments'>,
  request: z.input<typeof deployRequest>,
): Promise<Deployment> {
  const { disk } = await deployments.review(request);
  const disks = [...(disk === null ? [] : [disk]), ...(request.raidDisks ?? [])];
  return deployments.create({ ...request, confirmed: { hostName: request.hostName, disks } });
}

/** The same for many at once. */
export async function createConfirmedBatch(
  { batches }: Pick<RacksideClient, 'batches'>,
  { servers, ...batch }: Parameters<RacksideClient['batches']['create']>[0],
): Promise<Batch> {
  const reviews = await batches.review({ servers });
  const confirmed = servers.map((request, index) => {
    const disk = reviews[index]?.review.disk ?? null;
    return { ...request, confirmed: { hostName: request.hostName, disks: disk === null ? [] : [disk] } };
  });
  return batches.create({ ...batch, servers: confirmed });
}
