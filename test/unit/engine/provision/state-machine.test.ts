import { describe, expect, it } from 'vitest';
import { allowedTransition } from '#engine/provision/node-state.ts';
import { type ProvisionState, provisionStates } from '#shared/model/provision-state.ts';
import { type ProvisionEvent, transition } from '#shared/model/state-machine.ts';

function walk(from: ProvisionState, ...events: ProvisionEvent[]): ProvisionState {
  return events.reduce((state, event) => allowedTransition(state, event).to, from);
}

describe('the provision state machine', () => {
  it('leads a server from enrolment to a running system and back', () => {
    expect(walk('enroll', 'manage', 'done', 'provide')).toBe('available');
    expect(walk('available', 'deploy', 'wait', 'resume', 'done')).toBe('active');
    expect(walk('active', 'deleted', 'done')).toBe('available');
  });

  it('inspects from where a technician stands', () => {
    expect(walk('available', 'inspect', 'wait', 'done', 'provide')).toBe('available');
    expect(walk('available', 'inspect', 'wait', 'fail', 'inspect')).toBe('inspecting');
  });

  it('lets every failure be tried again', () => {
    for (const state of ['deploy failed', 'error'] as const) expect(walk(state, 'deploy')).toBe('deploying');
    expect(walk('enroll', 'manage', 'fail', 'manage')).toBe('verifying');
  });

  it('refuses what has no place, with verb and state', () => {
    expect(() => allowedTransition('active', 'inspect')).toThrow(
      expect.objectContaining({ code: 'state.not_allowed', details: { verb: 'inspect', state: 'active' } }),
    );
    expect(transition('enroll', 'deploy')).toBeUndefined();
  });

  it('has no state without a way out: a verb of a person, or an event with which our own work there ends', () => {
    const verbs: ProvisionEvent[] = [
      'manage',
      'provide',
      'inspect',
      'deploy',
      'deleted',
      'abort',
      'unrescue',
    ];
    // These two end by themselves in any case: a BMC answers or not.
    const ownEnd: Partial<Record<ProvisionState, ProvisionEvent[]>> = {
      verifying: ['done', 'fail'],
      deleting: ['done', 'fail'],
      unrescuing: ['done', 'fail'],
    };
    for (const state of provisionStates) {
      const ways = ownEnd[state] ?? verbs;
      const leads = (event: ProvisionEvent) => transition(state, event) !== undefined;
      expect(state in ownEnd ? ways.every(leads) : ways.some(leads), state).toBe(true);
    }
  });
});
