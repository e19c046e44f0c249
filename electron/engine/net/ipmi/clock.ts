/** Time as the client and the BMC see it; tests turn it by hand. */
export interface IpmiClock {
  /** Monotonic. */
  nowMs(): number;
  /** Calls `run` once after `delayMs`; the returned function cancels. */
  after(delayMs: number, run: () => void): () => void;
}

export const monotonicClock: IpmiClock = {
  nowMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
