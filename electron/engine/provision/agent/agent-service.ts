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
  /** Given to a ramdisk whose task is over, too: it touches nothing, and a person asks for it. */
  readonly outlivesTask?: boolean;
  /** Keeps the file that the ramdisk sends meanwhile, before that is answered. */
  readonly onFile?: (bytes: Uint8Array, sha256: string) => void;
}

/** Why a step ended without a result: the machine was given another one. */
export class StepReplacedError extends Error {}

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
  readonly abandon: () => void;
}

interface Conversation {
  lastHeardAt: number;
  /** Grows with each word of the machine: silence can be told without looking at a clock that may be set. */
  timesHeard: number;
  /** When the machine last started something that is not our ramdisk. */
  bootedElsewhereAt: number;
  working: WorkingStep | undefined;
  /** Wakes a held `GET step`. */
  wake: (() => void) | undefined;
  helloWaiters: Set<() => void>;
  /** Aborted when the session is retired or replaced: what is being sent to that ramdisk is cut. */
  wanted: AbortController;
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
      timesHeard: 0,
      bootedElsewhereAt: 0,
      working: undefined,
      wake: undefined,
      helloWaiters: new Set(),
      wanted: new AbortController(),
    };
    conversations.set(nodeId, fresh);
    return fresh;
  }

  function hear(nodeId: NodeId): void {
    const talk = conversation(nodeId);
    talk.lastHeardAt = clock.now();
    talk.timesHeard += 1;
  }

  function cutDownloads(nodeId: NodeId): void {
    const talk = conversation(nodeId);
    talk.wanted.abort();
    talk.wanted = new AbortController();
  }

  /** Whether the ramdisk that was booted for `purpose` has said hello and is still wanted. */
  function hasCalled(nodeId: NodeId, purpose: string): boolean {
    const session = sessions.find(nodeId);
    return session?.purpose === purpose && session.sessionTokenHash !== null && !session.retired;
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
    if (known.retired) return refuse(403, nodeId, clientAddress, 'its task is over');
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

  /** The session of a bearer; a retired one too, which may only be told so. Marks it used. */
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
    hasCalled,

    /** Why a hello with this token is refused, whatever it brings: nobody else's inventory is read. */
    helloRefusal(token: string, bootId: string, clientAddress: string): HelloRefusal | undefined {
      const found = boot(token, bootId, clientAddress);
      return 'reason' in found ? found : undefined;
    },

    /** A new boot of this machine: earlier tokens and sessions are dead. Gives the token for its kernel command line. */
    newBoot(nodeId: NodeId, purpose: string): string {
      const token = newToken();
      cutDownloads(nodeId);
      sessions.save({
        nodeId,
        bootTokenHash: tokenHash(token),
        bootTokenSpent: false,
        sessionTokenHash: null,
        sessionUsed: false,
        clientAddress: null,
        purpose,
        createdAt: clock.now(),
        retired: false,
      });
      return token;
    },

    /**
     * The machine's ramdisk has no task any more: it gets no step and no download, what it does is stopped (its next
     * progress is answered so), and its results are dropped. Deleting the session would leave it writing, unheard.
     */
    retireSession(nodeId: NodeId): void {
      const session = sessions.find(nodeId);
      if (session === undefined || session.retired) return;
      sessions.save({ ...session, retired: true });
      cutDownloads(nodeId);
    },

    /** A retry takes up the ramdisk that still waits. */
    reviveSession(nodeId: NodeId): void {
      const session = sessions.find(nodeId);
      if (session !== undefined) sessions.save({ ...session, retired: false });
    },

    /** Aborts when the ramdisk that this machine has now is not wanted any more. */
    whileWanted: (nodeId: NodeId): AbortSignal => conversation(nodeId).wanted.signal,

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
      const step = talk.working?.step;
      return sessions.find(nodeId)?.retired === true && step?.outlivesTask !== true ? undefined : step;
    },

    /** False: the step is not wanted any more. */
    progress(nodeId: NodeId, stepId: string, progress: AgentProgress): boolean {
      const { working } = conversation(nodeId);
      if (working?.step.id !== stepId) return false;
      working.onProgress(progress);
      return true;
    },

    /** Whether the step takes a file now: asked before one is read. */
    wantsFile(nodeId: NodeId, stepId: string): 'yes' | 'unknown' | 'no-more' {
      const { working } = conversation(nodeId);
      if (working?.step.id === stepId) return working.step.onFile === undefined ? 'no-more' : 'yes';
      return sessions.result(stepId) === undefined ? 'unknown' : 'no-more';
    },

    /** False: it came too late. Stored when this returns. */
    file(nodeId: NodeId, stepId: string, bytes: Uint8Array, sha256: string): boolean {
      const { working } = conversation(nodeId);
      if (working?.step.id !== stepId || working.step.onFile === undefined) return false;
      working.step.onFile(bytes, sha256);
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

    /** Whether the ramdisk that was booted for `purpose` spoke within `withinMs`, retired or not, and is still there. */
    isLive(nodeId: NodeId, purpose: string, withinMs: number): boolean {
      const session = sessions.find(nodeId);
      const { lastHeardAt, bootedElsewhereAt } = conversation(nodeId);
      return (
        session?.purpose === purpose &&
        session.sessionTokenHash !== null &&
        bootedElsewhereAt < lastHeardAt &&
        clock.now() - lastHeardAt < withinMs
      );
    },

    /** The machine was sent to its disk, or somebody switched it: whatever ramdisk it had is gone. */
    bootsElsewhere(nodeId: NodeId): void {
      conversation(nodeId).bootedElsewhereAt = clock.now();
    },

    /**
     * Resolves when the machine's ramdisk is gone: it boots something else, or has not spoken for `silenceMs`. Silence is
     * counted in looks of ours: a laptop that slept, or whose clock was set, has not listened meanwhile.
     */
    async waitUntilGone(
      nodeId: NodeId,
      silenceMs: number,
      signal: AbortSignal,
    ): Promise<'elsewhere' | 'silent'> {
      const talk = conversation(nodeId);
      const { bootedElsewhereAt } = talk;
      let heard = talk.timesHeard;
      let silentMs = 0;
      while (silentMs < silenceMs) {
        await clock.sleep(lookForDepartureMs, signal);
        if (talk.bootedElsewhereAt !== bootedElsewhereAt) return 'elsewhere';
        silentMs = talk.timesHeard === heard ? silentMs + lookForDepartureMs : 0;
        heard = talk.timesHeard;
      }
      return 'silent';
    },

    timesHeard: (nodeId: NodeId): number => conversation(nodeId).timesHeard,

    /** Resolves when a ramdisk of this purpose has said hello (at once if it has). */
    async waitForHello(nodeId: NodeId, purpose: string, signal: AbortSignal): Promise<void> {
      const talk = conversation(nodeId);
      while (!hasCalled(nodeId, purpose)) {
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
          if (talk.working === working) talk.working = undefined;
          then();
        }
        const working: WorkingStep = {
          step,
          onProgress,
          finish: result => settle(() => resolve(result)),
          abandon: () => settle(() => reject(new StepReplacedError())),
        };
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        talk.working?.abandon();
        talk.working = working;
        talk.wake?.();
      });
    },
  };
}
