import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '#engine/store/database.ts';
import { migrations } from '#engine/store/migrations/index.ts';
import { openStore } from '#engine/store/store.ts';
import type { RecordingId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { aBatch, deploymentId, imageId, nodeId } from '#test/fakes/rows.ts';

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

/** A database of version 4, read by the store of now. */
function fromVersion4(rows: string) {
  const path = join(folder, 'rackside.db');
  const old = openDatabase(path, migrations.slice(0, 4));
  old.exec(`
    INSERT INTO nodes VALUES
      ('${nodeId}','r1',NULL,'active',NULL,'power on',NULL,'disk',NULL,NULL,'{}','','{}',0,'${deploymentId}',1,1);
    ${rows}`);
  old.close();
  return openStore(path, new Uint8Array(32));
}

it.each([
  ['4', '802.3ad'],
  ['LACP', '802.3ad'],
  ['active-backup', 'active-backup'],
  ['Balance-XOR', 'balance-xor'],
  ['mode=6', 'active-backup'],
])('0005: a bond whose mode somebody wrote as "%s" is read as %s', (written, read) => {
  const id = '77777777-7777-4777-8777-777777777777';
  const store = fromVersion4(
    `INSERT INTO portgroups VALUES ('${id}','${nodeId}','bond0',NULL,'${written}','{}');`,
  );
  expect(store.portgroups.list().map(({ mode }) => mode)).toEqual([read]);
  store.close();
});

it('0005: a deployment of before keeps its address, which is still nobody else’s', () => {
  const network = { method: 'static', address: '10.77.0.60', prefixLength: 24, gateway: null, dns: [] };
  const request = { nodeId, imageId, disk: { by: 'hints', hints: {} }, hostName: 'web-01', network };
  const store = fromVersion4(`INSERT INTO deployments VALUES
    ('${deploymentId}','${nodeId}','r1','${imageId}','debian','web-01','succeeded','${JSON.stringify(request)}',NULL,NULL,1,2,NULL);`);
  expect(store.deployments.request(deploymentId).networks).toMatchObject([
    { place: { by: 'provisioning' }, networkId: null, address: network },
  ]);
  expect(store.fixedAddresses.has(network.address as Ipv4)).toBe(true);
  expect(store.fixedAddresses.has(network.address as Ipv4, nodeId)).toBe(false);
  store.close();
});

it('0006: a database of before has no batches, and can have one', () => {
  const store = fromVersion4('');
  expect(store.batches.current()).toEqual([]);
  const batch = aBatch();
  store.batches.create(batch, []);
  expect(store.batches.list()).toEqual([batch]);
  store.close();
});

it('0007: of what was imported as it came the checksum of the file is known, of the rest it is not', () => {
  const path = join(folder, 'rackside.db');
  const old = openDatabase(path, migrations.slice(0, 6));
  const add = (id: string, format: string, kind: string) =>
    old.exec(`INSERT INTO images (id, name, state, source_path, source_format, raw_size_bytes, stored_size_bytes, sha256,
      partition_table, boots, evidence, created_at, kind)
      VALUES ('${id}', '${id}', 'ready', '', '${format}', 1, 1, 'sum', 'gpt', '{"bios":true,"uefi":true}', '[]', 1, '${kind}')`);
  add('a', 'raw', 'whole-disk');
  add('b', 'ISO 9660', 'installer');
  add('c', 'qcow2 v3', 'whole-disk');
  old.close();
  const store = openStore(path, new Uint8Array(32));
  const sums = store.images.list().map(({ id, sourceSha256 }) => [id, sourceSha256]);
  expect(sums).toEqual([
    ['a', 'sum'],
    ['b', 'sum'],
    ['c', ''],
  ]);
  store.close();
});

it('0008: a database of before has no recordings, and can have one that is found by its words', () => {
  const store = fromVersion4('');
  expect(store.consoleRecordings.list({}, 10)).toEqual([]);
  expect(store.settings.get()).toMatchObject({ keepConsoles: true, consoleRecordingMebibytes: 2048 });
  const id = '55555555-5555-4555-8555-555555555555' as RecordingId;
  store.consoleRecordings.begin({ id, nodeId, startedAt: 1, columns: 80, rows: 24 });
  const bytes = { events: Buffer.from('e'), lines: Buffer.from('l') };
  store.consoleRecordings.append([
    { recordingId: id, fromMs: 0, toMs: 5, outputBytes: 3, text: 'kernel panic', ...bytes },
  ]);
  store.consoleRecordings.endOpen();
  expect(store.consoleRecordings.find(id)).toMatchObject({ nodeId, endedAt: 6, outputBytes: 3 });
  expect(store.consoleRecordings.toSearch('PANIC', nodeId, 10, 10)).toMatchObject([{ recordingId: id }]);
  expect(store.consoleRecordings.toSearch('login', nodeId, 10, 10)).toEqual([]);
  store.close();
});

it('0009: a server of before has no health, keeps what is stored of it, and takes it along when it goes', () => {
  const store = fromVersion4('');
  expect([store.health.find(nodeId), store.health.readings(nodeId), store.alarms.since(0)]).toEqual([
    undefined,
    [],
    [],
  ]);
  const nothing = { error: null, powerWatts: null, eventLog: null, logPlace: null, failingSince: null };
  store.health.save({ nodeId, readAt: 1, ...nothing });
  expect(store.health.find(nodeId)).toEqual({ nodeId, readAt: 1, ...nothing });
  store.nodes.remove(nodeId);
  expect(store.health.find(nodeId)).toBeUndefined();
  store.close();
});
