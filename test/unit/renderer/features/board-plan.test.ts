import { describe, expect, it } from 'vitest';
import { changedPlan, emptyPlan, type PlanChange, stagedOf } from '#renderer/features/board/plan.ts';
import { afterChange, newHistory, redone, undone } from '#renderer/features/board/plan-history.ts';
import { readPlan } from '#renderer/features/board/stored-plan.ts';
import { newNetworkRow } from '#renderer/features/deploy/network-rows.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import type { NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import { aDisk, imageId, networkId, nodeId } from '#test/fakes/rows.ts';

const otherId = '11111111-1111-4111-8111-111111111112' as NodeId;
const portIds = ['55555555-5555-4555-8555-555555555551', '55555555-5555-4555-8555-555555555552'] as PortId[];
const stagedId = '77777777-7777-4777-8777-777777777771' as PortgroupId;
const madeId = '77777777-7777-4777-8777-777777777772' as PortgroupId;
const bond = { id: stagedId, name: 'bond0', portIds };
const onBond = { ...newNetworkRow({ by: 'portgroup', portgroupId: stagedId }), networkId };
const image: PlanChange = { is: 'image', nodeIds: [nodeId, otherId], imageId };

const planOf = (...changes: readonly PlanChange[]) => changes.reduce(changedPlan, emptyPlan);

describe('the plan', () => {
  it('gives an image to several servers; another one forgets the disk that was chosen for the first', () => {
    const disk = identityOf(aDisk());
    const chosen = planOf(image, { is: 'server', nodeId, change: { disk } });
    expect(stagedOf(chosen, nodeId)).toMatchObject({ imageId, disk });
    expect(changedPlan(chosen, { ...image, imageId: null }).servers[nodeId]).toMatchObject({
      imageId: null,
      disk: null,
    });
    expect(stagedOf(changedPlan(chosen, image), nodeId).disk).toEqual(disk);
  });

  it('takes the networks of a bond away with it', () => {
    const free = { ...newNetworkRow(), networkId };
    const plan = planOf(
      { is: 'bond', nodeId, bond },
      {
        is: 'networks',
        given: [
          { nodeId, row: onBond },
          { nodeId, row: free },
        ],
      },
      { is: 'remove-bond', nodeId, id: stagedId },
    );
    expect(stagedOf(plan, nodeId)).toMatchObject({ bonds: [], networks: [free] });
  });

  it('names a bond that is made by the engine’s id from then on', () => {
    const plan = planOf(
      { is: 'bond', nodeId, bond },
      { is: 'networks', given: [{ nodeId, row: onBond }] },
      { is: 'bond-made', nodeId, id: stagedId, madeId },
    );
    expect(stagedOf(plan, nodeId)).toMatchObject({
      bonds: [],
      networks: [{ place: { by: 'portgroup', portgroupId: madeId } }],
    });
  });
});

describe('undo', () => {
  it('goes back step by step and forward again; a new change ends the way forward', () => {
    const one = afterChange(newHistory, image, 0);
    const two = afterChange(one, { is: 'clear' }, 10);
    expect(undone(two).present).toBe(one.present);
    expect(undone(undone(two)).present).toBe(emptyPlan);
    expect(undone(undone(undone(two))).present).toBe(emptyPlan);
    expect(redone(undone(two)).present).toBe(two.present);
    const other: PlanChange = { is: 'bond', nodeId, bond };
    const another = afterChange(undone(two), other, 20);
    expect(redone(another)).toBe(another);
  });

  it('takes what is typed in one go as one step', () => {
    const typed = ['w', 'we', 'web'].reduce(
      (history, hostNames, index) =>
        afterChange(history, { is: 'for-all', change: { hostNames } }, 5000 + index * 100),
      newHistory,
    );
    expect(typed.past).toHaveLength(1);
    expect(afterChange(typed, { is: 'for-all', change: { hostNames: 'x' } }, 9000).past).toHaveLength(2);
  });

  it('does not reach behind a bond that the engine has made', () => {
    const made = afterChange(
      afterChange(newHistory, { is: 'bond', nodeId, bond }, 0),
      { is: 'bond-made', nodeId, id: stagedId, madeId },
      1,
    );
    expect(undone(made)).toBe(made);
  });
});

describe('what a page kept', () => {
  it('is read again, with row keys of this page’s own', () => {
    const history = afterChange(newHistory, { is: 'networks', given: [{ nodeId, row: onBond }] }, 0);
    const read = readPlan(JSON.parse(JSON.stringify(history)));
    const { key, ...row } = onBond;
    expect(read.present?.servers[nodeId]?.networks).toEqual([{ ...row, key: expect.any(String) }]);
    expect(read.present?.servers[nodeId]?.networks[0]?.key).not.toBe(key);
  });

  it.each([null, 3, {}, { past: [], present: { servers: { x: {} }, forAll: {} } }])(
    'is dropped where it is of another form: %j',
    stored => expect(readPlan(stored)).toEqual({}),
  );
});
