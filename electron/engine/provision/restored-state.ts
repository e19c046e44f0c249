import { bmcKeyName, bmcPasswordName, secretsOwner } from '#engine/inventory/nodes.ts';
import type { Store } from '#engine/store/store.ts';
import { type Bmc, CodedError, type Deployment, type ErrorData, type Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { ProvisionState } from '#shared/model/provision-state.ts';
import { transition } from '#shared/model/state-machine.ts';
import { deploymentSecrets } from './deployment-secrets.ts';
import { applyEvent, changeNode } from './node-state.ts';

/**
 * Makes a database of another day safe to start with: nothing of it goes on by itself. What was at work then is ended as
 * interrupted, what waits in a batch waits on, no ramdisk of then is heard, no machine is given an installer, and DHCP
 * only watches until a person has looked, as consoles are only connected where one is opened. Passwords that this
 * computer's key does not open are asked for again.
 */
export function settleRestored(store: Store, backupName: string, now: number): void {
  const error = new CodedError('backup.interrupted', `restored from ${backupName}`, {
    name: backupName,
  }).toData();
  store.transaction(() => {
    for (const deployment of store.deployments.running()) endAsInterrupted(store, deployment, error, now);
    for (const batch of store.batches.open()) store.batches.save({ ...batch, state: 'stopping' });
    for (const node of store.nodes.list()) settleNode(store, node, error, now);
    endImports(store, error);
    for (const network of store.networks.list())
      if (network.dhcpMode === 'full') store.networks.save({ ...network, dhcpMode: 'watching' });
    // A BMC has one place for a console, and by now another installation may have it.
    store.settings.update({ keepConsoles: false });
    store.consoleWishes.forgetTexts();
    store.consolePorts.removeAll();
    store.timeline.append({ kind: 'service', message: 'backup.restored', details: { name: backupName } });
  });
}

function settleNode(store: Store, node: Node, error: ErrorData, now: number): void {
  const { id, provisionState, bootTarget, bmc } = node;
  // What has a way to fail is at work.
  if (transition(provisionState, 'fail') !== undefined)
    applyEvent(store, id, 'fail', now, { lastError: error });
  // The shell of then is another installation's by now, or gone.
  if (isRescued(provisionState) && node.deploymentId !== null)
    store.secrets.remove(deploymentSecrets(node.deploymentId));
  if (bootTarget === 'ramdisk' || bootTarget === 'installer')
    changeNode(store, id, { bootTarget: 'nothing' }, now);
  if (bmc !== null) settleBmc(store, id, bmc, now);
  const session = store.agentSessions.find(id);
  if (session !== undefined) store.agentSessions.save({ ...session, retired: true });
  store.agentSessions.forgetResults(id);
}

function isRescued(state: ProvisionState): boolean {
  return state === 'rescue' || state === 'rescuing' || state === 'rescue wait' || state === 'unrescuing';
}

function settleBmc(store: Store, id: NodeId, bmc: Bmc, now: number): void {
  const isOpen = (name: string) => store.secrets.get(secretsOwner(id), name) !== undefined;
  const hasPassword = bmc.hasPassword && isOpen(bmcPasswordName);
  const hasBmcKey = bmc.hasBmcKey && isOpen(bmcKeyName);
  if (hasPassword !== bmc.hasPassword || hasBmcKey !== bmc.hasBmcKey)
    changeNode(store, id, { bmc: { ...bmc, hasPassword, hasBmcKey } }, now);
}

/** An import would begin anew, perhaps over a file that is whole by now. */
function endImports(store: Store, error: ErrorData): void {
  for (const { progress: _, ...image } of store.images.list()) {
    if (image.state !== 'importing') continue;
    const sourcePath = store.images.sourcePath(image.id) ?? '';
    store.images.save({ ...image, state: 'failed', error, sourcePath });
  }
}

function endAsInterrupted(store: Store, deployment: Deployment, error: ErrorData, now: number): void {
  for (const step of store.deployments.steps(deployment.id))
    if (step.state === 'running')
      store.deployments.saveStep({ ...step, state: 'failed', finishedAt: now, error });
  store.deployments.save({ ...deployment, state: 'failed', error, finishedAt: now });
}

/** Servers that `settleRestored` would end in the middle of something, by name. */
export function atWork(store: Store): string[] {
  return store.nodes
    .list()
    .filter(({ provisionState }) => transition(provisionState, 'fail') !== undefined)
    .map(({ name }) => name);
}
