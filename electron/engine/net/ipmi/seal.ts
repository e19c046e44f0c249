import type { KeyObject } from 'node:crypto';
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Decoded } from '#shared/model/decoded.ts';
import { decoded, malformed } from '#shared/model/decoded.ts';
import type { SessionKeys } from './cipher-suite.ts';
import { equalSecrets, packetAuthCode } from './cipher-suite.ts';
import type { V20Packet } from './packet.ts';
import { authType, encodeRmcp, encodeV20Session, rmcpClassIpmi } from './packet.ts';

/**
 * Signing and encryption of payloads inside a session.
 *
 * ```
 * AES-CBC-128 (IPMI 2.0 §13.29)   IV 16 | AES( payload | 01 02 03 … | padLength )
 * trailer (§13.28.4)              ff … (to a multiple of 4) | padLength | 07 | auth code
 * ```
 */
const nextHeader = 0x07;
const blockBytes = 16;
const integrityPad = Buffer.alloc(3, 0xff);
const confidentialityPad = Buffer.from(Array.from({ length: blockBytes - 1 }, (_, index) => index + 1));

export type RandomBytes = (sizeBytes: number) => Buffer;

interface Outgoing {
  readonly payloadType: number;
  readonly sessionId: number;
  readonly sequence: number;
  readonly payload: Buffer;
}

/** One RMCP+ datagram of an established session, encrypted and signed as its cipher suite demands. */
export function sealV20(outgoing: Outgoing, keys: SessionKeys, random: RandomBytes): Buffer {
  const encrypted = keys.suite.algorithms.confidentiality !== 0;
  const authenticated = keys.suite.integrityBytes > 0;
  const payload = encrypted
    ? encryptAes(outgoing.payload, keys.aesKey, random(blockBytes))
    : outgoing.payload;
  const session = encodeV20Session({ ...outgoing, encrypted, authenticated }, payload);
  if (!authenticated) return encodeRmcp(rmcpClassIpmi, session);
  const padLength = (4 - ((session.length + 2) % 4)) % 4;
  const trailer = Buffer.of(...integrityPad.subarray(0, padLength), padLength, nextHeader);
  return encodeRmcp(rmcpClassIpmi, session, trailer, packetAuthCode(keys, session, trailer));
}

/**
 * The plain payload of a received packet. Refuses what the suite protects and the packet does not: a
 * packet without auth code would let anyone on the wire speak for the BMC.
 */
export function unsealV20(packet: V20Packet, keys: SessionKeys): Decoded<Buffer> {
  const { integrityBytes, algorithms } = keys.suite;
  if (integrityBytes > 0) {
    if (!packet.authenticated) return malformed(1, 'unsigned packet in a signed session');
    const fault = checkTrailer(packet, keys);
    if (fault !== undefined) return fault;
  }
  if (!packet.encrypted) return decoded(packet.payload);
  if (algorithms.confidentiality === 0)
    return malformed(1, 'encrypted packet in a session without encryption');
  return decryptAes(packet.payload, keys.aesKey);
}

function checkTrailer(packet: V20Packet, keys: SessionKeys): ReturnType<typeof malformed> | undefined {
  const { integrityBytes } = keys.suite;
  const signedBytes = packet.session.length - integrityBytes;
  const trailerAt = packet.session.length - packet.trailer.length;
  if (packet.trailer.length < integrityBytes + 2) return malformed(trailerAt, 'session trailer cut short');
  const authCode = packet.session.subarray(signedBytes);
  if (!equalSecrets(authCode, packetAuthCode(keys, packet.session.subarray(0, signedBytes)))) {
    return malformed(signedBytes, 'packet auth code is wrong');
  }
  return undefined;
}

export function encryptAes(payload: Buffer, key: KeyObject, iv: Buffer): Buffer {
  const padLength = (blockBytes - ((payload.length + 1) % blockBytes)) % blockBytes;
  const padded = Buffer.allocUnsafe(payload.length + padLength + 1);
  payload.copy(padded);
  confidentialityPad.copy(padded, payload.length, 0, padLength);
  padded.writeUInt8(padLength, padded.length - 1);
  const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([iv, cipher.update(padded)]);
}

/**
 * The pad's content is not checked: the packet's auth code has already vouched for it, and some firmware
 * fills it with zeros. A pad length of 16 (a whole needless block) is seen in the field and accepted.
 */
export function decryptAes(data: Buffer, key: KeyObject): Decoded<Buffer> {
  if (data.length < 2 * blockBytes || data.length % blockBytes !== 0) {
    return malformed(data.length, 'encrypted payload is not whole AES blocks');
  }
  const decipher = createDecipheriv('aes-128-cbc', key, data.subarray(0, blockBytes)).setAutoPadding(false);
  const plain = decipher.update(data.subarray(blockBytes));
  const padLength = plain.readUInt8(plain.length - 1);
  if (padLength > blockBytes || padLength + 1 > plain.length) {
    return malformed(data.length - 1, 'confidentiality pad length beyond the payload');
  }
  return decoded(plain.subarray(0, plain.length - 1 - padLength));
}

/**
 * The 16-byte auth code of an IPMI 1.5 packet (§22.17.1): the password itself, or
 * MD5(password | session id | message | sequence | password), password padded to 16 bytes.
 */
export function v15AuthCode(
  type: number,
  password: Buffer,
  sessionId: number,
  sequence: number,
  message: Buffer,
): Buffer | undefined {
  const key = Buffer.alloc(16);
  password.copy(key, 0, 0, 16);
  if (type === authType.straight) return key;
  if (type !== authType.md5) return undefined;
  const ids = Buffer.alloc(8);
  ids.writeUInt32LE(sessionId, 0);
  ids.writeUInt32LE(sequence, 4);
  const hash = createHash('md5');
  for (const part of [key, ids.subarray(0, 4), message, ids.subarray(4), key]) hash.update(part);
  return hash.digest();
}

export const maxV15PasswordBytes = 16;
