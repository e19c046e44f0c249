import { CodedError, type Node } from '#shared/contract/index.ts';
import type { ProvisionServices } from '../services.ts';

/**
 * Waits until a ramdisk that was booted for `purpose` says hello. Rejects with `deploy.timed_out` after the setting's
 * time: firmware that never asked us, a cable, a VLAN, or a boot order that won over ours.
 */
export async function awaitCallBack(
  { store, clock, agent }: ProvisionServices,
  node: Node,
  purpose: string,
  signal: AbortSignal,
): Promise<void> {
  const afterSeconds = store.settings.get().callBackTimeoutSeconds;
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const timeOut = clock.sleep(afterSeconds * 1000, either).then(
    () => {
      const details = { step: 'wait-call-back', afterSeconds, hint: 'no-call-back' };
      throw new CodedError(
        'deploy.timed_out',
        `the ramdisk did not call back within ${afterSeconds} s`,
        details,
      );
    },
    () => undefined,
  );
  try {
    await Promise.race([agent.waitForHello(node.id, purpose, either), timeOut]);
    signal.throwIfAborted();
  } finally {
    over.abort();
  }
}
