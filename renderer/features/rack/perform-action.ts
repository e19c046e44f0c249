import type { Node, RacksideClient } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { notify } from '../../app/notifications.ts';
import { openOverlay } from '../../app/overlay.ts';
import { toCodedError } from '../../client/coded-error.ts';
import { type NodeAction, needsConfirmation } from './node-actions.ts';

/** What a button or a palette line does: opens the dialog that the action needs, or does it. */
export function startAction(client: RacksideClient, node: Node, action: NodeAction): void {
  if (action === 'deploy') openOverlay({ is: 'deploy', nodeId: node.id });
  else if (action === 'clean') openOverlay({ is: 'clean', nodeId: node.id });
  else if (action === 'edit') openOverlay({ is: 'edit-server', nodeId: node.id });
  else if (needsConfirmation(action, node)) openOverlay({ is: 'confirm-action', nodeId: node.id, action });
  else void performAndTell(client, node, action);
}

/** A failure is a notification: the button that started it may be gone. */
async function performAndTell(client: RacksideClient, node: Node, action: NodeAction): Promise<void> {
  try {
    await performAction(client, node, action);
  } catch (thrown) {
    notify('failed', { error: toCodedError(thrown) }, ['rack', node.id]);
  }
}

const identifySeconds = 30;

export async function performAction(
  client: RacksideClient,
  { id, deploymentId, provisionState }: Node,
  action: NodeAction,
): Promise<void> {
  const { nodes, deployments, rescue } = client;
  switch (action) {
    case 'inspect':
    case 'manage':
    case 'provide':
      await nodes.setProvisionState({ id, verb: action });
      return;
    case 'release':
      await nodes.setProvisionState({ id, verb: 'deleted' });
      return;
    case 'rescue':
      await rescue.start({ nodeId: id });
      return;
    case 'leave-rescue':
      await rescue.leave({ nodeId: id, exit: 'disk' });
      return;
    case 'leave-rescue-off':
      await rescue.leave({ nodeId: id, exit: 'off' });
      return;
    case 'abort':
      if (deploymentId === null || provisionState.startsWith('inspect'))
        await nodes.setProvisionState({ id, verb: 'abort' });
      else await deployments.cancel({ id: deploymentId });
      return;
    case 'retry':
      if (deploymentId !== null) await deployments.retry({ id: deploymentId });
      return;
    case 'power-on':
      await nodes.setPower({ id, target: 'power on' });
      return;
    case 'power-off':
      await nodes.setPower({ id, target: 'power off' });
      return;
    case 'soft-power-off':
      await nodes.setPower({ id, target: 'soft power off' });
      return;
    case 'power-cycle':
      await nodes.setPower({ id, target: 'power cycle' });
      return;
    case 'identify':
      await nodes.identify({ id, seconds: identifySeconds });
      return;
    case 'remove':
      await nodes.remove({ id });
      return;
    case 'deploy':
    case 'clean':
    case 'edit':
      throw new Error(`${action} has a dialog of its own`);
    default:
      assertNever(action);
  }
}
