import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Secret } from '#engine/system/secret.ts';
import { CodedError } from '#shared/contract/errors.ts';
import type { SealKey } from './engine-interface.ts';

const keyBytes = 32;

/**
 * The sealing key where no keyring is: `seal.key` in the data directory, mode 0600, made at the first start. A copy of
 * the database alone is then useless; a copy of the whole directory is not.
 */
export function keyFromFile(dataDir: string): SealKey {
  const file = path.join(dataDir, 'seal.key');
  const keyring = path.join(dataDir, 'seal.keyring');
  if (existsSync(keyring) && !existsSync(file)) {
    const reason =
      'its passwords are sealed with a key of the desktop keyring: start the desktop program instead';
    throw new CodedError('file.unreadable', `${dataDir}: ${reason}`, { path: keyring, reason });
  }
  try {
    if (!existsSync(file)) makeKey(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  const bytes = readKey(file);
  if (bytes.length !== keyBytes)
    throw new CodedError('file.unreadable', `${file} is not a key of ${keyBytes} bytes`, {
      path: file,
      reason: `it has ${bytes.length} bytes instead of ${keyBytes}`,
    });
  return { bytes: new Secret(bytes), keptIn: 'key-file' };
}

/**
 * On the disk, whole and under its name, before anything is sealed with it: a power cut may leave no key or this one,
 * never half of it. The caller holds the data directory's lock, so nobody else makes one at the same time.
 */
function makeKey(file: string): void {
  const beside = `${file}.new`;
  rmSync(beside, { force: true });
  writeFileSync(beside, randomBytes(keyBytes), { mode: 0o600, flag: 'wx', flush: true });
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

function readKey(file: string): Uint8Array {
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    return readFileSync(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): CodedError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new CodedError(
    'file.unreadable',
    `cannot read or make ${file}: ${reason}`,
    { path: file, reason },
    { cause },
  );
}
