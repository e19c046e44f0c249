import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '#engine/store/database.ts';
import { migrations } from '#engine/store/migrations/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('each has the next number', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
});

it('0004: running deployments and open sessions of before are neither cancelled nor retired', () => {
  const path = join(folder, 'rackside.db');
  const old = openDatabase(path, migrations.slice(0, 1));
  old.exec(`
    INSERT INTO nodes VALUES ('n','r1',NULL,'deploying',NULL,'power on',NULL,'ramdisk',NULL,NULL,'{}','','{}',0,'d',1,1);
    INSERT INTO deployments VALUES ('d','n','r1','i','debian','web-01','running','{}',NULL,NULL,1,NULL);
    INSERT INTO agent_sessions VALUES ('n','hash',1,'hash',1,'10.0.0.1','d',1);
  `);
  old.close();
  const db = openDatabase(path, migrations.slice(0, 4));
  expect(db.prepare('SELECT cancel_requested_at AS at FROM deployments').get()).toEqual({ at: null });
  expect(db.prepare('SELECT retired FROM agent_sessions').get()).toEqual({ retired: 0 });
  db.close();
});
