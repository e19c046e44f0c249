import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { safeStorage } from 'electron';
import { CodedError } from '#shared/contract/errors.ts';

const keyBytes = 32;

/**
 * The key under which the engine seals passwords, itself encrypted by the operating system's keyring in `seal.keyring`.
 * Null: there is no real keyring (Electron's `basic_text` is a fixed password), or the directory has a key file from
 * use without a desktop; then the engine uses the file, and the page says so. Throws `file.unreadable` with what to do.
 */
export async function keyFromKeyring(dataDir: string): Promise<Uint8Array | null> {
  const file = path.join(dataDir, 'seal.keyring');
  if (existsSync(path.join(dataDir, 'seal.key'))) return null;
  if (existsSync(file)) return await openKey(file);
  if (!(await hasKeyring())) return null;
  const key = randomBytes(keyBytes);
  const sealed = await safeStorage.encryptStringAsync(key.toString('base64'));
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeWhole(file, sealed);
  return key;
}

/** Another key is never made instead: what the old one sealed would be lost without a word. */
async function openKey(file: string): Promise<Uint8Array> {
  let key: Buffer;
  try {
    const { result } = await safeStorage.decryptStringAsync(readFileSync(file));
    key = Buffer.from(result, 'base64');
  } catch (cause) {
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (key.length !== keyBytes)
    throw unreadable(file, `it holds ${key.length} bytes instead of ${keyBytes}`, undefined);
  return key;
}

function unreadable(file: string, reason: string, cause: unknown): CodedError {
  return new CodedError(
    'file.unreadable',
    `The key of the saved passwords, ${file}, cannot be opened with this desktop's keyring (${reason}). ` +
      'Unlock the keyring and start again. If the keyring was reset, the passwords are lost: move that file away, ' +
      'start again and enter the BMC passwords anew; nothing else is affected.',
    { path: file, reason },
    { cause },
  );
}

/** On the disk, whole and under its name, before anything is sealed with it. */
function writeWhole(file: string, bytes: Uint8Array): void {
  const beside = `${file}.new`;
  writeFileSync(beside, bytes, { mode: 0o600, flush: true });
  renameSync(beside, file);
  // Windows has no descriptor of a folder to flush.
  if (process.platform === 'win32') return;
  const folder = openSync(path.dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

async function hasKeyring(): Promise<boolean> {
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return false;
  return safeStorage.isAsyncEncryptionAvailable();
}
