import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import { CodedError, type ErrorCode, type Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { PowerState } from '#shared/model/provision-state.ts';
import { type BmcCredentials, isSameLogin, loginOf } from './bmc-login.ts';

/** BMCs answer in tens of milliseconds or hang for seconds: a few at a time keep the round short and the wire calm. */
const parallelReads = 16;
const longestPauseMs = 600_000;

export interface PowerPollInputs {
  readonly store: Store;
  readonly clock: Clock;
  /** Rejects with a `bmc.*` CodedError. */
  readonly read: (node: Pick<Node, 'id'>) => Promise<PowerState>;
  /** After each round: how many BMCs do not answer. */
  readonly onRound: (silent: number) => void;
  /** What is no BMC's failure. The poll goes on. */
  readonly onError: (error: unknown) => void;
}

/** A BMC that did not answer these credentials. */
interface Trouble {
  readonly credentials: BmcCredentials;
  readonly code: ErrorCode;
  readonly failures: number;
  /** Infinity: not before the credentials change. */
  readonly notBefore: number;
}

/**
 * Reads every BMC's power state round by round, and tells the timeline when it changed without us. One that does not
 * answer is asked ever more rarely; one that refused our credentials not again until they change, because BMCs lock
 * accounts. Whoever else hears from it meanwhile (its power state is known again) ends that.
 */
export function startPowerPoll(inputs: PowerPollInputs): () => void {
  const { store, clock, onRound, onError } = inputs;
  const stopped = new AbortController();
  const { signal } = stopped;
  const troubles = new Map<NodeId, Trouble>();

  async function round(): Promise<void> {
    const nodes = store.nodes.list().filter(node => node.bmc !== null && node.provisionState !== 'enroll');
    const waiting = nodes.values();
    let silent = 0;
    const worker = async () => {
      for (const node of waiting) {
        if (signal.aborted) return;
        if (!(await readOne(inputs, troubles, node, signal))) silent += 1;
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
async function readOne(
  inputs: PowerPollInputs,
  troubles: Map<NodeId, Trouble>,
  listed: Node,
  signal: AbortSignal,
): Promise<boolean> {
  const { store, clock, read, onError } = inputs;
  try {
    const node = store.nodes.find(listed.id);
    const credentials = node === undefined ? undefined : loginOf(store, node);
    if (node === undefined || credentials === undefined) return true;
    if (node.powerState !== 'unknown') troubles.delete(node.id);
    const trouble = troubles.get(node.id);
    const isKnown = trouble !== undefined && isSameLogin(trouble.credentials, credentials);
    if (isKnown && clock.now() < trouble.notBefore) return false;
    const found = await read(node).catch((error: unknown) => {
      if (error instanceof CodedError) return error;
      throw error;
    });
    if (signal.aborted) return true;
    if (typeof found === 'string') troubles.delete(node.id);
    else noteTrouble(inputs, troubles, node, credentials, found);
    savePower(inputs, node.id, typeof found === 'string' ? found : 'unknown');
    return typeof found === 'string';
  } catch (error) {
    if (!signal.aborted) onError(error);
    return false;
  }
}

function noteTrouble(
  { store, clock }: PowerPollInputs,
  troubles: Map<NodeId, Trouble>,
  { id, deploymentId }: Node,
  credentials: BmcCredentials,
  { code, message }: CodedError,
): void {
  const before = troubles.get(id);
  const isSame = before !== undefined && isSameLogin(before.credentials, credentials);
  const failures = isSame ? before.failures + 1 : 1;
  const pauseMs = Math.min(pollMs(store) * 2 ** failures, longestPauseMs);
  const notBefore = code === 'bmc.auth_failed' ? Number.POSITIVE_INFINITY : clock.now() + pauseMs;
  troubles.set(id, { credentials, code, failures, notBefore });
  if (isSame && before.code === code) return;
  store.timeline.append({
    kind: 'bmc',
    nodeId: id,
    deploymentId,
    message: 'bmc.failed',
    details: { code, text: message },
  });
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
