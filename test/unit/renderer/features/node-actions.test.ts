import { describe, expect, it } from 'vitest';
import {
  allowedActions,
  needsConfirmation,
  nodeTone,
  suggestedAction,
} from '#renderer/features/rack/node-actions.ts';
import type { ProvisionState } from '#shared/model/provision-state.ts';
import { aBmc, aDeployment, aNode } from '../rows.ts';

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
    expect(allowed('available')).toEqual(['deploy', 'inspect', 'edit', 'remove']);
    expect(allowed('deploying')).toEqual(['abort', 'edit']);
    expect(allowed('active')).toEqual(['deploy', 'release', 'edit', 'remove']);
    expect(allowed('enroll')).toEqual(['manage', 'edit', 'remove']);
  });

  it('includes power only with a BMC', () => {
    expect(allowedActions(aNode(), undefined).has('power-on')).toBe(false);
    expect(allowedActions(aNode({ bmc: aBmc }), undefined).has('power-on')).toBe(true);
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

describe('a question before', () => {
  it('taking power from a machine at work, not from one that waits', () => {
    const active = aNode({ provisionState: 'active', powerState: 'power on' });
    expect(needsConfirmation('power-off', active)).toBe(true);
    expect(needsConfirmation('power-cycle', aNode({ powerState: 'power on' }))).toBe(false);
    expect(needsConfirmation('power-on', active)).toBe(false);
  });

  it('removing, releasing and aborting, always', () => {
    for (const action of ['remove', 'release', 'abort'] as const)
      expect(needsConfirmation(action, aNode())).toBe(true);
  });
});

it('an error shows even in a quiet state', () => {
  expect(nodeTone(aNode({ provisionState: 'enroll' }))).toBe('idle');
  expect(nodeTone(aNode({ provisionState: 'enroll', lastError: error }))).toBe('failed');
  expect(nodeTone(aNode({ provisionState: 'deploying', lastError: error }))).toBe('busy');
});
