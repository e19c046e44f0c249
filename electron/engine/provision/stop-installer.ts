import type { Deployment } from '#shared/contract/index.ts';
import { changeNode, requireNode } from './node-state.ts';
import type { ProvisionServices } from './services.ts';
import { noteDeployment } from './stored-deployment.ts';

/** A BMC that does not say so within this time may still have done it. */
const switchOffMs = 30_000;

/** Nobody can tell an installer to stop: from the moment in which it was given until its last word it may write. */
export function installerMayWrite({ installer }: ProvisionServices, deployment: Deployment): boolean {
  if (deployment.kind !== 'linux-installer') return false;
  const phase = installer.phase(deployment);
  return phase !== null && phase.percent < 100;
}

/**
 * What a cancel means for a machine with an installer: it loses its power, so that nothing goes on writing. Without a
 * BMC that obeys a person is told. The request to cancel is stored until this is done. Never rejects.
 */
export async function stopInstaller(services: ProvisionServices, deployment: Deployment): Promise<void> {
  if (!installerMayWrite(services, deployment)) return;
  const { store, clock, power } = services;
  const stillWrites = (text: string) =>
    noteDeployment(store, deployment, { message: 'installer.still_writes', details: { text } });
  const node = requireNode(store, deployment.nodeId);
  if (node.bmc === null) return stillWrites('no BMC');
  const over = new AbortController();
  const late = clock.sleep(switchOffMs, over.signal).then(
    () => Promise.reject(new Error(`no answer within ${switchOffMs / 1000} s`)),
    () => undefined,
  );
  try {
    const off = power.control(node, 'off', over.signal);
    await Promise.race([off, late]);
    changeNode(store, node.id, { powerState: 'power off' }, clock.now());
    noteDeployment(store, deployment, { message: 'installer.switched_off' });
  } catch (error) {
    stillWrites(error instanceof Error ? error.message : 'unknown error');
  } finally {
    over.abort();
  }
}
