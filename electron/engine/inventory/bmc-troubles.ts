import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import type { CodedError, Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { type BmcCredentials, isSameLogin, loginOf } from './bmc-login.ts';

const longestPauseMs = 600_000;

/** A BMC that did not answer these credentials. */
interface Trouble {
  readonly credentials: BmcCredentials;
  readonly error: CodedError;
  readonly failures: number;
  /** Infinity: not before the credentials change. */
  readonly notBefore: number;
}

export type BmcTroubles = ReturnType<typeof createBmcTroubles>;

/**
 * Which BMCs are left in peace, and why. One that does not answer is asked ever more rarely; one that refused our
 * credentials not again until they change, because BMCs lock accounts. Whoever else hears from it meanwhile (its power
 * state is known again) ends that.
 */
export function createBmcTroubles(store: Store, clock: Clock) {
  const troubles = new Map<NodeId, Trouble>();
  return {
    /** Why this BMC is not asked now; undefined: it may be. */
    resting({ id, powerState }: Node, credentials: BmcCredentials): CodedError | undefined {
      if (powerState !== 'unknown') troubles.delete(id);
      const trouble = troubles.get(id);
      const isKnown = trouble !== undefined && isSameLogin(trouble.credentials, credentials);
      return isKnown && clock.now() < trouble.notBefore ? trouble.error : undefined;
    },
    /** It failed once more; the first time with this reason is told. */
    note({ id, deploymentId }: Node, credentials: BmcCredentials, error: CodedError, pollMs: number): void {
      const before = troubles.get(id);
      const isSame = before !== undefined && isSameLogin(before.credentials, credentials);
      const failures = isSame ? before.failures + 1 : 1;
      const pauseMs = Math.min(pollMs * 2 ** failures, longestPauseMs);
      const { code, message } = error;
      const notBefore = code === 'bmc.auth_failed' ? Number.POSITIVE_INFINITY : clock.now() + pauseMs;
      troubles.set(id, { credentials, error, failures, notBefore });
      if (isSame && before.error.code === code) return;
      store.timeline.append({
        kind: 'bmc',
        nodeId: id,
        deploymentId,
        message: 'bmc.failed',
        details: { code, text: message },
      });
    },
    over: (id: NodeId): void => void troubles.delete(id),
  };
}

/** The same of a server by its id: of one that is gone, or has no BMC, nothing is known. */
export function restingOf(store: Store, troubles: BmcTroubles, id: NodeId): CodedError | undefined {
  const node = store.nodes.find(id);
  const credentials = node === undefined ? undefined : loginOf(store, node);
  if (node === undefined || credentials === undefined) return undefined;
  return troubles.resting(node, credentials);
}
