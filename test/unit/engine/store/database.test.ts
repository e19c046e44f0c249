import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '#engine/store/database.ts';
import { migrations } from '#engine/store/migrations/index.ts';
import { openStore } from '#engine/store/store.ts';
import { mac, nodeId } from '#test/fakes/rows.ts';

const key = new Uint8Array(32).fill(7);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-database-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the database file', () => {
  /** Every file of the folder with its bytes. */
  const everything = () =>
    Object.fromEntries(
      readdirSync(folder).map(name => [name, readFileSync(join(folder, name)).toString('base64')]),
    );

  it('of a newer Rackside is refused untouched', () => {
    openStore(join(folder, 'rackside.db'), key).close();
    const db = new SqliteDatabase(join(folder, 'rackside.db'));
    db.pragma('user_version = 99');
    db.close();
    const before = everything();
    expect(() => openStore(join(folder, 'rackside.db'), key)).toThrow(/schema 99/);
    expect(everything()).toEqual(before);
  });

  it('of the first version keeps its NICs, without a reservation, and finds fixed addresses by index', () => {
    const path = join(folder, 'first.db');
    const first = openDatabase(path, migrations.slice(0, 1));
    first.exec(`INSERT INTO nodes VALUES ('n', 'n', NULL, 'enroll', NULL, 'unknown', NULL, 'nothing', NULL, NULL,
      '{}', '', '{}', 0, NULL, 1, 1);
      INSERT INTO ports VALUES ('p', 'n', '${mac}', '', 1, '', NULL, NULL)`);
    first.close();
    const now = openDatabase(path);
    expect(now.prepare('SELECT id, reserved_address AS reserved FROM ports').all()).toEqual([
      { id: 'p', reserved: null },
    ]);
    const plan = now
      .prepare("EXPLAIN QUERY PLAN SELECT 1 FROM nodes WHERE json_extract(bmc, '$.address') = ?")
      .all('x') as { detail: string }[];
    expect(plan[0]?.detail).toContain('nodes_by_bmc_address');
    now.close();
  });

  it('is copied before a migration, and a failing migration changes nothing', () => {
    const path = join(folder, 'old.db');
    const first = {
      version: 1,
      topic: 't',
      sql: 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1)',
    };
    openDatabase(path, [first]).close();
    const broken = {
      version: 2,
      topic: 't',
      sql: 'CREATE TABLE b (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1)',
    };
    expect(() => openDatabase(path, [first, broken])).toThrow(/nowhere/);
    const db = openDatabase(path, [first]);
    expect(db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'b'").get()).toEqual({ n: 0 });
    db.close();
    expect(readdirSync(folder)).toContain('old.db.before-2');
  });

  it('of version 1 gets the new properties of a BMC', () => {
    const path = join(folder, 'v1.db');
    const db = openDatabase(path, migrations.slice(0, 1));
    db.prepare(
      `INSERT INTO nodes (id, name, bmc, provision_state, power_state, boot_target, root_device_hints, resource_class,
         extra, is_virtual, created_at, updated_at)
       VALUES (?, 'old', ?, 'available', 'unknown', 'nothing', '{}', '', '{}', 0, 1, 1)`,
    ).run(
      nodeId,
      JSON.stringify({
        address: '10.0.0.1',
        port: 623,
        username: 'admin',
        hasPassword: true,
        cipherSuite: 3,
        manufacturer: 'Dell',
        firmware: '1.0',
      }),
    );
    db.close();
    const migrated = openStore(path, key);
    expect(migrated.nodes.find(nodeId)?.bmc).toEqual({
      address: '10.0.0.1',
      port: 623,
      username: 'admin',
      hasPassword: true,
      hasBmcKey: false,
      protocol: 'auto',
      privilege: null,
      cipherSuite: 3,
      interfaceVersion: null,
      manufacturer: 'Dell',
      firmware: '1.0',
    });
    migrated.close();
  });

  it('that is no database is refused with an error and kept', () => {
    const path = join(folder, 'junk.db');
    writeFileSync(path, 'this is not a database, it is a shopping list'.repeat(100));
    const before = everything();
    expect(() => openDatabase(path)).toThrow(/not a database/);
    expect(everything()).toEqual(before);
  });
});
