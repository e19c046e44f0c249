import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Windows that other `npm start`s have opened on the same engine: a file each, `windows/PID` in the data directory. Who
 * started the engine keeps it while one of them is open.
 */
const folderOf = (dataDir: string) => path.join(dataDir, 'windows');

/** A window of this process is open; the result takes it off the list. */
export function listWindow(dataDir: string): () => void {
  const file = path.join(folderOf(dataDir), String(process.pid));
  mkdirSync(folderOf(dataDir), { recursive: true, mode: 0o700 });
  writeFileSync(file, '');
  return () => rmSync(file, { force: true });
}

/** How many there are; those of processes that died do not count. */
export function countWindows(dataDir: string): number {
  return listed(dataDir).filter(isAlive).length;
}

/** Of a new engine nobody has a window; what lies there was left by a machine that crashed. */
export function forgetWindows(dataDir: string): void {
  rmSync(folderOf(dataDir), { recursive: true, force: true });
}

function listed(dataDir: string): number[] {
  try {
    return readdirSync(folderOf(dataDir)).map(Number);
  } catch {
    return []; // there never was one
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, and somebody else's
  }
}
