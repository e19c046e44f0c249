import type { z } from 'zod';
import { codedErrorFrom, type errorData } from '#shared/contract/errors.ts';
import type { Database } from './database.ts';

/** How one property of a record lies in one column. */
export interface Column<T> {
  readonly read: (stored: unknown) => T;
  readonly write: (value: T) => string | number | null;
}

/** Text or a number as it is. The type is ours to state: STRICT tables and our own writes keep it true. */
export function plain<T extends string | number | null>(): Column<T> {
  return { read: stored => stored as T, write: value => value };
}

/** A word of a closed set: a value that this version does not know is an error, not a surprise later. */
export function word<Schema extends z.ZodType<string | null, unknown>>(
  schema: Schema,
): Column<z.output<Schema>> {
  return { read: stored => schema.parse(stored), write: value => value };
}

export const flag: Column<boolean> = { read: stored => stored === 1, write: value => (value ? 1 : 0) };

export const flagOrNull: Column<boolean | null> = {
  read: stored => (stored === null ? null : stored === 1),
  write: value => (value === null ? null : Number(value)),
};

/** A document. Checked when read, since a file on a disk is input too. */
export function json<Schema extends z.ZodType>(schema: Schema): Column<z.output<Schema>> {
  return {
    read: stored => schema.parse(typeof stored === 'string' ? JSON.parse(stored) : null),
    write: value => (value === null || value === undefined ? null : JSON.stringify(value)),
  };
}

/** A document that a record can do without: one that cannot be read costs itself, not the table. */
export function jsonOrNull<Schema extends z.ZodType>(schema: Schema): Column<z.output<Schema> | null> {
  return {
    read: stored => (typeof stored === 'string' ? (schema.safeParse(JSON.parse(stored)).data ?? null) : null),
    write: value => (value === null ? null : JSON.stringify(value)),
  };
}

/** An error's data. Codes come and go between versions: one that this version does not know costs its details, not the row. */
export const storedError: Column<z.output<typeof errorData> | null> = {
  read: stored => (typeof stored === 'string' ? codedErrorFrom(JSON.parse(stored)).toData() : null),
  write: value => (value === null ? null : JSON.stringify(value)),
};

export interface Table<Row> {
  /** Records in the table's order; `where` is SQL of ours with `?` places, never of a stranger. */
  select(where?: string, ...values: readonly (string | number | null)[]): Row[];
  first(where: string, ...values: readonly (string | number | null)[]): Row | undefined;
  /** Inserts, or replaces what has the same key. */
  put(row: Row): void;
  /** How many records went. */
  delete(where: string, ...values: readonly (string | number | null)[]): number;
}

export interface TableOptions {
  /**
   * Rows that are read over and over and have long documents: one is parsed again only when what is stored has changed,
   * whoever changed it, and until then everybody gets the same object.
   */
  readonly isRemembered?: boolean;
}

/**
 * A table as data: its record's properties (camelCase) with the columns they lie in (snake_case).
 * `key` names the columns of its primary key, `order` is SQL.
 */
export function defineTable<Row extends object>(
  db: Database,
  name: string,
  key: readonly (keyof Row & string)[],
  columns: { readonly [K in keyof Row]-?: Column<Row[K]> },
  order: string,
  { isRemembered = false }: TableOptions = {},
): Table<Row> {
  const properties = Object.keys(columns) as (keyof Row & string)[];
  const list = properties.map(snakeCase);
  const updates = properties.filter(property => !key.includes(property)).map(snakeCase);
  const upsert = db.prepare(
    `INSERT INTO ${name} (${list.join(', ')}) VALUES (${list.map(() => '?').join(', ')})
     ON CONFLICT (${key.map(snakeCase).join(', ')}) DO UPDATE SET
     ${updates.map(column => `${column} = excluded.${column}`).join(', ')}`,
  );
  const statements = new Map<string, ReturnType<Database['prepare']>>();
  const prepared = (sql: string) => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const selectSql = (where: string) =>
    `SELECT ${list.join(', ')} FROM ${name} WHERE ${where} ORDER BY ${order}`;
  // Compiled once: this runs for every row of every packet's lease.
  const readers = properties.map(
    (property, index) => [property, list[index] ?? '', columns[property].read] as const,
  );
  const parse = (values: Stored): Row => {
    const row: Record<string, unknown> = {};
    for (const [property, column, read] of readers) row[property] = read(values[column]);
    return row as Row;
  };
  const keyColumns = key.map(snakeCase);
  const known = new Map<string, { readonly values: Stored; readonly row: Row }>();
  const fromStored = (stored: unknown): Row => {
    const values = stored as Stored;
    if (!isRemembered) return parse(values);
    const place = keyColumns.map(column => values[column]).join(' ');
    const before = known.get(place);
    if (before !== undefined && list.every(column => before.values[column] === values[column]))
      return before.row;
    const row = parse(values);
    known.set(place, { values, row });
    return row;
  };

  return {
    select: (where = '1', ...values) =>
      prepared(selectSql(where))
        .all(...values)
        .map(fromStored),
    first(where, ...values) {
      const stored = prepared(`${selectSql(where)} LIMIT 1`).get(...values);
      return stored === undefined ? undefined : fromStored(stored);
    },
    put(row) {
      upsert.run(...properties.map(property => columns[property].write(row[property])));
    },
    delete(where, ...values) {
      known.clear();
      return prepared(`DELETE FROM ${name} WHERE ${where}`).run(...values).changes;
    },
  };
}

type Stored = Readonly<Record<string, unknown>>;

function snakeCase(property: string): string {
  return property.replace(/[A-Z0-9]+/g, run => (/^[0-9]/.test(run) ? run : `_${run.toLowerCase()}`));
}
