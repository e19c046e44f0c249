import type { AgentResult, AgentSession, AgentSessionRepository } from '#engine/store/agent-sessions.ts';
import type { Clock } from '#engine/system/clock.ts';
import type { Inventory } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { KeyValues } from './key-value.ts';
import { looksLikeToken, newToken, sessionToken, tokenHash } from './tokens.ts';

/** One thing for the ramdisk to do. `id` stays the same when the engine was restarted and asks again. */
export interface AgentStep {
  readonly id: string;
  readonly name: string;
  readonly parameters: KeyValues;
}

export interface AgentProgress {
  readonly phase: string;
  readonly bytes: number | null;
  readonly total: number | null;
  readonly message: string;
}

export interface AgentServiceOptions {
  readonly sessions: AgentSessionRepository;
  /** 32 bytes, the same after a restart. */
  readonly agentKey: Uint8Array;
  readonly clock: Clock;
  /** Whether this machine was leased this address: a stolen token does not work from elsewhere. */
  readonly addressBelongsTo: (nodeId: NodeId, clientAddress: string) => boolean;
  readonly nodeName: (nodeId: NodeId) => string;
  /** A hello was taken: the inventory is kept before the agent gets its answer. */
  readonly onHello: (
    nodeId: NodeId,
    purpose: string,
    inventory: unknown,
  ) => { reason: string } | { inventory: Inventory };
  /** A run of this purpose goes on: its next step may be a moment away. */
  readonly isRunning: (purpose: string) => boolean;
  readonly onRefused: (nodeId: NodeId | null, clientAddress: string, why: string) => void;
  /** How long a `GET step` is held, milliseconds. */
  readonly holdMs: number;
}

export interface HelloRefusal {
  readonly status: 400 | 401 | 403;
  readonly reason: string;
}

export type HelloAnswer =
  | { readonly status: 200; readonly session: string; readonly node: string }
  | HelloRefusal;

interface Boot {
  readonly known: AgentSession;
  readonly session: string;
}

interface WorkingStep {
  readonly step: AgentStep;
  readonly onProgress: (progress: AgentProgress) => void;
  readonly finish: (result: AgentResult) => void;
}

interface Conversation {
  lastHeardAt: number;
  /** When the machine last started something that is not our ramdisk. */
  bootedElsewhereAt: number;
  working: WorkingStep | undefined;
  /** Wakes a held `GET step`. */
  wake: (() => void) | undefined;
  helloWaiters: Set<() => void>;
}

const lookForDepartureMs = 1000;

export type AgentService = ReturnType<typeof createAgentService>;

/** The engine's half of `assets/ramdisk/protocol.md`: sessions, one step at a time per machine, results kept. */
export function createAgentService(options: AgentServiceOptions) {
  const { sessions, clock } = options;
  const conversations = new Map<NodeId, Conversation>();

  function conversation(nodeId: NodeId): Conversation {
    const known = conversations.get(nodeId);
    if (known !== undefined) return known;
    const fresh: Conversation = {
      lastHeardAt: 0,
      bootedElsewhereAt: 0,
      working: undefined,
      wake: undefined,
      helloWaiters: new Set(),
    };
    conversations.set(nodeId, fresh);
    return fresh;
  }

  function hear(nodeId: NodeId): void {
    conversation(nodeId).lastHeardAt = clock.now();
  }

  function refuse(
    status: 401 | 403,
    nodeId: NodeId | null,
    clientAddress: string,
    why: string,
  ): HelloRefusal {
    options.onRefused(nodeId, clientAddress, why);
    return { status, reason: why };
  }

  /** The boot that this token is for and the session it gives, or the refusal. */
  function boot(token: string, bootId: string, clientAddress: string): Boot | HelloRefusal {
    if (!looksLikeToken(token) || !looksLikeToken(bootId))
      return refuse(401, null, clientAddress, 'malformed token');
    const known = sessions.findByBootToken(tokenHash(token));
    if (known === undefined) return refuse(401, null, clientAddress, 'unknown token');
    const { nodeId } = known;
    if (!options.addressBelongsTo(nodeId, clientAddress)) {
      return refuse(
        403,
        nodeId,
        clientAddress,
        'the token came from an address that this machine does not have',
      );
    }
    const session = sessionToken(options.agentKey, token, bootId);
    const repeated =
      known.bootTokenSpent && known.sessionTokenHash === tokenHash(session) && !known.sessionUsed;
    if (known.bootTokenSpent && !repeated)
      return refuse(403, nodeId, clientAddress, 'the token was used before');
    return { known, session };
  }

  function hello(token: string, bootId: string, body: unknown, clientAddress: string): HelloAnswer {
    const found = boot(token, bootId, clientAddress);
    if ('reason' in found) return found;
    const { known, session } = found;
    const { nodeId } = known;
    const taken = options.onHello(nodeId, known.purpose, body);
    if ('reason' in taken) return { status: 400, reason: taken.reason };
    sessions.save({
      ...known,
      bootTokenSpent: true,
      sessionTokenHash: tokenHash(session),
      sessionUsed: false,
      clientAddress,
    });
    hear(nodeId);
    for (const waiter of conversation(nodeId).helloWaiters) waiter();
    return { status: 200, session, node: options.nodeName(nodeId) };
  }

  /** The session of a bearer, or why not. Marks it used. */
  function authenticate(token: string, clientAddress: string): AgentSession | undefined {
    const found = looksLikeToken(token) ? sessions.findBySessionToken(tokenHash(token)) : undefined;
    if (found === undefined || found.clientAddress !== clientAddress) {
      options.onRefused(found?.nodeId ?? null, clientAddress, 'unknown session');
      return undefined;
    }
    if (!found.sessionUsed) sessions.save({ ...found, sessionUsed: true });
    hear(found.nodeId);
    return found;
  }

  return {
    hello,
    authenticate,

    /** Why a hello with this token is refused, whatever it brings: nobody else's inventory is read. */
    helloRefusal(token: string, bootId: string, clientAddress: string): HelloRefusal | undefined {
      const found = boot(token, bootId, clientAddress);
      return 'reason' in found ? found : undefined;
    },

    /** A new boot of this machine: earlier tokens and sessions are dead. Gives the token for its kernel command line. */
    newBoot(nodeId: NodeId, purpose: string): string {
      const token = newToken();
      sessions.save({
        nodeId,
        bootTokenHash: tokenHash(token),
        bootTokenSpent: false,
        sessionTokenHash: null,
        sessionUsed: false,
        clientAddress: null,
        purpose,
        createdAt: clock.now(),
      });
      return token;
    },

    /** Nobody's ramdisk may speak for this machine any more. */
    endSession(nodeId: NodeId): void {
      sessions.remove(nodeId);
    },

    /** The step that this machine has to do, held until there is one; undefined after `holdMs`. */
    async nextStep(nodeId: NodeId, signal: AbortSignal): Promise<AgentStep | undefined> {
      const talk = conversation(nodeId);
      if (talk.working === undefined) {
        talk.wake?.();
        const woken = new Promise<void>(resolve => {
          talk.wake = resolve;
        });
        await Promise.race([woken, clock.sleep(options.holdMs, signal).catch(() => undefined)]);
      }
      hear(nodeId);
      return talk.working?.step;
    },

    /** False: the step is not wanted any more. */
    progress(nodeId: NodeId, stepId: string, progress: AgentProgress): boolean {
      const { working } = conversation(nodeId);
      if (working?.step.id !== stepId) return false;
      working.onProgress(progress);
      return true;
    },

    /** Kept before it is answered, for the agent may reboot right after. */
    result(nodeId: NodeId, stepId: string, result: AgentResult): 'taken' | 'unknown' | 'not-now' {
      const { working } = conversation(nodeId);
      if (working?.step.id !== stepId) {
        if (sessions.result(stepId) !== undefined) return 'taken';
        // Just started and not yet at this step: a result that the agent drops would never come again.
        const soon = working === undefined && options.isRunning(sessions.find(nodeId)?.purpose ?? '');
        return soon ? 'not-now' : 'unknown';
      }
      sessions.saveResult(nodeId, stepId, result);
      working.finish(result);
      return 'taken';
    },

    /** Whether the machine's ramdisk spoke within `withinMs`. */
    isLive(nodeId: NodeId, withinMs: number): boolean {
      const session = sessions.find(nodeId);
      return session?.sessionTokenHash != null && clock.now() - conversation(nodeId).lastHeardAt < withinMs;
    },

    /** The machine asked what to boot and was sent to its disk: whatever ramdisk it had is gone. */
    bootsElsewhere(nodeId: NodeId): void {
      conversation(nodeId).bootedElsewhereAt = clock.now();
    },

    /** Resolves when the machine's ramdisk is gone: it boots something else, or has not spoken for `silenceMs`. */
    async waitUntilGone(
      nodeId: NodeId,
      silenceMs: number,
      signal: AbortSignal,
    ): Promise<'elsewhere' | 'silent'> {
      const since = clock.now();
      const talk = conversation(nodeId);
      for (;;) {
        if (talk.bootedElsewhereAt >= since) return 'elsewhere';
        if (clock.now() - Math.max(talk.lastHeardAt, since) >= silenceMs) return 'silent';
        await clock.sleep(lookForDepartureMs, signal);
      }
    },

    lastHeardAt: (nodeId: NodeId): number => conversation(nodeId).lastHeardAt,

    /** Resolves when a ramdisk of this purpose has said hello (at once if it has). */
    async waitForHello(nodeId: NodeId, purpose: string, signal: AbortSignal): Promise<void> {
      const talk = conversation(nodeId);
      const said = () => {
        const session = sessions.find(nodeId);
        return session?.purpose === purpose && session.sessionTokenHash !== null;
      };
      while (!said()) {
        await new Promise<void>((resolve, reject) => {
          const onAbort = () => settle(() => reject(signal.reason));
          const onHello = () => settle(resolve);
          function settle(then: () => void): void {
            talk.helloWaiters.delete(onHello);
            signal.removeEventListener('abort', onAbort);
            then();
          }
          if (signal.aborted) return reject(signal.reason);
          talk.helloWaiters.add(onHello);
          signal.addEventListener('abort', onAbort, { once: true });
        });
      }
    },

    /** Gives the machine a step and waits for its result, also across power cuts of the machine and restarts of ours. */
    run(
      nodeId: NodeId,
      step: AgentStep,
      onProgress: (progress: AgentProgress) => void,
      signal: AbortSignal,
    ): Promise<AgentResult> {
      const kept = sessions.result(step.id);
      if (kept !== undefined) return Promise.resolve(kept);
      const talk = conversation(nodeId);
      return new Promise((resolve, reject) => {
        const onAbort = () => settle(() => reject(signal.reason));
        function settle(then: () => void): void {
          signal.removeEventListener('abort', onAbort);
          talk.working = undefined;
          then();
        }
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        talk.working = { step, onProgress, finish: result => settle(() => resolve(result)) };
        talk.wake?.();
      });
    },
  };
}
