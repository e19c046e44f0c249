/** FIPS 180-4 §4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const roundConstants = Uint32Array.from(firstPrimes(64), prime => fractionBits(Math.cbrt(prime)));
/** §5.3.3: of the square roots of the first 8. */
const start = Uint32Array.from(firstPrimes(8), prime => fractionBits(Math.sqrt(prime)));

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let number = 2; primes.length < count; number += 1)
    if (primes.every(prime => number % prime !== 0)) primes.push(number);
  return primes;
}

function fractionBits(value: number): number {
  return Math.floor((value - Math.floor(value)) * 2 ** 32);
}

/**
 * SHA-256 of the text's UTF-8, in hex. Ours, because a browser has its own only where the page came over HTTPS or from the
 * same computer, and a report must be made anywhere.
 */
export function sha256(text: string): string {
  const hash = Uint32Array.from(start);
  const blocks = new DataView(padded(new TextEncoder().encode(text)).buffer);
  const words = new Uint32Array(64);
  for (let offset = 0; offset < blocks.byteLength; offset += 64) {
    for (let index = 0; index < 16; index += 1) words[index] = blocks.getUint32(offset + index * 4);
    digestBlock(hash, words);
  }
  return [...hash].map(word => word.toString(16).padStart(8, '0')).join('');
}

/** §5.1.1: a bit, zeros, and the length in bits, to whole blocks of 64 bytes. */
function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  new DataView(whole.buffer).setBigUint64(whole.length - 8, BigInt(bytes.length) * 8n);
  return whole;
}

/** §6.2.2, with the letters of the standard. `words` holds the block in its first 16. */
function digestBlock(hash: Uint32Array, words: Uint32Array): void {
  const word = (index: number) => words[index] ?? 0;
  for (let t = 16; t < 64; t += 1) {
    const [w15, w2] = [word(t - 15), word(t - 2)];
    const sigma0 = rotated(w15, 7) ^ rotated(w15, 18) ^ (w15 >>> 3);
    const sigma1 = rotated(w2, 17) ^ rotated(w2, 19) ^ (w2 >>> 10);
    words[t] = word(t - 16) + sigma0 + word(t - 7) + sigma1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let t = 0; t < 64; t += 1) {
    const sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const t1 = h + sum1 + ((e & f) ^ (~e & g)) + (roundConstants[t] ?? 0) + word(t);
    const sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) hash[index] = (hash[index] ?? 0) + value;
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
