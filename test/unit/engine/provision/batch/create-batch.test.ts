import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchHandlers } from '#engine/api/batches.ts';
import { contract } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import type { BatchId } from '#shared/model/ids.ts';
import {
  openBatches,
  requestFor,
  type SimulatedBatches,
  serverId,
} from '#test/fakes/engine/simulated-batches.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aDisk, aNetworkRequest, aNode, imageId } from '#test/fakes/rows.ts';

let rig: SimulatedBatches;
beforeEach(() => {
  rig = openBatches(4);
});
afterEach(() => rig.close());

const fixed = (address: string, segmentationId: number | null = null) => ({
  networks: [
    aNetworkRequest({
      segmentationId,
      address: { method: 'static', address: address as never, prefixLength: 24, gateway: null, dns: [] },
    }),
  ],
});
const never = new AbortController().signal;

describe('a batch is not made, and nothing of it is stored,', () => {
  it.each([
    ['the same server twice', requestFor(1, { hostName: 'web-02' }), 'servers.1.nodeId'],
    ['the same host name in other letters', requestFor(2, { hostName: 'WEB-01' }), 'servers.1.hostName'],
    ['the same fixed address', requestFor(2, fixed('10.77.0.5')), 'servers.1.networks'],
    ['an SSH key that is none', requestFor(2, { sshAuthorizedKeys: ['x'] }), 'servers.1.sshAuthorizedKeys'],
  ])('with %s', async (_what, second, path) => {
    await expect(rig.create(1, requestFor(1, fixed('10.77.0.5')), second)).rejects.toMatchObject({
      code: 'input.invalid',
      details: {
        issues: expect.arrayContaining([expect.objectContaining({ path: expect.stringMatching(path) })]),
      },
    });
    expect(rig.store.batches.list()).toEqual([]);
  });

  it('with a server that is not there', async () => {
    await expect(rig.create(1, requestFor(1), requestFor(9))).rejects.toMatchObject({
      code: 'input.not_found',
    });
    expect(rig.store.batches.list()).toEqual([]);
  });

  it('with a server that waits in another one', async () => {
    await rig.create(1, requestFor(1), requestFor(2));
    await expect(rig.create(1, requestFor(3), requestFor(2))).rejects.toMatchObject({
      code: 'input.in_use',
      details: { what: 'r1u02', by: 'wave' },
    });
    expect(rig.store.batches.list()).toHaveLength(1);
  });

  it('with a server of another one that is made at the same time', async () => {
    const made = await Promise.allSettled([rig.create(1, requestFor(1)), rig.create(1, requestFor(1))]);
    expect(made.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('with a server that is being deployed', async () => {
    rig.deployer.create(requestFor(1), null);
    await expect(rig.create(1, requestFor(1))).rejects.toMatchObject({
      code: 'input.in_use',
      details: { by: 'deployment' },
    });
  });

  it.each([
    ['no server', { servers: [] }],
    ['201 servers', { servers: Array.from({ length: 201 }, () => requestFor(1)) }],
    ['no place', { concurrency: 0 }],
    ['half a place', { concurrency: 1.5 }],
    ['201 places', { concurrency: 201 }],
    ['a name of spaces', { name: '  ' }],
  ])('by a page that asks for %s', (_what, wrong) => {
    const asked = { name: 'wave', concurrency: 1, servers: [requestFor(1)], ...wrong };
    expect(contract.batches.create.input.safeParse(asked).success).toBe(false);
  });
});

describe('the root password of a server that waits', () => {
  const hashOf = (owner: string) => rig.store.secrets.get(owner, 'root-password-hash');

  it('is sealed as its hash under the batch, and only under the deployment when that is made', async () => {
    const { id } = await rig.create(1, requestFor(1), requestFor(2, { rootPassword: 'correct horse' }));
    await rig.reach('running', 'waiting');
    expect(hashOf(`batch:${id}:${serverId(2)}`)).toBe('$6$hash');
    expect(JSON.stringify(rig.store.batches.plan(id, serverId(2)))).not.toContain('correct horse');
    rig.succeed(1);
    await rig.reach('succeeded', 'running');
    expect(hashOf(`batch:${id}:${serverId(2)}`)).toBeUndefined();
    expect(hashOf(`deployment:${rig.deploymentOf(2).id}`)).toBe('$6$hash');
    expect(rig.store.batches.plan(id, serverId(2))).toBeUndefined();
  });

  it('is forgotten when its ended batch is older than twenty others', async () => {
    const { id } = await rig.create(1, requestFor(1, { rootPassword: 'correct horse' }));
    rig.batches.cancel(id);
    for (let count = 0; count < 20; count += 1) {
      expect(hashOf(`batch:${id}:${serverId(1)}`)).toBe('$6$hash');
      await rig.clock.advance(1);
      rig.batches.cancel((await rig.create(1, requestFor(2))).id);
    }
    await rig.clock.advance(1);
    await rig.create(1, requestFor(3));
    expect(hashOf(`batch:${id}:${serverId(1)}`)).toBeUndefined();
    expect(rig.store.batches.plan(id, serverId(1))).toBeUndefined();
    expect(rig.store.batches.current().map(batch => batch.id)).not.toContain(id);
    expect(rig.store.batches.list()).toHaveLength(22);
  });
});

describe('what a person saw of a disk', () => {
  const disk = aDisk();
  const inspected = (contents: string[]) =>
    rig.store.nodes.save(
      aNode({ id: serverId(2), name: 'r1u02', inventory: anInventory({ disks: [{ ...disk, contents }] }) }),
    );
  const onDisk = requestFor(2, {
    disk: { by: 'person', disk: identityOf(disk) },
    confirmed: { hostName: 'web-02', disks: [identityOf(disk)] },
  });
  async function afterTheFirst(change: () => void): Promise<void> {
    await rig.create(1, requestFor(1), onDisk);
    await rig.reach('running', 'waiting');
    change();
    rig.succeed(1);
    await rig.until(() => rig.states()[1] !== 'waiting');
  }

  it('is what may be overwritten when its turn comes', async () => {
    inspected(['sda1 ext4 "old"']);
    await afterTheFirst(() => undefined);
    expect(rig.states()).toEqual(['succeeded', 'running']);
    expect(rig.store.deployments.request(rig.deploymentOf(2).id).reviewed).toMatchObject([
      { serial: disk.serial, contents: ['sda1 ext4 "old"'] },
    ]);
  });

  it('is not data that came there since, whatever was confirmed', async () => {
    inspected(['sda1 ext4 "old"']);
    await afterTheFirst(() => inspected(['sda1 ext4 "old"', 'sda2 xfs "orders"']));
    expect(rig.batch().servers[1]).toMatchObject({
      state: 'refused',
      error: { code: 'deploy.disk_changed', details: { contents: ['sda1 ext4 "old"', 'sda2 xfs "orders"'] } },
    });
  });
});

describe('a review of a batch', () => {
  const reviewed = (...servers: ReturnType<typeof requestFor>[]) =>
    batchHandlers(rig.store, rig.batches, rig.services().bootServer).review({ servers }, never);
  const codes = (found: Awaited<ReturnType<typeof reviewed>>) =>
    found.map(({ conflicts }) => conflicts.map(({ code }) => code));

  it('names what two servers cannot both have, and which', async () => {
    const found = await reviewed(
      requestFor(1, fixed('10.77.0.5')),
      requestFor(2, { ...fixed('10.77.0.5'), hostName: 'Web-01' }),
      requestFor(3, fixed('10.77.0.5', 20)),
    );
    expect(found[0]?.conflicts).toEqual([
      { code: 'same_host_name', details: { hostName: 'web-01', servers: ['r1u02'] } },
      { code: 'same_address', details: { address: '10.77.0.5', servers: ['r1u02', 'r1u03'] } },
    ]);
  });

  it('lets two VLANs have the same address', async () => {
    const found = await reviewed(
      requestFor(1, fixed('10.77.0.5', 10)),
      requestFor(2, fixed('10.77.0.5', 20)),
    );
    expect(codes(found)).toEqual([[], []]);
  });

  it('tells of a server that waits in a batch, and of one that is gone among the others', async () => {
    await rig.create(1, requestFor(2), requestFor(1));
    const found = await reviewed(requestFor(1), requestFor(9), requestFor(3));
    expect(codes(found)).toEqual([['waits_in_batch'], [], []]);
    expect(found.map(({ review }) => review.blockers.map(({ code }) => code))).toEqual([
      [],
      ['input.not_found'],
      [],
    ]);
  });
});

it('what a server waits for is known, until it has its deployment', async () => {
  const { id } = await rig.create(1, requestFor(2), requestFor(1));
  await rig.reach('running', 'waiting');
  const request = expect.objectContaining({ imageId, nodeId: serverId(1) });
  expect(rig.store.batches.waiting()).toEqual([{ batch: { id, name: 'wave' }, request, deploymentId: null }]);
  rig.succeed(2);
  await rig.reach('succeeded', 'running');
  expect(rig.store.batches.waiting()).toEqual([]);
});

it('a batch that is not there is said so', () => {
  const unknown = '99999999-9999-4999-8999-999999999999' as BatchId;
  expect(() => rig.batches.stop(unknown)).toThrow(
    expect.objectContaining({ code: 'input.not_found', details: { what: 'batch', id: unknown } }),
  );
});
