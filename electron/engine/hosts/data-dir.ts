import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { CodedError } from '#shared/contract/errors.ts';

export interface DataDir {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * Makes the directory (0700) and takes it for this process alone: two engines on one database would both power the same
 * servers. The lock is a listening local socket: it vanishes with its process, however that dies.
 */
export async function takeDataDir(wanted: string): Promise<DataDir> {
  mkdirSync(wanted, { recursive: true, mode: 0o700 });
  const dataDir = realpathSync(wanted);
  const address = lockAddress(dataDir);
  const server = (await listen(address)) ?? (await takeOver(address));
  if (server === undefined)
    throw new CodedError('input.in_use', `another engine uses ${dataDir}`, {
      what: dataDir,
      by: 'another Rackside engine',
    });
  server.unref();
  return {
    path: dataDir,
    release: () => new Promise(resolve => server.close(() => resolve())),
  };
}

function lockAddress(dataDir: string): string {
  const name = `rackside-${createHash('sha256').update(dataDir).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return path.join(os.tmpdir(), `${name}.sock`);
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer(socket => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(address, () => resolve(server));
  });
}

/** Where the lock is a file (macOS), one that nobody listens on was left by a process that died. */
async function takeOver(address: string): Promise<Server | undefined> {
  if (!path.isAbsolute(address) || address.startsWith('\\\\')) return undefined;
  const isAlive = await new Promise<boolean>(resolve => {
    const probe = createConnection(address, () => resolve(true));
    probe.once('error', () => resolve(false));
  });
  if (isAlive) return undefined;
  rmSync(address, { force: true });
  return listen(address);
}
