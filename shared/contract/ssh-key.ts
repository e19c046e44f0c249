import type { Brand } from '../model/brand.ts';
import { accepted, type Checked, hasControlCharacter, rejected } from './checked.ts';

/** One line of authorized_keys without options: type, base64, comment. */
export type SshPublicKey = Brand<string, 'SshPublicKey'>;

const keysMax = 64;
/** OpenSSH's own lower limit (RequiredRSASize). */
const rsaBitsMin = 1024;

/** How many length-prefixed fields follow the type name in the blob (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4, PROTOCOL.u2f). */
const fieldsByType: ReadonlyMap<string, number> = new Map([
  ['ssh-rsa', 2],
  ['ssh-ed25519', 1],
  ['ecdsa-sha2-nistp256', 2],
  ['ecdsa-sha2-nistp384', 2],
  ['ecdsa-sha2-nistp521', 2],
  ['sk-ssh-ed25519@openssh.com', 2],
  ['sk-ecdsa-sha2-nistp256@openssh.com', 3],
]);

/**
 * The keys of a pasted authorized_keys or .pub file; here so that the form and the engine say the same. Empty lines and `#` comments are skipped, repeated keys
 * given once.
 */
export function parseAuthorizedKeys(text: string): Checked<readonly SshPublicKey[]> {
  const byBlob = new Map<string, SshPublicKey>();
  const lines = text.split(/\r\n|\n|\r/).map(line => line.trim());
  if (
    lines.some(line => /^-----BEGIN .*PRIVATE KEY-----/.test(line) || line.startsWith('PuTTY-User-Key-File'))
  )
    return rejected('ssh_key.private_key', 'this is a private key; the public one (.pub) is needed');
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const key = parseSshPublicKey(line);
    if (!key.ok)
      return rejected(key.code, `line ${index + 1}: ${key.reason}`, { line: index + 1, ...key.values });
    const blob = key.value.split(' ')[1] ?? '';
    if (!byBlob.has(blob)) byBlob.set(blob, key.value);
  }
  if (byBlob.size > keysMax)
    return rejected('ssh_key.too_many', `${byBlob.size} keys; ${keysMax} are allowed`, {
      count: byBlob.size,
      limit: keysMax,
    });
  return accepted([...byBlob.values()]);
}

/** One key. The comment is kept, in printable characters. */
export function parseSshPublicKey(line: string): Checked<SshPublicKey> {
  if (hasControlCharacter(line.replaceAll('\t', ' ')))
    return rejected('ssh_key.control_character', 'has a line break or another control character');
  const [type = '', base64 = '', ...comment] = line.trim().split(/[ \t]+/);
  if (type === 'ssh-dss') return rejected('ssh_key.dsa', 'DSA keys are no longer accepted by OpenSSH');
  if (!fieldsByType.has(type)) {
    const second = [...fieldsByType.keys()].some(known => line.includes(`${known} `));
    if (second) return rejected('ssh_key.options', 'options before the key are not supported');
    const found = type.slice(0, 40);
    return rejected('ssh_key.unknown_type', `not a public key: it begins with "${found}"`, { found });
  }
  if (base64 === '' || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64))
    return rejected('ssh_key.bad_base64', 'the key is cut off or not base64');
  const problem = blobProblem(base64, type);
  if (problem !== undefined) return problem;
  return accepted([type, base64, ...comment].join(' ') as SshPublicKey);
}

/** The blob repeats the type and then holds a fixed number of fields: enough to notice a cut or mixed-up key. */
function blobProblem(base64: string, type: string): ReturnType<typeof rejected> | undefined {
  const fields = lengthPrefixedFields(bytesOf(base64));
  if (fields === undefined) return rejected('ssh_key.bad_blob', 'the key is cut off');
  if (latin1Text(fields[0]) !== type)
    return rejected('ssh_key.bad_blob', `says ${type}, but holds another kind of key`);
  if (fields.length !== 1 + (fieldsByType.get(type) ?? 0))
    return rejected('ssh_key.bad_blob', 'the key has missing or additional parts');
  if (type.includes('ed25519') && fields[1]?.length !== 32)
    return rejected('ssh_key.bad_blob', 'an Ed25519 key has 32 bytes');
  if (type === 'ssh-rsa') {
    const bits = bitLength(fields[2] ?? new Uint8Array());
    if (bits < rsaBitsMin)
      return rejected(
        'ssh_key.too_short',
        `an RSA key of ${bits} bits; OpenSSH wants ${rsaBitsMin} or more`,
        { bits, limit: rsaBitsMin },
      );
  }
  return undefined;
}

/** Of a type's name: none is longer. */
function latin1Text(bytes: Uint8Array | undefined): string {
  return String.fromCharCode(...(bytes?.subarray(0, 64) ?? []));
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
}

/** Of a big-endian number; RFC 4251 §5 puts a zero byte before one whose first bit is set. */
function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex(byte => byte !== 0);
  return first < 0 ? 0 : (bytes.length - first) * 8 - (Math.clz32(bytes[first] ?? 0) - 24);
}

/** RFC 4251 §5 `string`: u32 length, bytes; the fields must fill the blob exactly. */
function lengthPrefixedFields(blob: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const fields: Uint8Array[] = [];
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) return undefined;
    const end = at + 4 + view.getUint32(at);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}
