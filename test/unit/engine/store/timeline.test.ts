import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore, type Store } from '#engine/store/store.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { aDeployment, aNode, deploymentId } from '#test/fakes/rows.ts';

/** Each look at the clock finds it this much later: a write takes as long. */
let stepMs: number;
let at: number;
let store: Store;
let heard: number[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'clearTimeout', 'clearImmediate'] });
  stepMs = 0;
  at = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    at += stepMs;
    return at;
  });
  store = openStore(':memory:', new Uint8Array(32), () => 42);
  heard = [];
  store.timeline.subscribe(event => heard.push(event.seq));
});
afterEach(() => {
  store.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const append = () =>
  store.timeline.append({
    kind: 'dhcp',
    message: 'dhcp.refused',
    details: { address: '10.0.0.9', mac: 'x' },
  });
const pass = (ms: number) => {
  at += ms;
  vi.advanceTimersByTime(ms);
};

describe('events that come in a storm', () => {
  it('are written in the next turn when the disk is quick', () => {
    append();
    append();
    pass(0);
    append();
    pass(0);
    expect(heard).toEqual([1, 2, 3]);
  });

  it('wait together while a slow disk rests, and are then all there', () => {
    stepMs = 10;
    append();
    pass(0);
    expect(heard).toEqual([1]);
    stepMs = 0;
    for (let count = 0; count < 50; count += 1) append();
    pass(80);
    expect(heard).toEqual([1]);
    pass(10);
    expect(heard).toHaveLength(51);
  });

  it('do not hold back what the engine itself did, which takes them along in order', () => {
    stepMs = 10;
    append();
    pass(0);
    append();
    store.timeline.append({ kind: 'step', message: 'step.started', details: { step: 'prepare' } });
    pass(0);
    expect(heard).toEqual([1, 2, 3]);
    expect(store.timeline.list({}, 0, 10).map(({ kind }) => kind)).toEqual(['dhcp', 'dhcp', 'step']);
  });

  it('never wait longer than a quarter of a second', () => {
    stepMs = 5000;
    append();
    pass(0);
    stepMs = 0;
    append();
    pass(250);
    expect(heard).toEqual([1, 2]);
  });

  it('are read in spite of the rest, once', () => {
    stepMs = 10;
    append();
    pass(0);
    append();
    expect(store.timeline.list({}, 0, 10)).toHaveLength(2);
    pass(1000);
    expect(heard).toEqual([1, 2]);
  });

  it('are on the disk when the store was closed', () => {
    stepMs = 10;
    append();
    pass(0);
    append();
    store.close();
    expect(heard).toEqual([1, 2]);
  });
});

it('what was told in a transaction that is rolled back is told to nobody, and what came before is', () => {
  append();
  const failing = () =>
    store.transaction(() => {
      store.transaction(append);
      throw new Error('full');
    });
  expect(failing).toThrow('full');
  append();
  expect(store.timeline.list({}, 0, 10)).toHaveLength(2);
  expect(heard).toEqual([1, 2]);
});

it('many deployments share what is told at once: of each how it began and the newest, up to a minute after its end', () => {
  const busy = deploymentId;
  const quiet = '33333333-3333-4333-8333-33333333333f' as DeploymentId;
  let now = 0;
  const own = openStore(':memory:', new Uint8Array(32), () => now);
  own.nodes.save(aNode());
  own.deployments.create(aDeployment({ id: busy, state: 'succeeded', finishedAt: 100 }), aRequest());
  own.deployments.create(aDeployment({ id: quiet, createdAt: 5 }), aRequest());
  const tell = (id: DeploymentId, at: number) => {
    now = at;
    own.timeline.append({ kind: 'boot', deploymentId: id, message: 'boot.next_device' });
  };
  for (let at = 0; at < 100; at += 1) tell(busy, at);
  tell(quiet, 100);
  tell(busy, 60_100);
  tell(busy, 60_101);
  const told = own.timeline.ofEach([busy, quiet], 8);
  own.close();
  expect(told.filter(event => event.deploymentId === busy).map(({ at }) => at)).toEqual([0, 1, 99, 60_100]);
  expect(told.filter(event => event.deploymentId === quiet).map(({ at }) => at)).toEqual([100]);
  expect(told.map(({ seq }) => seq)).toEqual(
    told.map(({ seq }) => seq).toSorted((one, other) => one - other),
  );
});
