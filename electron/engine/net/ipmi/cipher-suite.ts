import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/**
 * The cipher suites we speak (IPMI 2.0 table 22-20): 3 and 17; 0 has no password check at all and is
 * used only when a caller names it. Key exchange of §13.28, §13.31–13.32.
 */
export type CipherSuiteId = 0 | 3 | 17;

/** Algorithm numbers as they stand in Open Session (tables 13-17, 13-18, 13-19). */
export interface SuiteAlgorithms {
  readonly authentication: number;
  readonly integrity: number;
  readonly confidentiality: number;
}

export interface CipherSuite {
  readonly id: CipherSuiteId;
  readonly algorithms: SuiteAlgorithms;
  /** Hash of the RAKP HMACs; undefined for RAKP-none. */
  readonly hash: 'sha1' | 'sha256' | undefined;
  /** Bytes of RAKP 2's and 3's key exchange authentication code. */
  readonly authCodeBytes: number;
  /** Bytes of RAKP 4's check value and of each packet's auth code (the HMAC cut off). */
  readonly integrityBytes: number;
}

export const cipherSuites: Readonly<Record<CipherSuiteId, CipherSuite>> = {
  0: {
    id: 0,
    algorithms: { authentication: 0, integrity: 0, confidentiality: 0 },
    hash: undefined,
    authCodeBytes: 0,
    integrityBytes: 0,
  },
  3: {
    id: 3,
    algorithms: { authentication: 1, integrity: 1, confidentiality: 1 },
    hash: 'sha1',
    authCodeBytes: 20,
    integrityBytes: 12,
  },
  17: {
    id: 17,
    algorithms: { authentication: 3, integrity: 4, confidentiality: 1 },
    hash: 'sha256',
    authCodeBytes: 32,
    integrityBytes: 16,
  },
};

export function findCipherSuite(algorithms: SuiteAlgorithms): CipherSuite | undefined {
  return Object.values(cipherSuites).find(
    suite =>
      suite.algorithms.authentication === algorithms.authentication &&
      suite.algorithms.integrity === algorithms.integrity &&
      suite.algorithms.confidentiality === algorithms.confidentiality,
  );
}

/**
 * Both sides of one key exchange, by the names of §13.31. Keys are KeyObjects because node takes 20 µs to
 * make one, and would make one for every HMAC of plain bytes.
 */
export interface KeyExchange {
  readonly consoleSessionId: number;
  readonly systemSessionId: number;
  readonly consoleRandom: Buffer;
  readonly systemRandom: Buffer;
  readonly systemGuid: Buffer;
  readonly role: number;
  readonly username: Buffer;
  /** K[UID], of the password. */
  readonly userKey: KeyObject;
  /** K[G]; absent (the common case) means K[UID] is used in its place (§13.31, "one-key" login). */
  readonly bmcKey?: KeyObject;
}

export interface SessionKeys {
  readonly suite: CipherSuite;
  /** Session integrity key. */
  readonly sik: KeyObject;
  /** K1: signs packets. */
  readonly integrityKey: KeyObject;
  /** First 16 bytes of K2: encrypts payloads. */
  readonly aesKey: KeyObject;
}

export const maxPasswordBytes = 20;
const noBytes = Buffer.alloc(0);

/** K[UID]: 20 bytes, zero padded (§13.28.1). The caller has refused longer passwords. */
export function paddedKey(secret: Uint8Array): Buffer {
  const key = Buffer.alloc(maxPasswordBytes);
  key.set(secret.subarray(0, maxPasswordBytes));
  return key;
}

/** The key that a password or BMC key makes. */
export function secretKey(secret: Uint8Array): KeyObject {
  return createSecretKey(paddedKey(secret));
}

function hmac(suite: CipherSuite, key: KeyObject, ...parts: readonly Uint8Array[]): Buffer {
  if (suite.hash === undefined) return noBytes;
  const mac = createHmac(suite.hash, key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

/** RAKP 2: proves to the console that the BMC knows the user's key (§13.31). */
export function rakp2AuthCode(suite: CipherSuite, exchange: KeyExchange): Buffer {
  return hmac(
    suite,
    exchange.userKey,
    u32(exchange.consoleSessionId),
    u32(exchange.systemSessionId),
    exchange.consoleRandom,
    exchange.systemRandom,
    exchange.systemGuid,
    roleAndName(exchange),
  );
}

/** RAKP 3: proves to the BMC that the console knows the user's key (§13.31). */
export function rakp3AuthCode(suite: CipherSuite, exchange: KeyExchange): Buffer {
  const parts = [exchange.systemRandom, u32(exchange.consoleSessionId), roleAndName(exchange)];
  return hmac(suite, exchange.userKey, ...parts);
}

/** RAKP 4: proves that both sides derived the same session key (§13.31). */
export function rakp4CheckValue(keys: SessionKeys, exchange: KeyExchange): Buffer {
  const parts = [exchange.consoleRandom, u32(exchange.systemSessionId), exchange.systemGuid];
  return hmac(keys.suite, keys.sik, ...parts).subarray(0, keys.suite.integrityBytes);
}

/** §13.31 (SIK) and §13.32 (K1, K2). The constants are 20 bytes long for SHA-256 too. */
export function deriveSessionKeys(suite: CipherSuite, exchange: KeyExchange): SessionKeys {
  const key = exchange.bmcKey ?? exchange.userKey;
  const { consoleRandom, systemRandom } = exchange;
  const sik = createSecretKey(hmac(suite, key, consoleRandom, systemRandom, roleAndName(exchange)));
  const k1 = hmac(suite, sik, Buffer.alloc(20, 0x01));
  const k2 = hmac(suite, sik, Buffer.alloc(20, 0x02));
  return { suite, sik, integrityKey: createSecretKey(k1), aesKey: createSecretKey(k2.subarray(0, 16)) };
}

/** The auth code of one packet: over everything from the authentication type byte to the next-header byte (§13.28.4). */
export function packetAuthCode(keys: SessionKeys, ...signed: readonly Uint8Array[]): Buffer {
  return hmac(keys.suite, keys.integrityKey, ...signed).subarray(0, keys.suite.integrityBytes);
}

/** Constant-time; unequal lengths are simply unequal. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function roleAndName(exchange: KeyExchange): Buffer {
  return Buffer.concat([Uint8Array.of(exchange.role, exchange.username.length), exchange.username]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
