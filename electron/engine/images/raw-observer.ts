import { createHash } from 'node:crypto';
import { headBytes } from './classify-head.ts';

/** What is learned of the raw content while it streams by. */
export interface RawFacts {
  readonly sizeBytes: number;
  /** Undefined when the observer was told not to hash. */
  readonly sha256: string | undefined;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly isAllZeros: boolean;
}

export interface RawObserver {
  readonly take: (chunk: Uint8Array) => void;
  readonly sizeBytes: () => number;
  readonly facts: () => RawFacts;
}

const tailBytes = 512;

/** `isHashed: false` where the source's own hash is already that of the content. */
export function createRawObserver(isHashed: boolean): RawObserver {
  const hash = isHashed ? createHash('sha256') : undefined;
  const head = Buffer.alloc(headBytes);
  let tail: Uint8Array = Buffer.alloc(0);
  let sizeBytes = 0;
  let isAllZeros = true;
  return {
    take(chunk) {
      hash?.update(chunk);
      if (sizeBytes < headBytes) head.set(chunk.subarray(0, headBytes - sizeBytes), sizeBytes);
      if (isAllZeros) isAllZeros = isZero(chunk);
      // A copy: the chunk's memory is not ours.
      tail = Buffer.concat([tail.subarray(-tailBytes), chunk.subarray(-tailBytes)]).subarray(-tailBytes);
      sizeBytes += chunk.length;
    },
    sizeBytes: () => sizeBytes,
    facts: () => ({
      sizeBytes,
      sha256: hash?.digest('hex'),
      head: head.subarray(0, Math.min(sizeBytes, headBytes)),
      tail,
      isAllZeros,
    }),
  };
}

/** A shared block of zeros: compared with by memcmp, and what a run of zeros is written from. */
export const zeroBlock: Uint8Array = Buffer.alloc(1024 * 1024);

function isZero(chunk: Uint8Array): boolean {
  for (let at = 0; at < chunk.length; at += zeroBlock.length) {
    const part = chunk.subarray(at, at + zeroBlock.length);
    if (Buffer.compare(part, zeroBlock.subarray(0, part.length)) !== 0) return false;
  }
  return true;
}
