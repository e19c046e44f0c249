/** A small repeatable generator (mulberry32): a failing run can be run again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function seededBytes(random: () => number, sizeBytes: number): Buffer {
  return Buffer.from(Array.from({ length: sizeBytes }, () => Math.floor(random() * 256)));
}

/**
 * What a stranger may send, made from good samples: every truncation, single bytes changed, and noise.
 * Each input is the tail of a larger buffer of a telltale value, so that an over-read shows up in the result.
 */
export function* hostileVariants(samples: readonly Buffer[], seed = 1): Generator<Buffer> {
  const random = seededRandom(seed);
  for (const sample of samples) {
    for (let length = 0; length <= sample.length; length += 1) yield framed(sample.subarray(0, length));
    for (let at = 0; at < sample.length; at += 1) {
      for (const value of [0x00, 0x01, 0x7f, 0x80, 0xff, Math.floor(random() * 256)]) {
        const changed = Buffer.from(sample);
        changed[at] = value;
        yield framed(changed);
      }
    }
  }
  for (let round = 0; round < 500; round += 1) yield framed(seededBytes(random, Math.floor(random() * 90)));
}

function framed(bytes: Buffer): Buffer {
  const padded = Buffer.alloc(bytes.length + 64, 0xee);
  bytes.copy(padded, 32);
  return padded.subarray(32, 32 + bytes.length);
}
