export interface RateRules {
  /** What one address may send at once after a pause. */
  readonly burstMessages: number;
  readonly messagesPerSecond: number;
}

/** How fast each address sends: a bucket of tokens, filled by time and emptied by messages. */
export interface RateLimit {
  /** Counts one message, also of an address that should have rested. */
  spend(address: string, nowMs: number): void;
  /** How long until the address may send again; 0 when it may now. */
  restMs(address: string, nowMs: number): number;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** UDP sources can be invented: beyond this many the longest unheard one is forgotten. */
const maxAddresses = 4096;

export function rateLimit({ burstMessages, messagesPerSecond }: RateRules): RateLimit {
  const buckets = new Map<string, Bucket>();
  const bucketOf = (address: string, nowMs: number): Bucket => {
    const known = buckets.get(address);
    const bucket = known ?? { tokens: burstMessages, filledAtMs: nowMs };
    // A clock that was set back fills nothing.
    const seconds = Math.max(0, nowMs - bucket.filledAtMs) / 1000;
    bucket.tokens = Math.min(burstMessages, bucket.tokens + seconds * messagesPerSecond);
    bucket.filledAtMs = nowMs;
    // Map keeps the order of insertion: the first is the longest unheard.
    buckets.delete(address);
    buckets.set(address, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > maxAddresses && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  };
  return {
    spend(address, nowMs) {
      const bucket = bucketOf(address, nowMs);
      // Debts have an end too: whoever sent far too much is not made to wait for hours.
      bucket.tokens = Math.max(-burstMessages, bucket.tokens - 1);
    },
    restMs(address, nowMs) {
      const missing = 1 - bucketOf(address, nowMs).tokens;
      return missing <= 0 ? 0 : Math.ceil((missing * 1000) / messagesPerSecond);
    },
  };
}
