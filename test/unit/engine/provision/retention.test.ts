import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRetention } from '#engine/provision/retention.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aDeployment, aNode, deploymentId, nodeId } from '#test/fakes/rows.ts';

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

describe('what a screen begins with', () => {
  it("is each server's newest deployment", () => {
    store.nodes.save(aNode());
    store.deployments.create(aDeployment({ id: olderId, state: 'failed', createdAt: 1 }), aRequest());
    store.deployments.create(aDeployment({ state: 'running', createdAt: 2 }), aRequest());
    expect(store.deployments.current().map(({ id }) => id)).toEqual([deploymentId]);
    expect(store.deployments.ofNode(nodeId)).toHaveLength(2);
  });
});
