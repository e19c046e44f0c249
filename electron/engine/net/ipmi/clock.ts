/** Time as the client and the BMC see it; tests turn it by hand. */
export interface IpmiClock {
  /** Monotonic. */
  nowMs(): number;
  /** Calls `run` once after `delayMs`; the returned function cancels. */
  after(delayMs: number, run: () => void): () => void;
}

/** The one timer of a state machine that says when it wants to be woken. */
export interface Alarm {
  /** Undefined: not at all. The same time again changes nothing. */
  set(atMs: number | undefined): void;
}

export function createAlarm(clock: IpmiClock, ring: () => void): Alarm {
  let dueAtMs: number | undefined;
  let cancel: () => void = () => undefined;
  return {
    set(atMs) {
      if (atMs === dueAtMs) return;
      cancel();
      dueAtMs = atMs;
      if (atMs === undefined) return;
      cancel = clock.after(Math.max(0, atMs - clock.nowMs()), () => {
        dueAtMs = undefined;
        ring();
      });
    },
  };
}

export const monotonicClock: IpmiClock = {
  nowMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
