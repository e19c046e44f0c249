/**
 * Provision states and verbs as Ironic names them (ironic/common/states.py); the part that the embedded engine uses.
 * `../../docs/architecture.md` draws the machine.
 */
export const provisionStates = [
  'enroll',
  'verifying',
  'manageable',
  'inspecting',
  'inspect wait',
  'inspect failed',
  'available',
  'deploying',
  'wait call-back',
  'deploy failed',
  'active',
  'deleting',
  'cleaning',
  'clean wait',
  'clean failed',
  'rescuing',
  'rescue wait',
  'rescue',
  'rescue failed',
  'unrescuing',
  'unrescue failed',
  'error',
] as const;
export type ProvisionState = (typeof provisionStates)[number];

/** Verbs a person gives without further data. A deployment (`active`, `rebuild`) is created with its request instead. */
export const provisionVerbs = ['manage', 'provide', 'inspect', 'abort', 'deleted'] as const;

export const powerStates = ['power on', 'power off', 'unknown'] as const;
export type PowerState = (typeof powerStates)[number];

export const powerTargets = ['power on', 'power off', 'soft power off', 'rebooting', 'power cycle'] as const;
export type PowerTarget = (typeof powerTargets)[number];
