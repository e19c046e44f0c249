import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planSecrets } from '#engine/provision/batch/plans.ts';
import { startRetention } from '#engine/provision/retention.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { WorldPatch } from '#shared/contract/index.ts';
import type { BatchId, DeploymentId } from '#shared/model/ids.ts';
import { aRequest, aServerPlan } from '#test/fakes/engine/stored-request.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aBatch, aDeployment, aNode, deploymentId, nodeId } from '#test/fakes/rows.ts';

const olderId = '33333333-3333-4333-8333-333333333330' as DeploymentId;
const dayMs = 86_400_000;
let clock: ReturnType<typeof manualClock>;
let store: Store;
let stop: () => void;

beforeEach(() => {
  clock = manualClock();
  store = openStore(':memory:', new Uint8Array(32), clock.now);
  stop = () => undefined;
});
afterEach(() => {
  stop();
  store.close();
});

const texts = () => store.timeline.list({}, 0, 10_000).map(({ details }) => details['step']);
const append = (step: string, about?: DeploymentId) => {
  store.timeline.append({
    kind: 'step',
    message: 'step.done',
    deploymentId: about ?? null,
    details: { step },
  });
  store.timeline.flush();
};

describe('the timeline', () => {
  it('forgets what is old, but not how a server came to what it is', async () => {
    store.nodes.save(aNode());
    store.deployments.create(aDeployment({ id: olderId, state: 'succeeded', createdAt: 1 }), aRequest());
    store.deployments.create(aDeployment({ id: deploymentId, state: 'failed', createdAt: 2 }), aRequest());
    append('a packet');
    append('the deployment before', olderId);
    append('the last deployment', deploymentId);
    clock.jump(91 * dayMs);
    append('now');
    stop = startRetention(store, clock, () => undefined);
    await clock.advance(1000);
    expect(texts()).toEqual(['the last deployment', 'now']);
  });

  it('keeps a day more when it is told to', async () => {
    store.settings.update({ timelineDays: 92 });
    append('a packet');
    clock.jump(91 * dayMs);
    stop = startRetention(store, clock, () => undefined);
    await clock.advance(1000);
    expect(texts()).toEqual(['a packet']);
  });

  it('forgets many in several commits', async () => {
    for (let count = 0; count < 1200; count += 1)
      store.timeline.append({ kind: 'boot', message: 'boot.next_device' });
    store.timeline.flush();
    clock.jump(91 * dayMs);
    stop = startRetention(store, clock, () => undefined);
    expect(texts()).toHaveLength(700);
    await clock.advance(1000);
    expect(texts()).toHaveLength(0);
  });
});

describe('batches', () => {
  const batchId = (number: number) =>
    `99999999-9999-4999-8999-${String(number).padStart(12, '0')}` as BatchId;
  const [waiting] = aBatch().servers;
  if (waiting === undefined) throw new Error('no server');
  const ended = (number: number, finishedAt = clock.now()) =>
    aBatch({
      id: batchId(number),
      state: 'ended',
      finishedAt,
      servers: [{ ...waiting, state: 'cancelled' }],
    });
  const sweep = async () => {
    stop();
    stop = startRetention(store, clock, () => undefined);
    await clock.advance(1000);
    return store.batches.list().map(({ id }) => id);
  };

  it('that ended long ago are forgotten with what was asked for in them, its passwords too', async () => {
    store.batches.create(ended(1), [aServerPlan()]);
    store.secrets.put(planSecrets(batchId(1), nodeId), 'root-password-hash', '$6$');
    const seen: WorldPatch[] = [];
    store.changes.subscribe(patch => seen.push(patch));
    clock.jump(89 * dayMs);
    store.batches.create(ended(2), []);
    clock.jump(2 * dayMs);
    expect(await sweep()).toEqual([batchId(2)]);
    expect(store.batches.plan(batchId(1), nodeId)).toBeUndefined();
    expect(store.secrets.all()).toEqual([]);
    expect(seen.at(-1)).toEqual({ op: 'remove', table: 'batches', ids: [batchId(1)] });
  });

  it('that wait, or whose deployments run, stay however old they are', async () => {
    store.nodes.save(aNode());
    store.deployments.create(aDeployment({ state: 'running' }), aRequest());
    store.batches.create(aBatch({ id: batchId(1), state: 'stopped' }), [aServerPlan()]);
    // Its deployment was tried again by itself, and nobody has looked at the batch since.
    const retried = { ...waiting, state: 'failed' as const, deploymentId };
    store.batches.create({ ...ended(2), servers: [retried] }, []);
    clock.jump(4000 * dayMs);
    expect(await sweep()).toEqual([batchId(1), batchId(2)]);
    store.deployments.save(aDeployment({ state: 'succeeded' }));
    expect(await sweep()).toEqual([batchId(1)]);
  });

  it('are forgotten a few in a commit', async () => {
    for (let number = 0; number < 50; number += 1) store.batches.create(ended(number), []);
    clock.jump(91 * dayMs);
    stop = startRetention(store, clock, () => undefined);
    expect(store.batches.list().length).toBeGreaterThanOrEqual(30);
    await clock.advance(1000);
    expect(store.batches.list()).toEqual([]);
  });
});

describe('what a screen begins with', () => {
  it("is each server's newest deployment", () => {
    store.nodes.save(aNode());
    store.deployments.create(aDeployment({ id: olderId, state: 'failed', createdAt: 1 }), aRequest());
    store.deployments.create(aDeployment({ state: 'running', createdAt: 2 }), aRequest());
    expect(store.deployments.current().map(({ id }) => id)).toEqual([deploymentId]);
    expect(store.deployments.ofNode(nodeId)).toHaveLength(2);
  });
});
