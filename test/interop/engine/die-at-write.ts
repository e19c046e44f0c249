import SqliteDatabase from 'better-sqlite3';

/**
 * Kills this process with SIGKILL right after a commit: the n-th since `begin`, or the first that has a write which
 * `isAwaited`. Wraps the SQLite binding, so it must be called before the engine opens its database.
 */
export function dieAtWrite(isAwaited: (sql: string, values: readonly unknown[]) => boolean) {
  let commitsLeft = Number.POSITIVE_INFINITY;
  let isSeen = false;
  const onCommit = () => {
    commitsLeft -= 1;
    if (isSeen || commitsLeft <= 0) process.kill(process.pid, 'SIGKILL');
  };
  const { prepare, transaction } = SqliteDatabase.prototype;
  SqliteDatabase.prototype.prepare = function (this: SqliteDatabase.Database, sql: string) {
    const statement = prepare.call(this, sql);
    const run = statement.run;
    statement.run = (...values: unknown[]) => {
      const result = Reflect.apply(run, statement, values) as SqliteDatabase.RunResult;
      if (isAwaited(sql, values)) isSeen = true;
      if (!this.inTransaction) onCommit();
      return result;
    };
    return statement;
  } as typeof prepare;
  SqliteDatabase.prototype.transaction = function (this: SqliteDatabase.Database, work: () => unknown) {
    const wrapped = transaction.call(this, work);
    return (...given: []) => {
      const result = wrapped(...given);
      if (!this.inTransaction) onCommit();
      return result;
    };
  } as typeof transaction;
  return {
    begin(commits: number): void {
      commitsLeft = commits;
    },
  };
}
