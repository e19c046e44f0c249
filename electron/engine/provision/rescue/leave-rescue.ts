import { BmcLinesClosed } from '#engine/inventory/bmc-lines.ts';
import { CodedError as Coded, type CodedError, type Node, type RescueExit } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { runOnAgent } from '../agent/run-on-agent.ts';
import { applyEvent, changeNode, requireNode } from '../node-state.ts';
import type { ProvisionServices } from '../services.ts';
import { noteDeployment, requireDeployment } from '../stored-deployment.ts';
import { rescueOf } from './create-rescue.ts';
import { endRescue } from './steps.ts';

/** The agent speaks at least every 25 s. */
const silenceMs = 90_000;

/** How it is to be left is stored with the state. Throws `state.not_allowed`. */
export function beginLeaving({ store, clock }: ProvisionServices, nodeId: NodeId, leaving: RescueExit): void {
  store.transaction(() => {
    const rescue = rescueOf(store, requireNode(store, nodeId));
    applyEvent(store, nodeId, 'unrescue', clock.now(), { lastError: null });
    if (rescue === undefined) throw new Error('a rescued server without its rescue');
    const request = store.deployments.rescueRequest(rescue.id);
    const { former } = request;
    store.deployments.saveRescueRequest(rescue.id, { ...request, leaving });
    // Whatever starts next starts the server's own system, also when we are killed now.
    changeNode(
      store,
      nodeId,
      { bootTarget: former.bootTarget, targetProvisionState: former.provisionState },
      clock.now(),
    );
  });
}

/** Never rejects; the node's state tells the end. Called again after a kill. */
export async function leaveRescue(
  services: ProvisionServices,
  asCoded: (error: unknown) => CodedError,
  nodeId: NodeId,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock } = services;
  const node = requireNode(store, nodeId);
  try {
    const rescue = rescueOf(store, node);
    if (rescue === undefined) throw new Error('a rescued server without its rescue');
    const { former, leaving } = store.deployments.rescueRequest(rescue.id);
    const exit = leaving ?? 'off';
    const powerState = await part(services, node, exit, signal);
    store.transaction(() => {
      endRescue(services, nodeId);
      noteDeployment(store, requireDeployment(store, rescue.id), {
        message: 'rescue.left',
        details: { by: exit },
      });
      applyEvent(store, nodeId, 'done', clock.now(), { ...former, powerState });
    });
  } catch (error) {
    if (signal.aborted || error instanceof BmcLinesClosed) return; // taken up again at the next start
    if (store.nodes.find(nodeId)?.provisionState !== 'unrescuing') return;
    const coded = asCoded(error);
    applyEvent(store, nodeId, 'fail', clock.now(), { lastError: coded.toData() });
    store.timeline.append({
      kind: 'warning',
      nodeId,
      deploymentId: node.deploymentId,
      message: 'rescue.leave_failed',
      details: { code: coded.code, text: coded.message },
    });
  }
}

/**
 * The ramdisk does it where it still listens, because it ends what a person left open; else the BMC, and without one a
 * person. Gives the power that the server has then.
 */
async function part(
  services: ProvisionServices,
  node: Node,
  exit: RescueExit,
  signal: AbortSignal,
): Promise<Node['powerState']> {
  const { power } = services;
  if (exit === 'disk' && node.bmc !== null) await heed(() => power.bootOnce(node, 'disk'));
  if (await askRamdisk(services, node, exit, signal)) return powerAfter(exit);
  if (node.bmc === null) {
    services.store.timeline.append({
      kind: 'power',
      nodeId: node.id,
      deploymentId: node.deploymentId,
      message: 'power.by_hand',
    });
    return 'unknown';
  }
  await power.control(node, 'off', signal);
  if (exit === 'disk') await power.control(node, 'on', signal);
  return powerAfter(exit);
}

function powerAfter(exit: RescueExit): Node['powerState'] {
  switch (exit) {
    case 'disk':
      return 'power on';
    case 'off':
      return 'power off';
    default:
      return assertNever(exit);
  }
}

/** The boot policy is stored, which is what counts; a BMC that refuses the boot device is none the worse for it. */
async function heed(ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof Coded)) throw error;
  }
}

/** False: it does not answer, or cannot. */
async function askRamdisk(
  services: ProvisionServices,
  node: Node,
  exit: RescueExit,
  signal: AbortSignal,
): Promise<boolean> {
  const { agent } = services;
  const { deploymentId } = node;
  if (deploymentId === null || !agent.hasCalled(node.id, deploymentId)) return false;
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const step = {
    id: `${deploymentId}-leave`,
    name: exit === 'disk' ? 'reboot' : 'power-off',
    parameters: {},
  };
  try {
    const left = runOnAgent(services, node, step, either, () => undefined).then(
      () => true,
      error => {
        if (error instanceof Coded) return false;
        throw error;
      },
    );
    const gone = agent.waitUntilGone(node.id, silenceMs, either).then(() => false);
    return await Promise.race([left, gone]);
  } finally {
    over.abort();
  }
}
