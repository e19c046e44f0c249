import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { safeStorage } from 'electron';

/**
 * The key under which the engine seals passwords, itself encrypted by the operating system's keyring in `seal.keyring`.
 * Null: there is no real keyring (Electron's `basic_text` is a fixed password), or the directory has a key file from
 * use without a desktop; then the engine uses the file, and the page says so.
 */
export async function keyFromKeyring(dataDir: string): Promise<Uint8Array | null> {
  const file = path.join(dataDir, 'seal.keyring');
  if (existsSync(path.join(dataDir, 'seal.key'))) return null;
  if (existsSync(file)) {
    const { result } = await safeStorage.decryptStringAsync(readFileSync(file));
    return Buffer.from(result, 'base64');
  }
  if (!(await hasKeyring())) return null;
  const key = randomBytes(32);
  const sealed = await safeStorage.encryptStringAsync(key.toString('base64'));
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(file, sealed, { mode: 0o600, flag: 'wx' });
  return key;
}

async function hasKeyring(): Promise<boolean> {
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return false;
  return safeStorage.isAsyncEncryptionAvailable();
}
