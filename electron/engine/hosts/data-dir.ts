import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { takeLockFile } from '#engine/store/lock-file.ts';
import { CodedError } from '#shared/contract/errors.ts';

export interface DataDir {
  readonly path: string;
  release(): void;
}

/**
 * Makes the directory (0700) and takes it for this process alone: two engines on one database would both power the same
 * servers. The lock vanishes with its process, however that dies. Throws `input.in_use`.
 */
export function takeDataDir(wanted: string): DataDir {
  mkdirSync(wanted, { recursive: true, mode: 0o700 });
  const dataDir = realpathSync(wanted);
  const lock = takeLockFile(path.join(dataDir, 'engine.lock'));
  if (lock === undefined)
    throw new CodedError('input.in_use', `another engine uses ${dataDir}`, {
      what: dataDir,
      by: 'another Rackside engine',
    });
  return { path: dataDir, release: () => lock.release() };
}
