import type { IpmiClock } from '../clock.ts';
import type { SecureChannel } from '../secure-channel.ts';
import type { StoredAccount } from './account.ts';

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
}

/** A session on its way: §13.15, between Open Session and RAKP 3, or between challenge and activation. */
export interface PendingSession<T> {
  readonly kind: 'pending';
  readonly id: number;
  readonly remote: string;
  lastUsedMs: number;
  readonly setup: T;
}

/**
 * Slots of a virtual BMC. Only active sessions take one unless `halfOpenTakeSlots`; of the half-open ones the oldest
 * gives way, so that neither a stranger nor a lossy network can lock the others out. Idle ones are forgotten (§6.12.15).
 */
export interface SessionStore<T> {
  /** A half-open session under a new id, or undefined when every slot is taken. */
  reserve(remote: string, setup: T): PendingSession<T> | undefined;
  /** The half-open session that `matches`, for set-up requests that arrive twice. */
  findPending(matches: (session: PendingSession<T>) => boolean): PendingSession<T> | undefined;
  pending(id: number): PendingSession<T> | undefined;
  /** False: every slot was taken meanwhile. */
  activate(
    pending: PendingSession<T>,
    session: Omit<ActiveSession, 'kind' | 'lastUsedMs' | 'remote'>,
  ): boolean;
  active(id: number): ActiveSession | undefined;
  end(id: number): boolean;
  clear(): void;
  readonly activeCount: number;
}

export interface SessionLimits {
  readonly slots: number;
  readonly idleTimeoutMs: number;
  readonly setupTimeoutMs: number;
  /** As in many real BMCs: a log-in that was begun and not given up holds its slot until `setupTimeoutMs`. */
  readonly halfOpenTakeSlots: boolean;
}

const maxPending = 16;
export const defaultLimits: SessionLimits = {
  slots: 8,
  idleTimeoutMs: 60_000,
  setupTimeoutMs: 10_000,
  halfOpenTakeSlots: false,
};

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

  function countActive(): number {
    forgetIdle();
    let count = 0;
    for (const session of sessions.values()) if (session.kind === 'active') count += 1;
    return count;
  }

  function countTaken(): number {
    const active = countActive();
    return limits.halfOpenTakeSlots ? sessions.size : active;
  }

  /** A Map keeps the order of insertion: the first pending one is the oldest. */
  function evictPending(): void {
    const pending = [...sessions.values()].filter(session => session.kind === 'pending');
    if (pending.length >= maxPending && pending[0] !== undefined) sessions.delete(pending[0].id);
  }

  function freeId(): number {
    for (;;) {
      const id = newId();
      if (id !== 0 && !sessions.has(id)) return id;
    }
  }

  return {
    reserve(remote, setup) {
      if (countTaken() >= limits.slots) return undefined;
      evictPending();
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
    findPending(matches) {
      forgetIdle();
      for (const session of sessions.values()) {
        if (session.kind === 'pending' && matches(session)) return session;
      }
      return undefined;
    },
    activate(pending, session) {
      sessions.delete(pending.id);
      if (countActive() >= limits.slots) return false;
      const active: ActiveSession = {
        ...session,
        kind: 'active',
        remote: pending.remote,
        lastUsedMs: clock.nowMs(),
      };
      sessions.set(active.id, active);
      return true;
    },
    active(id) {
      forgetIdle();
      const session = sessions.get(id);
      return session?.kind === 'active' ? session : undefined;
    },
    end: id => sessions.delete(id),
    clear: () => sessions.clear(),
    get activeCount() {
      return countActive();
    },
  };
}
