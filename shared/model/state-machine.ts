import type { ProvisionState } from './provision-state.ts';

/** Verbs of people and events of ours. Names are Ironic's (ironic/common/states.py). */
export type ProvisionEvent =
  | 'manage'
  | 'provide'
  | 'inspect'
  | 'deploy'
  | 'deleted'
  | 'clean'
  | 'wait'
  | 'resume'
  | 'done'
  | 'fail'
  | 'abort';

export interface Transition {
  readonly to: ProvisionState;
  /** Where the whole way leads; null when it is reached. */
  readonly target: ProvisionState | null;
}

const to = (state: ProvisionState, target: ProvisionState | null = null): Transition => ({
  to: state,
  target,
});

/**
 * ```
 * enroll ─manage→ verifying ─done→ manageable ─provide→ available ─deploy→ deploying ⇄ wait call-back
 *   ↑ fail ┘                      │ inspect                ↑                  │ done → active ─deleted→ deleting ─done┐
 *                                 └→ inspecting ⇄ inspect wait                │ fail → deploy failed ─deploy→ …       │
 *                                          fail → inspect failed              └───────────── available ←──────────────┘
 * ```
 * manageable, available, deleting, clean failed ─clean→ cleaning ⇄ clean wait ─done→ available; fail → clean failed ─manage→ …
 *
 * Ours beyond Ironic: `inspect` and `clean` from `available` (a technician does not know of `manageable`), `manage` always
 * verifies anew, `clean` again from `clean failed`, and `deleted` leads to `available` at once where nobody wants disks
 * erased.
 */
const transitions: { readonly [From in ProvisionState]: { readonly [E in ProvisionEvent]?: Transition } } = {
  enroll: { manage: to('verifying', 'manageable') },
  verifying: { done: to('manageable'), fail: to('enroll') },
  manageable: {
    provide: to('available'),
    clean: to('cleaning', 'available'),
    inspect: to('inspecting', 'manageable'),
    manage: to('verifying', 'manageable'),
  },
  inspecting: {
    wait: to('inspect wait', 'manageable'),
    done: to('manageable'),
    fail: to('inspect failed'),
    abort: to('inspect failed'),
  },
  'inspect wait': {
    resume: to('inspecting', 'manageable'),
    done: to('manageable'),
    fail: to('inspect failed'),
    abort: to('inspect failed'),
  },
  'inspect failed': { manage: to('verifying', 'manageable'), inspect: to('inspecting', 'manageable') },
  available: {
    deploy: to('deploying', 'active'),
    manage: to('verifying', 'manageable'),
    inspect: to('inspecting', 'manageable'),
    clean: to('cleaning', 'available'),
  },
  deploying: {
    wait: to('wait call-back', 'active'),
    done: to('active'),
    fail: to('deploy failed', 'active'),
    abort: to('deploy failed', 'active'),
  },
  'wait call-back': {
    resume: to('deploying', 'active'),
    fail: to('deploy failed', 'active'),
    abort: to('deploy failed', 'active'),
  },
  'deploy failed': { deploy: to('deploying', 'active'), deleted: to('deleting', 'available') },
  active: { deploy: to('deploying', 'active'), deleted: to('deleting', 'available') },
  deleting: {
    clean: to('cleaning', 'available'),
    done: to('available'),
    fail: to('error'),
  },
  cleaning: {
    wait: to('clean wait', 'available'),
    done: to('available'),
    fail: to('clean failed', 'available'),
    abort: to('clean failed', 'available'),
  },
  'clean wait': {
    resume: to('cleaning', 'available'),
    fail: to('clean failed', 'available'),
    abort: to('clean failed', 'available'),
  },
  'clean failed': {
    clean: to('cleaning', 'available'),
    manage: to('verifying', 'manageable'),
    inspect: to('inspecting', 'manageable'),
  },
  error: { deploy: to('deploying', 'active'), deleted: to('deleting', 'available') },
};

/** Where an event leads, or undefined when it has no place in this state. */
export function transition(state: ProvisionState, event: ProvisionEvent): Transition | undefined {
  return transitions[state][event];
}
