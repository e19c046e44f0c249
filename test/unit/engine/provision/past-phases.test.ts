import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pastPhasesOf, usualSteps } from '#engine/provision/past-phases.ts';
import { progressKeeper } from '#engine/provision/progress-keeper.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { Deployment } from '#shared/contract/index.ts';
import type { DeploymentId, ImageId, NodeId } from '#shared/model/ids.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aDeployment, aNode, aStep, imageId } from '#test/fakes/rows.ts';

const otherImage = '22222222-2222-4222-8222-2222222222ff' as ImageId;
let store: Store;
let made: number;
beforeEach(() => {
  made = 0;
  store = openStore(':memory:', new Uint8Array(32), () => 1);
});
afterEach(() => store.close());

interface Past {
  readonly product?: string;
  readonly durationMs?: number;
  readonly change?: Partial<Deployment>;
}

/** A server of its own with one deployment of two steps. */
function aRun({ product = 'R740', durationMs = 60_000, change = {} }: Past = {}): DeploymentId {
  made += 1;
  const tail = String(made).padStart(12, '0');
  const id = `33333333-3333-4333-8333-${tail}` as DeploymentId;
  const nodeId = `11111111-1111-4111-8111-${tail}` as NodeId;
  const { system, ...inventory } = anInventory();
  store.nodes.save(
    aNode({ id: nodeId, name: `n${made}`, inventory: { ...inventory, system: { ...system, product } } }),
  );
  const done = { state: 'done', startedAt: 1000, finishedAt: 1000 + durationMs } as const;
  store.deployments.create(
    aDeployment({
      id,
      nodeId,
      state: 'succeeded',
      createdAt: made,
      finishedAt: 9,
      steps: [
        aStep('wait-call-back', done),
        aStep('write-image', done),
        aStep('prepare', { state: 'skipped' }),
      ],
      ...change,
    }),
    aRequest(),
  );
  return id;
}
const present = () => aRun({ change: { state: 'running', finishedAt: null } });
const namesOf = (id: DeploymentId) => pastPhasesOf(store, id).steps.map(({ name }) => name);

describe('what is usual', () => {
  it('is the median of successful deployments of the same kind on servers of the same model', () => {
    for (const durationMs of [60_000, 70_000, 80_000]) aRun({ durationMs });
    aRun({ product: 'DL380', durationMs: 600_000 });
    aRun({ durationMs: 600_000, change: { state: 'failed' } });
    aRun({ durationMs: 600_000, change: { kind: 'partition-image' } });
    expect(pastPhasesOf(store, present())).toMatchObject({
      product: 'R740',
      steps: [
        { name: 'wait-call-back', runs: 3, medianMs: 70_000 },
        { name: 'write-image', runs: 3, medianMs: 70_000 },
      ],
    });
  });

  it('is not told from fewer than three runs, nor from the deployment itself', () => {
    aRun();
    aRun();
    expect(namesOf(present())).toEqual([]);
    expect(namesOf(aRun())).toEqual([]);
    expect(namesOf(aRun())).not.toEqual([]);
  });

  it('is not told of a server that nobody has inspected', () => {
    for (let run = 0; run < 4; run += 1) aRun();
    const id = present();
    const { nodeId } = store.deployments.find(id) ?? aDeployment();
    store.nodes.save(aNode({ id: nodeId, name: 'bare', inventory: null }));
    expect(namesOf(id)).toEqual([]);
  });

  it('is told of the steps that write an image only from runs with that image', () => {
    for (let run = 0; run < 3; run += 1) aRun({ change: { imageId: otherImage } });
    expect(namesOf(present())).toEqual(['wait-call-back']);
    for (let run = 0; run < 3; run += 1) aRun({ change: { imageId } });
    expect(namesOf(present())).toEqual(['wait-call-back', 'write-image']);
  });
});

describe('the slow bound', () => {
  const bound = (...durations: number[]) =>
    usualSteps(
      durations.map(durationMs => ({ name: 'power-on', durationMs, imageId: null })),
      null,
    )[0]?.slowMs;

  it('leaves room for what varies, and is not moved by one odd run', () => {
    expect(bound(100, 100, 100)).toBe(5100);
    expect(bound(60_000, 60_000, 60_000)).toBe(90_000);
    expect(bound(60_000, 61_000, 59_000, 3_600_000)).toBeLessThan(100_000);
    expect(bound(30_000, 60_000, 90_000)).toBeGreaterThan(180_000);
  });
});

describe('the way of a step through its bytes', () => {
  it('is kept at each tenth, and from the start again when it reads back', () => {
    const deployment = store.deployments.find(present()) ?? aDeployment();
    const keep = progressKeeper(store, deployment, 'write-image');
    const at = (doneBytes: number) =>
      keep({ doneBytes, totalBytes: 1000, bytesPerSecond: 50, etaSeconds: null });
    for (const done of [0, 50, 99, 100, 120, 350, 999, 1000, 10, 110]) at(done);
    keep({ doneBytes: 5, totalBytes: 0, bytesPerSecond: 0, etaSeconds: null });
    keep(null);
    const told = store.timeline.list({ deploymentId: deployment.id }, 0, 100);
    expect(told.map(({ details }) => details['doneBytes'])).toEqual([100, 350, 999, 1000, 110]);
  });
});
