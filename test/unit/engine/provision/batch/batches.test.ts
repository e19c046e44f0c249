import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodedError } from '#shared/contract/errors.ts';
import type { PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import {
  openBatches,
  requestFor,
  type SimulatedBatches,
  serverId,
} from '#test/fakes/engine/simulated-batches.ts';
import { aNode, aPort } from '#test/fakes/rows.ts';

let rig: SimulatedBatches;
beforeEach(() => {
  rig = openBatches(4);
});
afterEach(() => rig.close());

const all = [1, 2, 3, 4].map(number => requestFor(number));
const unconfirmed = requestFor(2, { confirmed: null });
const withoutPort = () => {
  for (const port of rig.store.ports.ofNode(serverId(2))) rig.store.ports.remove(port.id);
};

describe('a batch', () => {
  it('begins as many as may run at once, in their order, and the next when one has ended', async () => {
    await rig.create(2, ...all);
    await rig.reach('running', 'running', 'waiting', 'waiting');
    await rig.idle();
    expect(rig.store.deployments.running()).toHaveLength(2);
    rig.succeed(2);
    await rig.reach('running', 'succeeded', 'running', 'waiting');
    rig.deployer.cancel(rig.deploymentOf(1).id);
    await rig.reach('cancelled', 'succeeded', 'running', 'running');
  });

  it('ends with its last server, and says how it went', async () => {
    await rig.create(4, requestFor(1), unconfirmed, requestFor(3));
    await rig.reach('running', 'refused', 'running');
    rig.succeed(1);
    rig.deployer.cancel(rig.deploymentOf(3).id);
    await rig.until(() => rig.batch().state === 'ended');
    expect(rig.states()).toEqual(['succeeded', 'refused', 'cancelled']);
    expect(rig.batch().finishedAt).toBe(rig.clock.now());
    expect(
      rig.store.timeline.list({}, 0, 1000).find(({ message }) => message === 'batch.ended'),
    ).toMatchObject({
      details: { name: 'wave', succeeded: 1, failed: 1, cancelled: 1 },
    });
  });

  it('goes on past a server that cannot be deployed, and keeps why', async () => {
    await rig.create(1, unconfirmed, requestFor(1));
    await rig.reach('refused', 'running');
    expect(rig.batch().servers[0]).toMatchObject({
      deploymentId: null,
      error: { code: 'deploy.not_confirmed', details: { hostName: 'web-02' } },
    });
    const told = rig.store.timeline.list({ nodeId: serverId(2) }, 0, 10);
    expect(told).toMatchObject([{ message: 'batch.refused', details: { code: 'deploy.not_confirmed' } }]);
  });

  it('counts a failed server as ended, with its error', async () => {
    rig.power.fail(new CodedError('bmc.unreachable', 'no answer', { address: '10.0.0.1', attempts: 3 }));
    await rig.create(1, requestFor(1), requestFor(2));
    await rig.reach('failed', 'running');
    expect(rig.batch().servers[0]?.error).toMatchObject({ code: 'bmc.unreachable' });
  });

  it('begins more when more may run at once, and waits when fewer may', async () => {
    const { id } = await rig.create(1, ...all);
    await rig.reach('running', 'waiting', 'waiting', 'waiting');
    rig.batches.setConcurrency(id, 3);
    await rig.reach('running', 'running', 'running', 'waiting');
    rig.batches.setConcurrency(id, 1);
    rig.succeed(1);
    rig.succeed(2);
    await rig.reach('succeeded', 'succeeded', 'running', 'waiting');
    await rig.idle();
    expect(rig.states()[3]).toBe('waiting');
  });

  it('runs beside another one, each with its own places', async () => {
    const first = await rig.create(1, requestFor(1), requestFor(2));
    const second = await rig.create(1, requestFor(3), requestFor(4));
    await rig.until(() => rig.store.deployments.running().length === 2);
    expect([rig.states(first.id), rig.states(second.id)]).toEqual([
      ['running', 'waiting'],
      ['running', 'waiting'],
    ]);
  });
});

it('what became of a server is told when the server is gone', async () => {
  await rig.create(1, requestFor(1), requestFor(2));
  await rig.reach('running', 'waiting');
  rig.succeed(1);
  await rig.reach('succeeded', 'running');
  rig.store.nodes.remove(serverId(1));
  rig.succeed(2);
  await rig.until(() => rig.batch().state === 'ended');
  expect(rig.states()).toEqual(['succeeded', 'succeeded']);
});

describe('a batch that is stopped', () => {
  it('lets what runs go on, begins nothing, and goes on when it is continued', async () => {
    const { id } = await rig.create(1, ...all);
    await rig.reach('running', 'waiting', 'waiting', 'waiting');
    expect(rig.batches.stop(id).state).toBe('stopping');
    rig.succeed(1);
    await rig.until(() => rig.batch().state === 'stopped');
    await rig.idle();
    expect(rig.states()).toEqual(['succeeded', 'waiting', 'waiting', 'waiting']);
    expect(rig.batches.continue(id).state).toBe('running');
    await rig.reach('succeeded', 'running', 'waiting', 'waiting');
    expect(rig.messages().filter(message => message.startsWith('batch.'))).toEqual([
      'batch.begun',
      'batch.stopped',
      'batch.continued',
    ]);
  });

  it('before its first server is stopped at once', async () => {
    const { id } = await rig.create(1, ...all);
    expect(rig.batches.stop(id).state).toBe('stopped');
    await rig.idle();
    expect(rig.store.deployments.list()).toEqual([]);
  });

  it('while its last servers run has ended with them', async () => {
    const { id } = await rig.create(1, requestFor(1));
    await rig.reach('running');
    rig.batches.stop(id);
    rig.succeed(1);
    await rig.until(() => rig.batch().state === 'ended');
  });
});

describe('a batch that is cancelled', () => {
  it('takes out what waits and cancels what runs', async () => {
    const { id } = await rig.create(1, ...all);
    await rig.reach('running', 'waiting', 'waiting', 'waiting');
    expect(
      rig.batches
        .cancel(id)
        .servers.slice(1)
        .map(({ state }) => state),
    ).toEqual(['cancelled', 'cancelled', 'cancelled']);
    await rig.until(() => rig.batch().state === 'ended');
    expect(rig.deploymentOf(1)).toMatchObject({ state: 'cancelled', error: { code: 'deploy.cancelled' } });
    expect(rig.store.deployments.list()).toHaveLength(1);
  });

  it('for one server goes on with the others', async () => {
    const { id } = await rig.create(1, ...all);
    await rig.reach('running', 'waiting', 'waiting', 'waiting');
    rig.batches.cancel(id, serverId(2));
    rig.batches.cancel(id, serverId(1));
    await rig.reach('cancelled', 'cancelled', 'running', 'waiting');
  });

  it('has nothing to cancel when it has ended', async () => {
    const { id } = await rig.create(1, requestFor(1));
    rig.batches.cancel(id);
    expect(() => rig.batches.cancel(id)).toThrow(expect.objectContaining({ code: 'batch.nothing_to_do' }));
    expect(() => rig.batches.stop(id)).toThrow(expect.objectContaining({ code: 'batch.nothing_to_do' }));
  });
});

describe('a server of a batch that is tried again', () => {
  it('waits for its turn, and goes on with its own deployment', async () => {
    const { id } = await rig.create(1, requestFor(1), requestFor(2));
    await rig.reach('running', 'waiting');
    const first = rig.deploymentOf(1).id;
    rig.batches.cancel(id, serverId(1));
    await rig.reach('cancelled', 'running');
    rig.batches.retry(id, serverId(1));
    await rig.idle();
    expect(rig.states()).toEqual(['waiting', 'running']);
    rig.succeed(2);
    await rig.reach('running', 'succeeded');
    expect(rig.store.deployments.ofNode(serverId(1)).map(deployment => deployment.id)).toEqual([first]);
  });

  it('after a refusal is deployed when its cause is gone, and the ended batch runs again', async () => {
    withoutPort();
    const { id } = await rig.create(1, requestFor(2));
    await rig.reach('refused');
    await rig.until(() => rig.batch().state === 'ended');
    rig.store.ports.save(
      aPort({
        id: serverId(2) as string as PortId,
        nodeId: serverId(2),
        address: '52:54:00:aa:00:02' as Mac,
      }),
    );
    expect(rig.batches.retry(id)).toMatchObject({ state: 'running', finishedAt: null });
    await rig.reach('running');
    expect(rig.batch().servers[0]?.error).toBeNull();
  });

  it('is refused for what stands against it, and keeps its deployment', async () => {
    const { id } = await rig.create(1, requestFor(1));
    await rig.reach('running');
    rig.batches.cancel(id);
    await rig.reach('cancelled');
    rig.store.images.remove(requestFor(1).imageId);
    rig.batches.retry(id);
    await rig.reach('refused');
    expect(rig.batch().servers[0]).toMatchObject({
      deploymentId: rig.deploymentOf(1).id,
      error: { code: 'image.not_ready' },
    });
  });

  it('in a batch that is stopped waits until it is continued', async () => {
    const { id } = await rig.create(1, requestFor(1), requestFor(2));
    await rig.reach('running', 'waiting');
    rig.batches.stop(id);
    rig.batches.cancel(id, serverId(1));
    await rig.reach('cancelled', 'waiting');
    rig.batches.retry(id);
    await rig.idle();
    expect(rig.states()).toEqual(['waiting', 'waiting']);
    rig.batches.continue(id);
    await rig.reach('running', 'waiting');
  });

  it('by itself is told in its batch, which takes up its place again', async () => {
    await rig.create(1, requestFor(1), requestFor(2));
    await rig.reach('running', 'waiting');
    rig.deployer.cancel(rig.deploymentOf(1).id);
    await rig.reach('cancelled', 'running');
    rig.succeed(2);
    await rig.until(() => rig.batch().state === 'ended');
    rig.deployer.retry(rig.deploymentOf(1).id);
    await rig.reach('running', 'succeeded');
    expect(rig.batch()).toMatchObject({ state: 'running', finishedAt: null });
    rig.succeed(1);
    await rig.until(() => rig.batch().state === 'ended');
    expect(rig.states()).toEqual(['succeeded', 'succeeded']);
  });

  it('is not while another batch has it', async () => {
    const first = await rig.create(1, requestFor(1));
    rig.batches.cancel(first.id);
    await rig.create(1, requestFor(2), requestFor(1));
    expect(() => rig.batches.retry(first.id)).toThrow(
      expect.objectContaining({ code: 'input.in_use', details: { what: 'r1u01', by: 'wave' } }),
    );
  });
});

describe('a server whose turn comes', () => {
  it('is refused when it is gone, and what was asked for it is forgotten', async () => {
    const { id } = await rig.create(1, requestFor(1), requestFor(2));
    await rig.reach('running', 'waiting');
    rig.store.nodes.remove(serverId(2));
    rig.succeed(1);
    await rig.reach('succeeded', 'refused');
    expect(rig.batch().servers[1]?.error).toMatchObject({ code: 'input.not_found' });
    expect(rig.store.batches.plan(id, serverId(2))).toBeUndefined();
  });

  it.each([
    ['deployed by hand', { provisionState: 'active', deploymentId: '33333333-3333-4333-8333-333333333333' }],
    ['given back', { provisionState: 'available', deploymentId: null }],
  ] as const)('is refused when it was %s meanwhile', async (_what, since) => {
    const before = _what === 'given back' ? '33333333-3333-4333-8333-333333333334' : null;
    const node = aNode({ id: serverId(2), name: 'r1u02', deploymentId: before as never });
    rig.store.nodes.save(node);
    await rig.create(1, requestFor(1), requestFor(2));
    await rig.reach('running', 'waiting');
    rig.store.nodes.save({ ...node, ...since, deploymentId: since.deploymentId as never });
    rig.succeed(1);
    await rig.reach('succeeded', 'refused');
    expect(rig.batch().servers[1]?.error).toMatchObject({
      code: 'batch.server_changed',
      details: { node: 'r1u02' },
    });
  });

  it('is deployed as it was asked for, with its own request and no other', async () => {
    await rig.create(
      2,
      requestFor(1),
      requestFor(2, { userData: '#cloud-config\n', growLastPartition: false }),
    );
    await rig.reach('running', 'running');
    expect(rig.store.deployments.request(rig.deploymentOf(2).id)).toMatchObject({
      hostName: 'web-02',
      userData: '#cloud-config\n',
      growLastPartition: false,
    });
  });
});
