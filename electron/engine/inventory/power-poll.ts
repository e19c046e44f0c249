import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import { CodedError, type Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { PowerState } from '#shared/model/provision-state.ts';
import { loginOf } from './bmc-login.ts';
import type { BmcTroubles } from './bmc-troubles.ts';

/** BMCs answer in tens of milliseconds or hang for seconds: a few at a time keep the round short and the wire calm. */
const parallelReads = 16;

export interface PowerPollInputs {
  readonly store: Store;
  readonly clock: Clock;
  readonly troubles: BmcTroubles;
  /** Rejects with a `bmc.*` CodedError. */
  readonly read: (node: Pick<Node, 'id'>) => Promise<PowerState>;
  /** After each round: how many BMCs do not answer. */
  readonly onRound: (silent: number) => void;
  /** What is no BMC's failure. The poll goes on. */
  readonly onError: (error: unknown) => void;
}

/**
 * Reads every BMC's power state round by round, and tells the timeline when it changed without us. Those in trouble are
 * left in peace for a while.
 */
export function startPowerPoll(inputs: PowerPollInputs): () => void {
  const { store, clock, onRound, onError } = inputs;
  const stopped = new AbortController();
  const { signal } = stopped;

  async function round(): Promise<void> {
    const nodes = store.nodes.list().filter(node => node.bmc !== null && node.provisionState !== 'enroll');
    const waiting = nodes.values();
    let silent = 0;
    const worker = async () => {
      for (const node of waiting) {
        if (signal.aborted) return;
        if (!(await readOne(inputs, node, signal))) silent += 1;
      }
    };
    await Promise.all(Array.from({ length: parallelReads }, worker));
    if (!signal.aborted) onRound(silent);
  }

  async function loop(): Promise<void> {
    while (!signal.aborted) {
      await round().catch(error => {
        if (!signal.aborted) onError(error);
      });
      await clock.sleep(pollMs(store), signal).catch(() => undefined);
    }
  }
  void loop();
  return () => stopped.abort();
}

/** False: it does not answer. */
async function readOne(inputs: PowerPollInputs, listed: Node, signal: AbortSignal): Promise<boolean> {
  const { store, troubles, read, onError } = inputs;
  try {
    const node = store.nodes.find(listed.id);
    const credentials = node === undefined ? undefined : loginOf(store, node);
    if (node === undefined || credentials === undefined) return true;
    if (troubles.resting(node, credentials) !== undefined) return false;
    const found = await read(node).catch((error: unknown) => {
      if (error instanceof CodedError) return error;
      throw error;
    });
    if (signal.aborted) return true;
    if (typeof found === 'string') troubles.over(node.id);
    else troubles.note(node, credentials, found, pollMs(store));
    savePower(inputs, node.id, typeof found === 'string' ? found : 'unknown');
    return typeof found === 'string';
  } catch (error) {
    if (!signal.aborted) onError(error);
    return false;
  }
}

function savePower({ store, clock }: PowerPollInputs, id: NodeId, powerState: PowerState): void {
  const now = store.nodes.find(id);
  if (now === undefined || now.powerState === powerState) return;
  store.nodes.save({ ...now, powerState, updatedAt: clock.now() });
  store.timeline.append({
    kind: 'power',
    nodeId: id,
    deploymentId: now.deploymentId,
    message: 'power.changed',
    details: { from: now.powerState, to: powerState },
  });
}

function pollMs(store: Store): number {
  return store.settings.get().powerPollSeconds * 1000;
}
