import { createHash } from 'node:crypto';

/** crypt(3)'s own base 64, least significant bits first. */
const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const defaultRounds = 5000;

/**
 * SHA-512 crypt, `$6$salt$hash` ("Unix crypt using SHA-256 and SHA-512", U. Drepper, version 0.6; the step numbers below
 * are its own). `salt` is at most 16 characters of crypt's alphabet. Takes some milliseconds.
 */
export function sha512Crypt(password: string, salt: string, rounds = defaultRounds): string {
  const key = Buffer.from(password, 'utf8');
  const saltBytes = Buffer.from(salt.slice(0, 16), 'latin1');
  const sha512 = (...parts: readonly Uint8Array[]): Buffer => {
    const hash = createHash('sha512');
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  // 1-12: digest A, in which the bits of the key's length choose between digest B and the key.
  const digestB = sha512(key, saltBytes, key);
  const byLength: Uint8Array[] = [key, saltBytes, stretched(digestB, key.length)];
  for (let bits = key.length; bits > 0; bits >>>= 1) byLength.push((bits & 1) === 1 ? digestB : key);
  let digest = sha512(...byLength);
  // 13-20: the sequences P and S, as long as key and salt.
  const sequenceP = stretched(sha512(...Array.from({ length: key.length }, () => key)), key.length);
  const saltTimes = 16 + (digest[0] ?? 0);
  const sequenceS = stretched(
    sha512(...Array.from({ length: saltTimes }, () => saltBytes)),
    saltBytes.length,
  );
  // 21: the rounds that make guessing expensive.
  for (let round = 0; round < rounds; round++) {
    const parts: Uint8Array[] = [(round & 1) === 1 ? sequenceP : digest];
    if (round % 3 !== 0) parts.push(sequenceS);
    if (round % 7 !== 0) parts.push(sequenceP);
    parts.push((round & 1) === 1 ? digest : sequenceP);
    digest = sha512(...parts);
  }
  const parameters = rounds === defaultRounds ? '' : `rounds=${rounds}$`;
  return `$6$${parameters}${saltBytes.toString('latin1')}$${encodeDigest(digest)}`;
}

/** Sixteen characters of the alphabet from as many random bytes. */
export function cryptSalt(randomness: Uint8Array): string {
  return Array.from(randomness.subarray(0, 16), byte => alphabet[byte & 63]).join('');
}

function stretched(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, length === 0 ? 0 : digest);
}

/** 22: groups of three bytes in an order where each step turns the three positions, then the last byte alone. */
function encodeDigest(digest: Buffer): string {
  let text = '';
  let [a, b, c] = [0, 21, 42];
  for (let group = 0; group < 21; group++) {
    text += encode24(digest[a] ?? 0, digest[b] ?? 0, digest[c] ?? 0, 4);
    [a, b, c] = [b + 1, c + 1, a + 1];
  }
  return text + encode24(0, 0, digest[63] ?? 0, 2);
}

function encode24(high: number, middle: number, low: number, characters: number): string {
  const value = (high << 16) | (middle << 8) | low;
  return Array.from({ length: characters }, (_, index) => alphabet[(value >>> (index * 6)) & 63]).join('');
}
