import { randomBytes } from 'node:crypto';
import type { RandomBytes } from './seal.ts';

const poolBytes = 4096;

/** The system's random bytes, drawn many at a time: one draw for each packet's IV took a tenth of what a packet costs. */
export function createRandomPool(): RandomBytes {
  let pool = Buffer.alloc(0);
  let used = 0;
  return sizeBytes => {
    if (sizeBytes > poolBytes) return randomBytes(sizeBytes);
    if (used + sizeBytes > pool.length) {
      pool = randomBytes(poolBytes);
      used = 0;
    }
    used += sizeBytes;
    return pool.subarray(used - sizeBytes, used);
  };
}
