import type { Deployment, Node } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { PowerState, ProvisionState } from '#shared/model/provision-state.ts';
import type { PlainKey } from '../../i18n/catalogue.ts';
import type { Tone } from '../../ui/tone.ts';

/** All that can be done to a server, in the order in which menus show it. */
export const nodeActions = [
  'deploy',
  'retry',
  'inspect',
  'manage',
  'provide',
  'clean',
  'rescue',
  'leave-rescue',
  'leave-rescue-off',
  'abort',
  'release',
  'power-on',
  'soft-power-off',
  'power-off',
  'power-cycle',
  'identify',
  'edit',
  'remove',
] as const;
export type NodeAction = (typeof nodeActions)[number];

const powerActions: readonly NodeAction[] = [
  'power-on',
  'soft-power-off',
  'power-off',
  'power-cycle',
  'identify',
];

/** What this server's state allows. The engine's state machine has the last word. */
export function allowedActions(node: Node, deployment: Deployment | undefined): ReadonlySet<NodeAction> {
  const allowed = new Set<NodeAction>(byState(node.provisionState));
  if (deployment?.state !== 'failed') allowed.delete('retry');
  if (node.bmc !== null) for (const action of powerActions) allowed.add(action);
  allowed.add('edit');
  if (!isBusy(node.provisionState)) allowed.add('remove');
  return allowed;
}

function byState(state: ProvisionState): readonly NodeAction[] {
  switch (state) {
    case 'enroll':
      return ['manage'];
    case 'manageable':
      return ['inspect', 'provide', 'manage', 'clean', 'rescue'];
    case 'inspect failed':
      return ['inspect', 'manage', 'rescue'];
    case 'error':
      return ['deploy', 'rescue', 'release'];
    case 'available':
      return ['deploy', 'inspect', 'clean', 'rescue'];
    case 'clean failed':
      return ['retry', 'clean', 'inspect', 'manage', 'rescue'];
    case 'inspecting':
    case 'inspect wait':
    case 'cleaning':
    case 'clean wait':
    case 'deploying':
    case 'wait call-back':
    case 'rescuing':
    case 'rescue wait':
      return ['abort'];
    case 'deploy failed':
      return ['retry', 'deploy', 'rescue', 'release'];
    case 'active':
      return ['deploy', 'rescue', 'release'];
    case 'rescue':
    case 'unrescue failed':
      return ['leave-rescue', 'leave-rescue-off'];
    case 'rescue failed':
      return ['retry', 'leave-rescue', 'leave-rescue-off'];
    case 'verifying':
    case 'deleting':
    case 'unrescuing':
      return [];
    default:
      return assertNever(state);
  }
}

/** The one that the state suggests next, for the filled button. */
export function suggestedAction(allowed: ReadonlySet<NodeAction>, node: Node): NodeAction | undefined {
  if (node.provisionState === 'active') return undefined;
  const inOrder: readonly NodeAction[] = ['retry', 'deploy', 'leave-rescue', 'manage', 'inspect', 'provide'];
  return inOrder.find(action => allowed.has(action));
}

/** Those that take work away from somebody: asked again before they are done. */
export function needsConfirmation(action: NodeAction, node: Node): boolean {
  switch (action) {
    case 'abort':
    case 'release':
    case 'remove':
    case 'rescue':
    case 'leave-rescue':
    case 'leave-rescue-off':
      return true;
    case 'power-off':
    case 'soft-power-off':
    case 'power-cycle':
      return node.powerState !== 'power off';
    case 'inspect':
      // Without a BMC a person's own hand does it.
      return node.bmc !== null && node.powerState !== 'power off';
    default:
      return false;
  }
}

/** What the person loses, `usuallyCleans` where the server itself says nothing; undefined for an action that takes nothing away. */
export function consequenceOf(action: NodeAction, node: Node, usuallyCleans: boolean): PlainKey | undefined {
  switch (action) {
    case 'abort':
    case 'remove':
    case 'inspect':
    case 'power-off':
    case 'soft-power-off':
    case 'power-cycle':
    case 'leave-rescue':
    case 'leave-rescue-off':
      return `confirm.${action}`;
    case 'rescue':
      return node.bmc === null ? 'confirm.rescueByHand' : 'confirm.rescue';
    case 'release':
      if (erasesOnRelease(node, usuallyCleans))
        return node.bmc === null ? 'confirm.releaseAndCleanByHand' : 'confirm.releaseAndClean';
      return node.bmc === null ? 'confirm.releaseByHand' : 'confirm.release';
    default:
      return undefined;
  }
}

/** `usuallyCleans` where the server itself says nothing. */
export function erasesOnRelease({ cleanOnRelease }: Node, usuallyCleans: boolean): boolean {
  return cleanOnRelease ?? usuallyCleans;
}

/** What the power panel offers. A BMC that does not tell may still obey. */
export function powerActionsOf(state: PowerState): readonly NodeAction[] {
  switch (state) {
    case 'power on':
      return powerActions.filter(action => action !== 'power-on');
    case 'power off':
      return ['power-on', 'identify'];
    case 'unknown':
      return powerActions;
    default:
      return assertNever(state);
  }
}

/** The state's tone; something that went wrong on the way shows even where the state itself is a quiet one. */
export function nodeTone({ provisionState, lastError }: Pick<Node, 'provisionState' | 'lastError'>): Tone {
  const tone = stateTone(provisionState);
  return tone === 'idle' && lastError !== null ? 'failed' : tone;
}

export function isBusy(state: ProvisionState): boolean {
  return stateTone(state) === 'busy';
}

export function stateTone(state: ProvisionState): Tone {
  switch (state) {
    case 'verifying':
    case 'inspecting':
    case 'inspect wait':
    case 'deploying':
    case 'wait call-back':
    case 'cleaning':
    case 'clean wait':
    case 'deleting':
    case 'rescuing':
    case 'rescue wait':
    case 'unrescuing':
      return 'busy';
    case 'rescue':
      return 'waiting';
    case 'clean failed':
    case 'inspect failed':
    case 'deploy failed':
    case 'rescue failed':
    case 'unrescue failed':
    case 'error':
      return 'failed';
    case 'active':
      return 'good';
    case 'enroll':
    case 'manageable':
    case 'available':
      return 'idle';
    default:
      return assertNever(state);
  }
}
