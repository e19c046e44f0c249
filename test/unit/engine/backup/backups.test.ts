import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packBackup } from '#engine/backup/backup-file.ts';
import { type BackupParts, createBackups } from '#engine/backup/backups.ts';
import { swapInRestored } from '#engine/store/restored-database.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { aBatch, aDeployment, aNetwork, aNode, anImage, imageId, nodeId } from '#test/fakes/rows.ts';

const key = new Uint8Array(32).fill(7);
const now = Date.UTC(2026, 10, 26, 8, 47);
const today = '2026-11-26';

let folder: string;
let databasePath: string;
let imagesDir: string;
let store: Store;
let restarts: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-backup-'));
  databasePath = join(folder, 'rackside.db');
  imagesDir = join(folder, 'images');
  mkdirSync(imagesDir);
  store = openStore(databasePath, key, () => now);
  restarts = 0;
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const parts = (change: Partial<BackupParts> = {}): BackupParts => ({
  store,
  dataDir: folder,
  databasePath,
  imagesDir,
  sealKey: key,
  version: '0.1.0',
  now: () => now,
  restart: () => {
    restarts += 1;
  },
  ...change,
});

/** As the engine does it at its next start. */
function startAgain(): Store {
  store.close();
  swapInRestored(databasePath);
  store = openStore(databasePath, key, () => now);
  return store;
}

const refusal = (reason: string) => ({ code: 'backup.refused', details: { reason } });
const backupsDir = () => join(folder, 'backups');

describe('a backup', () => {
  it('is one file that shows what is in it, and says how it compares with what is here', async () => {
    store.nodes.save(aNode());
    store.networks.save(aNetwork());
    store.images.save({ ...anImage(), sourcePath: '/a' });
    store.secrets.put(`node:${nodeId}`, 'bmc-password', 'calvin');
    const backups = createBackups(parts());
    const { name, sizeBytes } = await backups.create();
    expect(name).toBe('rackside-backup-20261126-084700.tar.gz');
    expect(await backups.list()).toMatchObject([{ name, sizeBytes }]);
    store.nodes.remove(nodeId);
    expect(await backups.preview(name)).toMatchObject({
      createdAt: now,
      version: '0.1.0',
      counts: { servers: 1, networks: 1, images: 1 },
      present: { servers: 0, networks: 1, images: 1 },
      secrets: 'open',
      missingImages: [anImage().name],
      interrupted: [],
      confirmWord: today,
    });
    expect(gunzipSync(readFileSync(join(backupsDir(), name))).includes('calvin')).toBe(false);
  });

  it('that another computer made says that its passwords do not open here', async () => {
    store.secrets.put(`node:${nodeId}`, 'bmc-password', 'calvin');
    const { name } = await createBackups(parts()).create();
    const elsewhere = createBackups(parts({ sealKey: new Uint8Array(32).fill(8) }));
    expect(await elsewhere.preview(name)).toMatchObject({ secrets: 'sealed-with-another-key' });
  });

  it('leaves nothing beside itself, and what a killed one left is removed at the next start', async () => {
    const backups = createBackups(parts());
    const { name } = await backups.create();
    await backups.preview(name);
    expect(readdirSync(backupsDir())).toEqual([name]);
    mkdirSync(join(backupsDir(), '.work-abc'));
    writeFileSync(join(backupsDir(), 'half.tar.gz.part'), 'half');
    createBackups(parts());
    expect(readdirSync(backupsDir())).toEqual([name]);
  });

  it('goes out and comes back in pieces that follow each other', async () => {
    store.nodes.save(aNode());
    const backups = createBackups(parts());
    const { name, sizeBytes } = await backups.create();
    const piece = await backups.read(name, 0);
    const bytes = Buffer.from(piece.base64, 'base64');
    expect([piece.sizeBytes, bytes.length]).toEqual([sizeBytes, sizeBytes]);
    expect(await backups.read(name, sizeBytes)).toEqual({ base64: '', sizeBytes });
    expect(await backups.receive('mine.tar.gz', 0, bytes.subarray(0, 100), false)).toBeNull();
    await expect(backups.receive('mine.tar.gz', 50, bytes.subarray(50), true)).rejects.toMatchObject({
      code: 'input.invalid',
    });
    expect(await backups.receive('mine.tar.gz', 100, bytes.subarray(100), true)).toMatchObject({
      name: 'mine.tar.gz',
    });
    expect(await backups.preview('mine.tar.gz')).toMatchObject({ counts: { servers: 1 } });
    // Another one of the same name takes nothing away.
    expect(await backups.receive('mine.tar.gz', 0, bytes, true)).toMatchObject({ name: 'mine-2.tar.gz' });
  });
});

describe('a file that is no good backup', () => {
  const put = (bytes: Uint8Array) => {
    mkdirSync(backupsDir(), { recursive: true });
    writeFileSync(join(backupsDir(), 'bad.tar.gz'), bytes);
    return createBackups(parts()).preview('bad.tar.gz');
  };
  const good = async () => {
    const { name } = await createBackups(parts()).create();
    return readFileSync(join(backupsDir(), name));
  };

  it('is told from a damaged one', async () => {
    await expect(put(Buffer.from('PK\x03\x04 a zip'))).rejects.toMatchObject(refusal('not-a-backup'));
    await expect(put(gzipSync('no archive'))).rejects.toMatchObject(refusal('damaged'));
    await expect(put(new Uint8Array(0))).rejects.toMatchObject({ code: 'backup.refused' });
  });

  it('is refused when it is cut off or altered', async () => {
    const bytes = await good();
    await expect(put(bytes.subarray(0, bytes.length / 2))).rejects.toMatchObject(refusal('damaged'));
    const tar = gunzipSync(bytes);
    tar.write('X', tar.indexOf('CREATE TABLE'));
    await expect(put(gzipSync(tar))).rejects.toMatchObject(refusal('damaged'));
  });

  it('is refused when its manifest promises another size than it has, or more than anybody has', async () => {
    const tar = gunzipSync(await good());
    const at = tar.indexOf('"sizeBytes": ') + '"sizeBytes": '.length;
    const changed = (digit: string) => {
      const copy = Buffer.from(tar);
      copy.write(digit, at);
      return put(gzipSync(copy));
    };
    await expect(changed('9')).rejects.toMatchObject(refusal('damaged'));
  });

  it('is refused when a newer Rackside made it', async () => {
    const future = join(folder, 'future.db');
    const db = new SqliteDatabase(future);
    db.pragma('user_version = 9999');
    db.close();
    const facts = { createdAt: now, version: '9.0.0', schema: 9999, counts: store.counts() };
    mkdirSync(backupsDir(), { recursive: true });
    await packBackup(join(backupsDir(), 'future.tar.gz'), future, facts);
    const backups = createBackups(parts());
    await expect(backups.preview('future.tar.gz')).rejects.toMatchObject(refusal('newer'));
    await expect(backups.restore('future.tar.gz', today)).rejects.toMatchObject(refusal('newer'));
    expect(readdirSync(backupsDir())).toEqual(['future.tar.gz']);
  });
});

it('a backup in which somebody left a program for the database is refused', async () => {
  const altered = join(folder, 'altered.db');
  await store.copyTo(altered);
  const db = new SqliteDatabase(altered);
  db.exec("CREATE TRIGGER t AFTER UPDATE ON networks BEGIN UPDATE networks SET dhcp_mode = 'full'; END");
  db.close();
  const backups = createBackups(parts());
  const facts = { createdAt: now, version: '0.1.0', schema: 7, counts: store.counts() };
  await packBackup(join(backupsDir(), 'altered.tar.gz'), altered, facts);
  await expect(backups.preview('altered.tar.gz')).rejects.toMatchObject(refusal('damaged'));
});

describe('a restore', () => {
  it('takes everything back to that day, keeps what was there, and asks for a new start', async () => {
    store.nodes.save(aNode({ name: 'before' }));
    const backups = createBackups(parts());
    const { name } = await backups.create();
    store.nodes.save(aNode({ name: 'after' }));
    expect(backups.refusal()).toBeUndefined();
    await backups.restore(name, today);
    expect(restarts).toBe(1);
    expect(backups.refusal()).toMatchObject({ code: 'backup.restarting' });
    expect(store.nodes.find(nodeId)?.name).toBe('after');
    expect(startAgain().nodes.find(nodeId)?.name).toBe('before');
    expect(store.timeline.newest({}, 10).map(({ message }) => message)).toContain('backup.restored');
    const replaced = openStore(`${databasePath}.replaced`, key);
    expect(replaced.nodes.find(nodeId)?.name).toBe('after');
    replaced.close();
    // And back again, by the backup that the restore made.
    const again = createBackups(parts());
    const way = (await again.list()).find(file => file.name.includes('before-restore'))?.name ?? '';
    await again.restore(way, today);
    expect(startAgain().nodes.find(nodeId)?.name).toBe('after');
  });

  it('needs the day of the backup typed, and waits while a server is at work', async () => {
    store.nodes.save(aNode());
    const backups = createBackups(parts());
    const { name } = await backups.create();
    await expect(backups.restore(name, '2026-11-25')).rejects.toMatchObject({
      code: 'backup.not_confirmed',
      details: { word: today },
    });
    store.deployments.create(aDeployment(), aRequest());
    await expect(backups.restore(name, today)).rejects.toMatchObject({ code: 'input.in_use' });
    store.deployments.save({ ...aDeployment(), state: 'succeeded' });
    store.batches.create(aBatch(), []);
    await expect(backups.restore(name, today)).rejects.toMatchObject({
      code: 'input.in_use',
      details: { by: aBatch().name },
    });
    expect(existsSync(`${databasePath}.restored`)).toBe(false);
    expect(restarts).toBe(0);
    expect(backups.refusal()).toBeUndefined();
  });

  it('goes on with nothing of that day: deployments end, batches wait, DHCP watches, no ramdisk is given, no console connected', async () => {
    store.nodes.save(aNode({ provisionState: 'deploying', bootTarget: 'ramdisk' }));
    store.networks.save(aNetwork({ dhcpMode: 'full' }));
    store.deployments.create(aDeployment(), aRequest());
    store.batches.create(aBatch(), []);
    store.consoleWishes.waitFor(nodeId, 'login:');
    store.consolePorts.save({
      nodeId,
      address: '127.0.0.1',
      port: 7801,
      mayWrite: true,
      openedAt: 1,
      tokenHash: '00',
    });
    const backups = createBackups(parts());
    const { name } = await backups.create();
    expect(await backups.preview(name)).toMatchObject({ interrupted: [aNode().name] });
    store.deployments.save({ ...aDeployment(), state: 'succeeded' });
    store.nodes.save(aNode({ provisionState: 'active', bootTarget: 'disk' }));
    store.batches.save(aBatch({ state: 'ended' }));
    await backups.restore(name, today);
    startAgain();
    expect(store.nodes.find(nodeId)).toMatchObject({
      provisionState: 'deploy failed',
      bootTarget: 'nothing',
      lastError: { code: 'backup.interrupted' },
    });
    expect(store.deployments.running()).toEqual([]);
    expect(store.batches.open()).toMatchObject([{ state: 'stopping' }]);
    expect(store.networks.list()).toMatchObject([{ dhcpMode: 'watching' }]);
    expect(store.settings.get().keepConsoles).toBe(false);
    expect(store.consoleWishes.texts(nodeId)).toEqual([]);
    expect(store.consolePorts.list()).toEqual([]);
  });

  it('keeps the images of this computer, and begins no import of that day anew', async () => {
    const importing = { ...anImage({ state: 'importing' }), sourcePath: '/source' };
    store.images.save(importing);
    const other = '22222222-2222-4222-8222-222222222223' as typeof imageId;
    store.images.save({ ...importing, id: other });
    const backups = createBackups(parts());
    const { name } = await backups.create();
    store.images.save({ ...anImage(), sourcePath: '/source' });
    await backups.restore(name, today);
    expect(startAgain().images.find(imageId)).toMatchObject({ state: 'ready' });
    expect(store.images.find(other)).toMatchObject({
      state: 'failed',
      error: { code: 'backup.interrupted' },
    });
  });

  it('keeps an image that was imported while the present data were backed up', async () => {
    const { name } = await createBackups(parts()).create();
    const copyTo = async (path: string) => {
      store.images.save({ ...anImage(), sourcePath: '/source' });
      await store.copyTo(path);
    };
    await createBackups(parts({ store: { ...store, copyTo } })).restore(name, today);
    expect(startAgain().images.find(imageId)).toMatchObject({ state: 'ready' });
  });

  it('makes no VLAN interface of that day again, and forgets none that is there', async () => {
    const vlan = (name: string, vlanId: number) => ({
      name,
      vlanId,
      parent: 'eth0',
      parentMac: null,
      address: '10.9.0.1' as Ipv4,
      prefixLength: 24,
    });
    store.vlanInterfaces.save(vlan('eth0.7', 7));
    const backups = createBackups(parts());
    const { name } = await backups.create();
    store.vlanInterfaces.remove('eth0.7');
    store.vlanInterfaces.save(vlan('eth0.8', 8));
    await backups.restore(name, today);
    expect(startAgain().vlanInterfaces.list()).toEqual([vlan('eth0.8', 8)]);
  });

  it('asks again for passwords that the key of this computer does not open', async () => {
    const bmc = {
      address: '10.0.0.1',
      port: 623,
      username: 'admin',
      hasPassword: true,
      hasBmcKey: true,
      protocol: 'auto',
      privilege: null,
      cipherSuite: null,
      interfaceVersion: null,
      manufacturer: '',
      firmware: '',
    } as const;
    store.nodes.save(aNode({ bmc }));
    const { name } = await createBackups(parts()).create();
    await createBackups(parts({ sealKey: new Uint8Array(32).fill(8) })).restore(name, today);
    expect(startAgain().nodes.find(nodeId)?.bmc).toMatchObject({ hasPassword: false, hasBmcKey: false });
  });
});

describe('a start after a restore', () => {
  const files = () => readdirSync(folder).filter(name => name.startsWith('rackside.db'));

  async function waiting(): Promise<void> {
    store.nodes.save(aNode({ name: 'before' }));
    const backups = createBackups(parts());
    const { name } = await backups.create();
    store.nodes.save(aNode({ name: 'after' }));
    await backups.restore(name, today);
  }

  it('does the rest when the one before was killed between two steps', async () => {
    await waiting();
    store.close();
    // Killed after the former database was moved, with its log still beside.
    const bytes = readFileSync(databasePath);
    rmSync(databasePath);
    writeFileSync(`${databasePath}.replaced`, bytes);
    writeFileSync(`${databasePath}-wal`, 'a log of the former one');
    swapInRestored(databasePath);
    store = openStore(databasePath, key);
    expect(store.nodes.find(nodeId)?.name).toBe('before');
    expect(readFileSync(`${databasePath}.replaced-wal`, 'utf8')).toBe('a log of the former one');
  });

  it('replaces a damaged database too', async () => {
    await waiting();
    store.close();
    writeFileSync(databasePath, 'no database any more');
    swapInRestored(databasePath);
    store = openStore(databasePath, key);
    expect(store.nodes.find(nodeId)?.name).toBe('before');
  });

  it('touches nothing when nothing waits', () => {
    store.close();
    const before = files();
    swapInRestored(databasePath);
    expect(files()).toEqual(before);
    store = openStore(databasePath, key);
    appendFileSync(join(folder, 'other'), '');
  });
});
