import SqliteDatabase from 'better-sqlite3';

/** A lock that this process holds. */
export interface HeldLock {
  release(): void;
}

/**
 * Takes the file `path` (made if missing) for this process alone; undefined while another has it. SQLite's lock on an
 * empty database: the operating system keeps it on Linux, macOS and Windows, in whatever namespace a process lives, and
 * drops it when its process ends, however that happens. Throws what SQLite throws when the file cannot be opened.
 */
export function takeLockFile(path: string): HeldLock | undefined {
  const db = new SqliteDatabase(path, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
  return { release: () => void db.close() };
}
