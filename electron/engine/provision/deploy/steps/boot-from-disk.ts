import { CodedError, type Node } from '#shared/contract/index.ts';
import { runOnAgent } from '../../agent/run-on-agent.ts';
import { changeNode } from '../../node-state.ts';
import type { ProvisionServices } from '../../services.ts';
import type { DeployStep, Evidence, StepContext } from '../step.ts';

/**
 * From here on the boot policy sends this machine to its disk, for ever; that is stored before the ramdisk restarts
 * the machine. The BMC is asked for the disk too, once: it saves the first boot a round through PXE where it is heeded.
 */
export const bootFromDisk: DeployStep = {
  name: 'boot-from-disk',
  async run(context) {
    const { services, node } = context;
    const { store, clock } = services;
    changeNode(store, node.id, { bootTarget: 'disk' }, clock.now());
    const boot = await ofBmc(services, node, power => power.bootOnce(node, 'disk'));
    const left = await leaveRamdisk(context);
    services.agent.retireSession(node.id);
    return { bootDevice: node.bmc === null ? 'unchanged' : (boot?.readBack ?? 'not reached'), ...left };
  },
};

/** The agent speaks at least every 25 s. */
const silenceMs = 90_000;
/** So much longer a machine may hang before its BMC is told to cut it: a busy one may come back. */
const patienceMs = 210_000;

/**
 * Restarts the machine through its ramdisk. An engine that was killed in between, or a power cut, may find the ramdisk
 * gone already. Silence proves nothing, so it is told: a machine that is off is switched on, and one that stays silent
 * is cycled by its BMC, for which the boot policy is stored. Without a BMC it is left to a person.
 */
async function leaveRamdisk(context: StepContext): Promise<Evidence> {
  const { services, node, stepId, signal } = context;
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const step = { id: stepId, name: 'reboot', parameters: {} };
  const restarted = runOnAgent(services, node, step, either, () => undefined).then(
    () => 'restarted' as const,
  );
  const gone = (afterMs: number) =>
    Promise.race([restarted, services.agent.waitUntilGone(node.id, afterMs, either)]);
  try {
    const first = await gone(silenceMs);
    if (first !== 'silent') return { left: first };
    noteSilence(context, silenceMs);
    if (node.bmc === null) return { left: 'silent', power: 'by hand' };
    const state = await ofBmc(services, node, power => power.read(node));
    signal.throwIfAborted();
    if (state === 'power off') return { left: 'silent', power: await switchTo(context, 'on') };
    const second = await gone(patienceMs);
    if (second !== 'silent') return { left: second };
    noteSilence(context, silenceMs + patienceMs);
    return { left: 'silent', power: await switchTo(context, 'cycle') };
  } finally {
    over.abort();
  }
}

async function switchTo({ services, node }: StepContext, action: 'on' | 'cycle'): Promise<string> {
  const done = await ofBmc(services, node, power => power.control(node, action).then(() => true));
  if (done === undefined) return 'not reached';
  services.store.timeline.append({
    kind: 'power',
    nodeId: node.id,
    deploymentId: node.deploymentId,
    message: 'power.controlled',
    details: { action, bootDevice: 'disk' },
  });
  return action;
}

/** Undefined when it has none or refuses: the disk is written and the boot policy stored, which is what counts here. */
async function ofBmc<T>(
  { power, store }: ProvisionServices,
  node: Node,
  ask: (power: ProvisionServices['power']) => Promise<T>,
): Promise<T | undefined> {
  if (node.bmc === null) return undefined;
  try {
    return await ask(power);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    store.timeline.append({
      kind: 'bmc',
      nodeId: node.id,
      deploymentId: node.deploymentId,
      message: 'bmc.failed',
      details: { code: error.code, text: error.message },
    });
    return undefined;
  }
}

function noteSilence({ services, node }: StepContext, afterMs: number): void {
  services.store.timeline.append({
    kind: 'warning',
    nodeId: node.id,
    deploymentId: node.deploymentId,
    message: 'boot.not_seen',
    details: { seconds: afterMs / 1000 },
  });
}
