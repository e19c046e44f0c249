import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';

/** Files that SQLite keeps beside a database; under another database's name they would be taken for its own. */
const besides = ['-wal', '-shm'] as const;

/** Where a database waits to take the place of the one at `path`. */
function waitingFor(path: string): string {
  return `${path}.restored`;
}

/** What SQLite would run by itself. We make none, so somebody else did, and it could undo what a restore makes safe. */
const programs = "SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view') LIMIT 1";

/** What is wrong with this file as a database; undefined: nothing. Reads all of it. */
export function faultOf(path: string): string | undefined {
  try {
    const db = new SqliteDatabase(path, { readonly: true });
    try {
      const found: unknown = db.pragma('quick_check(1)', { simple: true });
      if (found !== 'ok') return String(found);
      const foreign = db.prepare(programs).pluck().get();
      return foreign === undefined ? undefined : `there is a program in it: ${JSON.stringify(foreign)}`;
    } finally {
      db.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown error';
  }
}

/** The schema that wrote this file; throws what SQLite throws when it is no database. */
export function schemaOf(path: string): number {
  const db = new SqliteDatabase(path, { readonly: true });
  try {
    return Number(db.pragma('user_version', { simple: true }));
  } finally {
    db.close();
  }
}

/** Leaves a closed database of the same disk where the next start finds it. From here on it is on the disk, whole. */
export function leaveForNextStart(restored: string, path: string): void {
  for (const beside of besides)
    if (existsSync(restored + beside)) throw new Error(`${restored} is still open`);
  sync(restored, 'r+');
  renameSync(restored, waitingFor(path));
  sync(dirname(path), 'r');
}

/**
 * At a start, before the database is opened: one that waits takes its place, and the former one stays as `….replaced`.
 * Killed between any two of these lines, the next start does the rest.
 */
export function swapInRestored(path: string): void {
  const waiting = waitingFor(path);
  if (!existsSync(waiting)) return;
  const replaced = `${path}.replaced`;
  if (existsSync(path)) {
    closeOff(path);
    for (const beside of besides) rmSync(replaced + beside, { force: true });
    renameSync(path, replaced);
  }
  for (const beside of besides) if (existsSync(path + beside)) renameSync(path + beside, replaced + beside);
  renameSync(waiting, path);
  sync(dirname(path), 'r');
}

/** All that is in its log goes into its file. One that is damaged keeps its log beside it. */
function closeOff(path: string): void {
  try {
    const db = new SqliteDatabase(path);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
  } catch {
    // A damaged database may be why it is replaced.
  }
}

function sync(path: string, flags: 'r' | 'r+'): void {
  // Windows has no descriptor of a folder to flush.
  if (process.platform === 'win32' && flags === 'r') return;
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
