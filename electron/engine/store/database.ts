import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { CodedError } from '#shared/contract/errors.ts';
import { type Migration, migrations as ourMigrations } from './migrations/index.ts';

export type Database = SqliteDatabase.Database;

/**
 * Opens (or makes) the engine's database and brings it to the newest schema, one transaction a migration, with a copy
 * of the file beside it first. A database that a newer Rackside wrote is refused untouched (`db.from_future`).
 * `synchronous = FULL`: what a screen has seen survives the laptop's power cut, not only our own crash.
 */
export function openDatabase(path: string, migrations: readonly Migration[] = ourMigrations): Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const existed = path !== ':memory:' && existsSync(path);
  const db = new SqliteDatabase(path);
  try {
    migrate(db, path, existed, migrations);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

const faultsOfTheDisk = /^SQLITE_(IOERR|READONLY|CORRUPT|CANTOPEN|BUSY|LOCKED|NOTADB)/;

/** What a person can mend about a failed write, as a coded error; undefined for anything else. */
export function databaseFault(error: unknown): CodedError | undefined {
  if (!(error instanceof SqliteDatabase.SqliteError)) return undefined;
  if (error.code === 'SQLITE_FULL')
    return new CodedError('db.full', 'the disk is full', {}, { cause: error });
  if (!faultsOfTheDisk.test(error.code)) return undefined;
  const reason = `${error.code}: ${error.message}`;
  return new CodedError(
    'db.failed',
    `the database cannot be written: ${reason}`,
    { reason },
    { cause: error },
  );
}

function migrate(db: Database, path: string, existed: boolean, migrations: readonly Migration[]): void {
  const found = Number(db.pragma('user_version', { simple: true }));
  const known = migrations.at(-1)?.version ?? 0;
  if (found > known) {
    throw new CodedError('db.from_future', `the database has schema ${found}, this Rackside knows ${known}`, {
      found,
      known,
    });
  }
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('busy_timeout = 5000');
  const pending = migrations.filter(migration => migration.version > found);
  if (pending.length === 0) return;
  if (existed && found > 0) {
    db.pragma('wal_checkpoint(TRUNCATE)');
    copyFileSync(path, `${path}.before-${known}`);
  }
  for (const migration of pending) {
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
    })();
  }
}
