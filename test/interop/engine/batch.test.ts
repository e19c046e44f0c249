import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Batch } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { openRack, until } from './rack-rig.ts';

const servers = 6;

let rack: Awaited<ReturnType<typeof openRack>>;
beforeEach(async () => {
  rack = await openRack(servers);
});
afterEach(() => rack.close());

/** The largest number of deployments that any page ever saw running. */
function watchRunning() {
  const running = new Set<DeploymentId>();
  let most = 0;
  const stop = rack.client.world.changes(
    {},
    {
      onSnapshot: () => undefined,
      onPatch(patch) {
        if (patch.op !== 'put' || patch.table !== 'deployments') return;
        if (patch.row.state === 'running') running.add(patch.row.id);
        else running.delete(patch.row.id);
        most = Math.max(most, running.size);
      },
    },
  );
  return { most: () => most, stop };
}

/** As a person does who reads the review of all servers and types each host name. */
async function confirmed() {
  const image = await rack.theImage();
  const nodes = await until(
    () => rack.client.nodes.list({}),
    all => all.every(({ provisionState }) => provisionState === 'available'),
  );
  const requests = nodes.map(({ id }, index) => ({
    nodeId: id,
    imageId: image.id,
    disk: { by: 'hints' as const, hints: { name: 'sda' } },
    hostName: `web-0${index}`,
  }));
  const reviews = await rack.client.batches.review({ servers: requests });
  expect(reviews.flatMap(({ review, conflicts }) => [...review.blockers, ...conflicts])).toEqual([]);
  return requests.map((request, index) => {
    const disk = reviews[index]?.review.disk ?? null;
    return { ...request, confirmed: { hostName: request.hostName, disks: disk === null ? [] : [disk] } };
  });
}

async function ended(id: Batch['id']): Promise<Batch> {
  const all = await until(
    () => rack.client.batches.list({}),
    batches => batches.some(batch => batch.id === id && batch.state === 'ended'),
  );
  const found = all.find(batch => batch.id === id);
  if (found === undefined) throw new Error('the batch is gone');
  return found;
}

it('a batch of six, two at once, of which one fails and is tried again', async () => {
  const requests = await confirmed();
  const [, faulty] = requests;
  if (faulty === undefined) throw new Error('the rack is empty');
  await rack.client.virtualRack.setFault({ nodeId: faulty.nodeId, fault: 'disk-fails' });
  const watch = watchRunning();
  const { id } = await rack.client.batches.create({ name: 'wave', concurrency: 2, servers: requests });

  const first = await ended(id);
  expect(first.servers.map(({ state }) => state)).toEqual([
    'succeeded',
    'failed',
    ...Array.from({ length: servers - 2 }, () => 'succeeded'),
  ]);
  expect(first.servers[1]?.error).toMatchObject({
    code: 'deploy.step_failed',
    details: { step: 'write-image', code: 'write-failed' },
  });

  await rack.client.virtualRack.setFault({ nodeId: faulty.nodeId, fault: 'none' });
  expect((await rack.client.batches.retry({ id })).state).toBe('running');
  const second = await ended(id);
  expect(second.servers.map(({ state }) => state)).toEqual(
    Array.from({ length: servers }, () => 'succeeded'),
  );
  expect(second.servers[1]?.deploymentId).toBe(first.servers[1]?.deploymentId);
  expect(watch.most()).toBe(2);
  expect(await rack.client.nodes.get({ id: faulty.nodeId })).toMatchObject({ provisionState: 'active' });
  watch.stop();

  const proposal = await rack.client.batches.propose({ servers: requests });
  // How many at once depends on how quick this computer was; `proposal.test.ts` has the rule.
  expect(proposal.measuredDeployments).toBe(servers);
  expect(proposal.concurrency).toBeGreaterThanOrEqual(1);
  expect(proposal.concurrency).toBeLessThanOrEqual(servers);
});
