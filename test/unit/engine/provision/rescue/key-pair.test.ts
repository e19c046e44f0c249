import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeKeyPair, newKeyPair } from '#engine/provision/rescue/key-pair.ts';
import { parseSshPublicKey } from '#shared/contract/ssh-key.ts';

/** RFC 8032 §7.1, test 1. */
const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
const point = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');

const hasSshKeygen = (() => {
  try {
    execFileSync('ssh-keygen', ['-?'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
})();

describe('the key of a rescue', () => {
  it('has the form of PROTOCOL.key: two check numbers alike, the key twice, its name, and a padding that counts', () => {
    const { privateKey } = encodeKeyPair(seed, point, 0x01020304, 'rescue-r1u01');
    const content = Buffer.from(privateKey.split('\n').slice(1, -2).join(''), 'base64');
    const hex = content.toString('hex');
    expect(content.subarray(0, 15).toString('latin1')).toBe('openssh-key-v1\0');
    expect(hex).toContain(`0102030401020304${'0000000b'}${Buffer.from('ssh-ed25519').toString('hex')}`);
    expect(hex).toContain(`00000040${seed.toString('hex')}${point.toString('hex')}`);
    const secret = content.subarray(content.lastIndexOf(Buffer.from('01020304', 'hex')) - 4);
    expect(secret.length % 8).toBe(0);
    const padding = [...secret.subarray(secret.indexOf('rescue-r1u01') + 12)];
    expect(padding).toEqual(padding.map((_, index) => index + 1));
  });

  it('has lines as ssh writes them, and a public line that is one', () => {
    const { privateKey, publicLine } = newKeyPair('rescue-r1u01');
    expect(privateKey).toMatch(
      /^-----BEGIN OPENSSH PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,70}\n)+-----END OPENSSH PRIVATE KEY-----\n$/,
    );
    expect(parseSshPublicKey(publicLine)).toMatchObject({ ok: true, value: publicLine });
    expect(newKeyPair('x').privateKey).not.toBe(newKeyPair('x').privateKey);
  });

  it.skipIf(!hasSshKeygen)('is read by ssh-keygen, which finds the same public key', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rackside-key-'));
    try {
      for (const name of ['a', 'rescue-r1u01']) {
        const { privateKey, publicLine } = newKeyPair(name);
        const file = join(folder, name);
        writeFileSync(file, privateKey, { mode: 0o600 });
        const found = execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' });
        expect(found.trim()).toBe(publicLine);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
