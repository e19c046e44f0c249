import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Database } from './database.ts';

/**
 * Passwords at rest: AES-256-GCM under a key that is not in the database (the OS keyring's through Electron, a 0600 key
 * file in headless use). The owner and name are authenticated with it, so that a row cannot be moved to another node.
 * Stored form: 12 bytes nonce | 16 bytes tag | cipher text.
 */
export interface SealedSecrets {
  put(owner: string, name: string, secret: string): void;
  /** Undefined when there is none, or when the key is not the one that sealed it. */
  get(owner: string, name: string): string | undefined;
  /** Whether there is one, though this key may not open it. */
  has(owner: string, name: string): boolean;
  /** Every one; undefined for those that this key does not open. */
  all(): readonly (string | undefined)[];
  remove(owner: string): void;
  /** Removes all of the owner's but these, whether or not this key opens them. */
  keepOnly(owner: string, names: readonly string[]): void;
}

export function sealedSecrets(db: Database, key: Uint8Array): SealedSecrets {
  const put = db.prepare(
    'INSERT INTO sealed_secrets (owner, name, sealed) VALUES (?, ?, ?) ON CONFLICT (owner, name) DO UPDATE SET sealed = excluded.sealed',
  );
  const get = db.prepare<[string, string], { sealed: Buffer }>(
    'SELECT sealed FROM sealed_secrets WHERE owner = ? AND name = ?',
  );
  const owners = db.prepare<[], { owner: string; name: string }>('SELECT owner, name FROM sealed_secrets');
  const remove = db.prepare('DELETE FROM sealed_secrets WHERE owner = ?');
  const keepOnly = db.prepare(
    'DELETE FROM sealed_secrets WHERE owner = ? AND name NOT IN (SELECT value FROM json_each(?))',
  );
  const open = (owner: string, name: string): string | undefined => {
    const row = get.get(owner, name);
    if (row === undefined || row.sealed.length < 28) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', key, row.sealed.subarray(0, 12))
      .setAAD(Buffer.from(`${owner}\0${name}`))
      .setAuthTag(row.sealed.subarray(12, 28));
    try {
      return Buffer.concat([decipher.update(row.sealed.subarray(28)), decipher.final()]).toString('utf8');
    } catch {
      return undefined; // sealed under another key, or altered: either way it is not a password any more
    }
  };
  return {
    put(owner, name, secret) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(`${owner}\0${name}`));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      put.run(owner, name, Buffer.concat([nonce, cipher.getAuthTag(), text]));
    },
    get: open,
    has: (owner, name) => get.get(owner, name) !== undefined,
    all: () => owners.all().map(({ owner, name }) => open(owner, name)),
    remove: owner => void remove.run(owner),
    keepOnly: (owner, names) => void keepOnly.run(owner, JSON.stringify(names)),
  };
}
