import { describe, expect, it } from 'vitest';
import {
  allowedActions,
  consequenceOf,
  needsConfirmation,
  nodeActions,
  nodeTone,
  powerActionsOf,
  suggestedAction,
} from '#renderer/features/rack/node-actions.ts';
import type { Node } from '#shared/contract/index.ts';
import { type ProvisionState, provisionStates } from '#shared/model/provision-state.ts';
import { aDeployment, aNode } from '#test/fakes/rows.ts';
import { aBmc } from '../rows.ts';

const error = {
  code: 'bmc.unreachable',
  level: 'peer',
  retryable: true,
  message: '',
  details: { address: '10.0.0.1', attempts: 5 },
} as const;

describe('what may be done to a server', () => {
  it('follows its state', () => {
    const allowed = (provisionState: ProvisionState) => [
      ...allowedActions(aNode({ provisionState }), undefined),
    ];
    expect(allowed('available')).toEqual(['deploy', 'inspect', 'clean', 'rescue', 'edit', 'remove']);
    expect(allowed('deploying')).toEqual(['abort', 'edit']);
    expect(allowed('active')).toEqual(['deploy', 'rescue', 'release', 'edit', 'remove']);
    expect(allowed('rescue')).toEqual(['leave-rescue', 'leave-rescue-off', 'edit', 'remove']);
    expect(allowed('enroll')).toEqual(['manage', 'edit', 'remove']);
  });

  it('includes power only with a BMC', () => {
    expect(allowedActions(aNode(), undefined).has('power-on')).toBe(false);
    expect(allowedActions(aNode({ bmc: aBmc }), undefined).has('power-on')).toBe(true);
  });

  it('offers power by its state, and both ways where the state is not known', () => {
    expect(powerActionsOf('power off')).toEqual(['power-on', 'identify']);
    expect(powerActionsOf('power on')).not.toContain('power-on');
    expect(powerActionsOf('unknown')).toEqual([
      'power-on',
      'soft-power-off',
      'power-off',
      'power-cycle',
      'identify',
    ]);
  });

  it('includes erasing disks where nothing runs on it, and again after it failed', () => {
    const erasable = provisionStates.filter(provisionState =>
      allowedActions(aNode({ provisionState }), undefined).has('clean'),
    );
    expect(erasable).toEqual(['manageable', 'available', 'clean failed']);
    const failed = aNode({ provisionState: 'clean failed' });
    const cleaning = aDeployment({ kind: 'cleaning', state: 'failed' });
    expect(suggestedAction(allowedActions(failed, cleaning), failed)).toBe('retry');
  });

  it('includes a retry only of a deployment that failed', () => {
    const node = aNode({ provisionState: 'deploy failed' });
    expect(allowedActions(node, aDeployment({ state: 'failed' })).has('retry')).toBe(true);
    expect(allowedActions(node, aDeployment({ state: 'cancelled' })).has('retry')).toBe(false);
  });

  it('suggests the next step, and nothing for a server that is done', () => {
    const suggest = (node: ReturnType<typeof aNode>) =>
      suggestedAction(allowedActions(node, aDeployment({ state: 'failed' })), node);
    expect(suggest(aNode())).toBe('deploy');
    expect(suggest(aNode({ provisionState: 'deploy failed' }))).toBe('retry');
    expect(suggest(aNode({ provisionState: 'enroll' }))).toBe('manage');
    expect(suggest(aNode({ provisionState: 'active' }))).toBeUndefined();
  });
});

it('a release says that disks are erased where the server says so, else where the settings do', () => {
  const erases = (cleanOnRelease: boolean | null, usually: boolean) =>
    consequenceOf('release', aNode({ bmc: aBmc, cleanOnRelease }), usually) === 'confirm.releaseAndClean';
  expect(erases(null, true)).toBe(true);
  expect(erases(null, false)).toBe(false);
  expect(erases(true, false)).toBe(true);
  expect(erases(false, true)).toBe(false);
});

describe('a question before', () => {
  it('everything that takes the power from a machine, unless it is known to be off', () => {
    const cutting = ['power-off', 'soft-power-off', 'power-cycle', 'inspect'] as const;
    for (const action of cutting) {
      expect(needsConfirmation(action, aNode({ bmc: aBmc, powerState: 'power on' })), action).toBe(true);
      expect(needsConfirmation(action, aNode({ bmc: aBmc, powerState: 'unknown' })), action).toBe(true);
      expect(needsConfirmation(action, aNode({ bmc: aBmc, powerState: 'power off' })), action).toBe(false);
    }
    expect(needsConfirmation('power-on', aNode({ bmc: aBmc, powerState: 'unknown' }))).toBe(false);
    expect(needsConfirmation('inspect', aNode({ bmc: null, powerState: 'unknown' })), 'by hand').toBe(false);
  });

  it('removing, releasing and aborting, always', () => {
    for (const action of ['remove', 'release', 'abort'] as const)
      expect(needsConfirmation(action, aNode())).toBe(true);
  });

  it('says that the power is cut where it is, and only there', () => {
    const released = (node: Node) => consequenceOf('release', node, false);
    expect(released(aNode({ bmc: aBmc }))).toBe('confirm.release');
    expect(released(aNode({ bmc: null }))).toBe('confirm.releaseByHand');
    expect(consequenceOf('release', aNode({ bmc: null }), true)).toBe('confirm.releaseAndCleanByHand');
    for (const action of nodeActions)
      if (needsConfirmation(action, aNode({ bmc: aBmc, powerState: 'power on' })))
        expect(consequenceOf(action, aNode({ bmc: aBmc }), false), action).toBeDefined();
  });
});

it('an error shows even in a quiet state', () => {
  expect(nodeTone(aNode({ provisionState: 'enroll' }))).toBe('idle');
  expect(nodeTone(aNode({ provisionState: 'enroll', lastError: error }))).toBe('failed');
  expect(nodeTone(aNode({ provisionState: 'deploying', lastError: error }))).toBe('busy');
});
