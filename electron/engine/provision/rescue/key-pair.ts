import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** A private key in OpenSSH's own format, and its line for authorized_keys. */
export interface SshKeyPair {
  readonly privateKey: string;
  readonly publicLine: string;
}

const keyType = 'ssh-ed25519';
const lineLetters = 70;
/** Of the cipher "none" (PROTOCOL.key, 3). */
const paddingBlockBytes = 8;

const jsonWebKey = z.object({ x: z.string(), d: z.string() });

/** A new Ed25519 pair. */
export function newKeyPair(comment: string): SshKeyPair {
  const jwk = jsonWebKey.parse(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
  return encodeKeyPair(
    Buffer.from(jwk.d, 'base64url'),
    Buffer.from(jwk.x, 'base64url'),
    randomBytes(4).readUInt32BE(),
    comment,
  );
}

/**
 * openssh-key-v1 without a passphrase (OpenSSH, PROTOCOL.key; the key of RFC 8709 §4). `seed` and `point` are 32 bytes each; `check`
 * stands twice before the secret part.
 */
export function encodeKeyPair(seed: Buffer, point: Buffer, check: number, comment: string): SshKeyPair {
  const publicBlob = Buffer.concat([field(keyType), field(point)]);
  const secret = Buffer.concat([
    uint32(check),
    uint32(check),
    field(keyType),
    field(point),
    field(Buffer.concat([seed, point])),
    field(comment),
  ]);
  const paddingBytes = (paddingBlockBytes - (secret.length % paddingBlockBytes)) % paddingBlockBytes;
  const padding = Buffer.from(Array.from({ length: paddingBytes }, (_, index) => index + 1));
  const content = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    field('none'),
    field('none'),
    field(''),
    uint32(1),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = content.toString('base64').match(new RegExp(`.{1,${lineLetters}}`, 'g')) ?? [];
  return {
    privateKey: `${['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----'].join('\n')}\n`,
    publicLine: `${keyType} ${publicBlob.toString('base64')} ${comment}`,
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([uint32(bytes.length), bytes]);
}
