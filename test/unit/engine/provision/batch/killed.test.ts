import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  openBatches,
  requestFor,
  type SimulatedBatches,
  serverId,
} from '#test/fakes/engine/simulated-batches.ts';

let rig: SimulatedBatches;
beforeEach(() => {
  rig = openBatches(3);
});
afterEach(() => {
  vi.restoreAllMocks();
  rig.close();
});

const all = [1, 2, 3].map(number => requestFor(number));
const diskIsFull = () => {
  throw new SqliteDatabase.SqliteError('database or disk is full', 'SQLITE_FULL');
};

describe('an engine that is killed', () => {
  it('right after a batch was made begins it at its next start', async () => {
    await rig.create(2, ...all);
    rig.die();
    await rig.idle();
    expect(rig.store.deployments.list()).toEqual([]);
    rig.startAgain();
    await rig.reach('running', 'running', 'waiting');
  });

  it('after a deployment was made, and before anybody heard of it, makes no second one', async () => {
    await rig.create(1, ...all);
    await rig.until(() => rig.store.deployments.list().length > 0);
    expect(rig.batch().servers[0]).toMatchObject({ state: 'running', deploymentId: rig.deploymentOf(1).id });
    rig.startAgain();
    await rig.idle();
    expect(rig.store.deployments.list()).toHaveLength(1);
    expect(rig.states()).toEqual(['running', 'waiting', 'waiting']);
  });

  it('before it heard of an end takes it up at its next start, and the next server', async () => {
    await rig.create(1, ...all);
    await rig.reach('running', 'waiting', 'waiting');
    rig.die();
    rig.succeed(1);
    expect(rig.states()).toEqual(['running', 'waiting', 'waiting']);
    rig.startAgain();
    await rig.reach('succeeded', 'running', 'waiting');
  });

  it('in a stopped batch begins nothing at its next start', async () => {
    const { id } = await rig.create(1, ...all);
    await rig.reach('running', 'waiting', 'waiting');
    rig.batches.stop(id);
    rig.die();
    rig.succeed(1);
    rig.startAgain();
    await rig.until(() => rig.batch().state === 'stopped');
    await rig.idle();
    expect(rig.states()).toEqual(['succeeded', 'waiting', 'waiting']);
  });

  it('between the cancel of a batch and that of its deployments cancels them at its next start', async () => {
    const { id } = await rig.create(1, ...all);
    await rig.reach('running', 'waiting', 'waiting');
    vi.spyOn(rig.deployer, 'cancel').mockImplementation(() => undefined);
    rig.batches.cancel(id);
    rig.startAgain();
    await rig.until(() => rig.batch().state === 'ended');
    expect(rig.states()).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  it('before it heard that a deployment of an ended batch is tried again shows it at its next start', async () => {
    const { id } = await rig.create(1, requestFor(1));
    await rig.reach('running');
    rig.batches.cancel(id);
    await rig.until(() => rig.batch().state === 'ended');
    rig.die();
    rig.deployer.retry(rig.deploymentOf(1).id);
    rig.startAgain();
    await rig.reach('running');
    expect(rig.batch().state).toBe('running');
  });

  it('after a retry was asked for tries again at its next start', async () => {
    const { id } = await rig.create(1, requestFor(1), requestFor(2));
    await rig.reach('running', 'waiting');
    rig.batches.cancel(id);
    await rig.until(() => rig.batch().state === 'ended');
    rig.batches.retry(id, serverId(1));
    rig.die();
    await rig.idle();
    expect(rig.states()).toEqual(['waiting', 'cancelled']);
    rig.startAgain();
    await rig.reach('running', 'cancelled');
  });
});

describe('a disk that is full', () => {
  it('while a turn is stored leaves neither deployment nor place, and the turn comes when there is room', async () => {
    await rig.create(1, ...all);
    const save = vi.spyOn(rig.store.batches, 'save').mockImplementation(diskIsFull);
    await rig.until(() => save.mock.calls.length > 0);
    await rig.idle();
    expect(rig.store.deployments.list()).toEqual([]);
    expect(rig.store.nodes.find(serverId(1))).toMatchObject({
      provisionState: 'available',
      deploymentId: null,
    });
    save.mockRestore();
    await rig.clock.advance(5000);
    await rig.reach('running', 'waiting', 'waiting');
  });

  it('while a batch is made leaves nothing of it', async () => {
    vi.spyOn(rig.store.secrets, 'put').mockImplementation(diskIsFull);
    await expect(rig.create(1, requestFor(1), requestFor(2, { rootPassword: 'x' }))).rejects.toThrow('full');
    expect(rig.store.batches.list()).toEqual([]);
    expect(rig.messages()).not.toContain('batch.begun');
  });
});
