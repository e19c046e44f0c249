import type { ProvisionState } from './provision-state.ts';

/** Verbs of people and events of ours. Names are Ironic's (ironic/common/states.py). */
export type ProvisionEvent =
  | 'manage'
  | 'provide'
  | 'inspect'
  | 'deploy'
  | 'deleted'
  | 'clean'
  | 'rescue'
  | 'unrescue'
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

const rescued = to('rescuing', 'rescue');

/**
 * ```
 * enroll ─manage→ verifying ─done→ manageable ─provide→ available ─deploy→ deploying ⇄ wait call-back
 *   ↑ fail ┘                      │ inspect                ↑                  │ done → active ─deleted→ deleting ─done┐
 *                                 └→ inspecting ⇄ inspect wait                │ fail → deploy failed ─deploy→ …       │
 *                                          fail → inspect failed              └───────────── available ←──────────────┘
 * ```
 * manageable, available, deleting, clean failed ─clean→ cleaning ⇄ clean wait ─done→ available; fail → clean failed ─manage→ …
 *
 * active and all states at rest ─rescue→ rescuing ⇄ rescue wait ─done→ rescue ─unrescue→ unrescuing ─done→ the state that it came from
 *
 * Ours beyond Ironic: `inspect` and `clean` from `available` (a technician does not know of `manageable`), `manage` always
 * verifies anew, `clean` again from `clean failed`, and `deleted` leads to `available` at once where nobody wants disks
 * erased. `rescue` has a place in every state at rest in which a server is known, and ends in the state of before
 * (`provision/rescue` keeps it); `rescue` can `fail`, because a restored backup knows nothing of the ramdisk of then; there
 * is no `deleted` before a rescue was left.
 */
const transitions: { readonly [From in ProvisionState]: { readonly [E in ProvisionEvent]?: Transition } } = {
  enroll: { manage: to('verifying', 'manageable') },
  verifying: { done: to('manageable'), fail: to('enroll') },
  manageable: {
    provide: to('available'),
    clean: to('cleaning', 'available'),
    inspect: to('inspecting', 'manageable'),
    manage: to('verifying', 'manageable'),
    rescue: rescued,
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
  'inspect failed': {
    manage: to('verifying', 'manageable'),
    inspect: to('inspecting', 'manageable'),
    rescue: rescued,
  },
  available: {
    deploy: to('deploying', 'active'),
    manage: to('verifying', 'manageable'),
    inspect: to('inspecting', 'manageable'),
    clean: to('cleaning', 'available'),
    rescue: rescued,
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
  'deploy failed': {
    deploy: to('deploying', 'active'),
    deleted: to('deleting', 'available'),
    rescue: rescued,
  },
  active: { deploy: to('deploying', 'active'), deleted: to('deleting', 'available'), rescue: rescued },
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
    rescue: rescued,
  },
  rescuing: {
    wait: to('rescue wait', 'rescue'),
    done: to('rescue'),
    fail: to('rescue failed', 'rescue'),
    abort: to('rescue failed', 'rescue'),
  },
  'rescue wait': {
    resume: to('rescuing', 'rescue'),
    fail: to('rescue failed', 'rescue'),
    abort: to('rescue failed', 'rescue'),
  },
  rescue: { rescue: rescued, unrescue: to('unrescuing', 'active'), fail: to('rescue failed', 'rescue') },
  'rescue failed': { rescue: rescued, unrescue: to('unrescuing', 'active') },
  unrescuing: { done: to('active'), fail: to('unrescue failed', 'active') },
  'unrescue failed': { rescue: rescued, unrescue: to('unrescuing', 'active') },
  error: { deploy: to('deploying', 'active'), deleted: to('deleting', 'available'), rescue: rescued },
};

/** Where an event leads, or undefined when it has no place in this state. */
export function transition(state: ProvisionState, event: ProvisionEvent): Transition | undefined {
  return transitions[state][event];
}
