import { CodedError, type Deployment, type RescueAccess } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { DeployStep } from '../deploy/step.ts';
import { openDoorOnly } from '../deploy/steps/door.ts';
import { onAgent } from '../deploy/steps/on-agent.ts';
import { powerOn, waitCallBack } from '../deploy/steps/power.ts';
import { deploymentSecrets } from '../deployment-secrets.ts';
import { changeNode, requireNode } from '../node-state.ts';
import type { ProvisionServices } from '../services.ts';
import { accessOf } from './evidence.ts';
import { newKeyPair } from './key-pair.ts';

export const privateKeyName = 'ssh-private-key';
const publicLineName = 'ssh-public-key';

/** Its system keeps its networks: only what the next boot is given changes. */
const prepare: DeployStep = {
  name: 'prepare',
  run({ services, node }) {
    openDoorOnly(services, node);
    return Promise.resolve({});
  },
  undo: endRescue,
};

const startRescueName = 'start-rescue';

/** Named alike on both sides. The key is made once a rescue and stored before the ramdisk hears of it. */
const startRescue: DeployStep = {
  name: startRescueName,
  begin({ services: { store }, deployment, node }) {
    const owner = deploymentSecrets(deployment.id);
    if (store.secrets.get(owner, publicLineName) !== undefined) return;
    const { privateKey, publicLine } = newKeyPair(`rescue-${node.name.replaceAll(/[^A-Za-z0-9._-]/g, '-')}`);
    store.secrets.put(owner, privateKeyName, privateKey);
    store.secrets.put(owner, publicLineName, publicLine);
  },
  async run(context) {
    const { services, deployment } = context;
    const key = services.store.secrets.get(deploymentSecrets(deployment.id), publicLineName);
    if (key === undefined) throw new Error('the key of this rescue is gone');
    const access = accessOf(await onAgent(context, startRescueName, { 'authorized-key': key }));
    if (access !== undefined) return { ...access };
    const message = 'the ramdisk told no way to its shell';
    throw new CodedError('deploy.step_failed', message, {
      step: startRescueName,
      code: 'bad-evidence',
      message,
    });
  },
};

/** A shell in memory; disks are not touched. */
export const rescueSteps: readonly DeployStep[] = [prepare, powerOn, waitCallBack, startRescue];

/** The steps of a boot: done anew when the server was restarted by somebody. */
export const stepsOfEachBoot: ReadonlySet<string> = new Set([waitCallBack.name, startRescue.name]);

/** Undefined while there is no shell. */
export function rescueAccessOf({ steps }: Deployment): RescueAccess | undefined {
  const step = steps.find(({ name }) => name === startRescueName);
  return step?.state === 'done' ? accessOf(step.evidence) : undefined;
}

/** Kept where the way to the shell is: gone with it, and shown where that is shown. */
export function keepMounts(
  { store }: ProvisionServices,
  { id }: Deployment,
  mounted: RescueAccess['mounted'],
): void {
  const step = store.deployments.steps(id).find(({ name }) => name === startRescueName);
  if (step?.state === 'done')
    store.deployments.saveStep({ ...step, evidence: { ...step.evidence, mounted } });
}

/** Nobody boots this server into memory any more: from now on it starts what it started before, and the key is gone. */
export function endRescue({ store, agent, clock }: ProvisionServices, nodeId: NodeId): void {
  const { deploymentId } = requireNode(store, nodeId);
  store.transaction(() => {
    agent.retireSession(nodeId);
    changeNode(store, nodeId, { bootTarget: 'nothing' }, clock.now());
    if (deploymentId === null) return;
    store.secrets.remove(deploymentSecrets(deploymentId));
    const { bootTarget } = store.deployments.rescueRequest(deploymentId).former;
    changeNode(store, nodeId, { bootTarget }, clock.now());
  });
}
