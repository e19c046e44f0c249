import type { IpmiClock } from '../clock.ts';
import type { SecureChannel } from '../secure-channel.ts';
import type { StoredAccount } from './account.ts';
import type { Reply } from './handler.ts';

/** An active session of a virtual BMC. */
export interface ActiveSession {
  readonly kind: 'active';
  readonly version: '1.5' | '2.0';
  readonly id: number;
  readonly remote: string;
  readonly account: StoredAccount;
  readonly channel: SecureChannel;
  readonly maxLevel: number;
  level: number;
  lastUsedMs: number;
  /** The answer to the last request that must not be carried out twice. */
  answered?: { readonly request: Buffer; readonly reply: Reply };
}

/** A session on its way: §13.15, between Open Session and RAKP 3, or between challenge and activation. */
export interface PendingSession<T> {
  readonly kind: 'pending';
  readonly id: number;
  readonly remote: string;
  lastUsedMs: number;
  readonly setup: T;
}

/** Slots of a virtual BMC. Forgotten when idle: active ones after 60 s (§6.12.15), half-open ones sooner. */
export interface SessionStore<T> {
  /** A new id, or undefined when every slot is taken. */
  reserve(remote: string, setup: T): PendingSession<T> | undefined;
  pending(id: number): PendingSession<T> | undefined;
  activate(
    pending: PendingSession<T>,
    session: Omit<ActiveSession, 'kind' | 'lastUsedMs' | 'remote'>,
  ): ActiveSession;
  active(id: number): ActiveSession | undefined;
  end(id: number): boolean;
  clear(): void;
  readonly activeCount: number;
}

export interface SessionLimits {
  readonly slots: number;
  readonly idleTimeoutMs: number;
  readonly setupTimeoutMs: number;
}

export const defaultLimits: SessionLimits = { slots: 8, idleTimeoutMs: 60_000, setupTimeoutMs: 10_000 };

export function createSessionStore<T>(
  limits: SessionLimits,
  clock: IpmiClock,
  newId: () => number,
): SessionStore<T> {
  const sessions = new Map<number, ActiveSession | PendingSession<T>>();

  function forgetIdle(): void {
    const nowMs = clock.nowMs();
    for (const [id, session] of sessions) {
      const limitMs = session.kind === 'active' ? limits.idleTimeoutMs : limits.setupTimeoutMs;
      if (nowMs - session.lastUsedMs >= limitMs) sessions.delete(id);
    }
  }

  function freeId(): number {
    for (;;) {
      const id = newId();
      if (id !== 0 && !sessions.has(id)) return id;
    }
  }

  return {
    reserve(remote, setup) {
      forgetIdle();
      if (sessions.size >= limits.slots) return undefined;
      const session: PendingSession<T> = {
        kind: 'pending',
        id: freeId(),
        remote,
        setup,
        lastUsedMs: clock.nowMs(),
      };
      sessions.set(session.id, session);
      return session;
    },
    pending(id) {
      forgetIdle();
      const session = sessions.get(id);
      return session?.kind === 'pending' ? session : undefined;
    },
    activate(pending, session) {
      const active: ActiveSession = {
        ...session,
        kind: 'active',
        remote: pending.remote,
        lastUsedMs: clock.nowMs(),
      };
      sessions.delete(pending.id);
      sessions.set(active.id, active);
      return active;
    },
    active(id) {
      forgetIdle();
      const session = sessions.get(id);
      return session?.kind === 'active' ? session : undefined;
    },
    end: id => sessions.delete(id),
    clear: () => sessions.clear(),
    get activeCount() {
      forgetIdle();
      return [...sessions.values()].filter(session => session.kind === 'active').length;
    },
  };
}
