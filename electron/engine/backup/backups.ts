import { existsSync, readdirSync, rmSync } from 'node:fs';
import { appendFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ZodError } from 'zod';
import { cachedDiscPath, cachedImagePath } from '#engine/images/image-cache.ts';
import { refuseWhileBusy } from '#engine/provision/busy-nodes.ts';
import { atWork, settleRestored } from '#engine/provision/restored-state.ts';
import { migrations } from '#engine/store/migrations/index.ts';
import { faultOf, leaveForNextStart, schemaOf } from '#engine/store/restored-database.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { noRoom, type SavedFiles, savedFilesIn, stampOf } from '#engine/system/saved-files.ts';
import { createTurns } from '#engine/system/turns.ts';
import { type BackupPreview, CodedError, type Image, type SavedFile } from '#shared/contract/index.ts';
import { savedFolders } from '#shared/model/data-folders.ts';
import { type BackupManifest, packBackup, refused, unpackBackup } from './backup-file.ts';

/** Compressed, of the largest database that we take. */
const maxReceivedBytes = 4 * 1024 ** 3;
const workPrefix = '.work-';

export interface BackupParts {
  readonly store: Store;
  readonly dataDir: string;
  readonly databasePath: string;
  readonly imagesDir: string;
  readonly sealKey: Uint8Array;
  readonly version: string;
  readonly now: () => number;
  /** Starts the engine again, soon: what a restore left is taken then. */
  readonly restart: () => void;
}

export type Backups = ReturnType<typeof createBackups>;

/** A backup that is opened to look at or to take: a copy beside, with our schema. */
interface OpenedBackup {
  readonly manifest: BackupManifest;
  readonly store: Store;
  readonly path: string;
}

/**
 * Backups of the database, and the way back. A restore prepares the new database aside, from its file to the last check,
 * and only then leaves it for the next start: whatever stops it before changes nothing.
 */
export function createBackups(parts: BackupParts) {
  const { store, now } = parts;
  const files = savedFilesIn(join(parts.dataDir, savedFolders.backup));
  removeLeftOvers(files.folder);
  let isReplaced = false;
  /** Each needs the room of a database. */
  const inTurn = createTurns();

  async function aside<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(files.folder, workPrefix));
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async function create(what: string): Promise<SavedFile> {
    const { size } = await stat(parts.databasePath);
    // The copy, and at worst as much again for what does not compress.
    await files.requireRoom(2 * size);
    const createdAt = now();
    const name = await files.freeName(`rackside-${what}-${stampOf(createdAt)}.tar.gz`);
    return roomOrRefusal(2 * size, () =>
      aside(async folder => {
        const copy = join(folder, 'rackside.db');
        const counts = store.counts();
        await store.copyTo(copy);
        const facts = { createdAt, version: parts.version, schema: schemaOf(copy), counts };
        return files.write(name, part => packBackup(part, copy, facts));
      }),
    );
  }

  async function opened<T>(name: string, use: (backup: OpenedBackup) => Promise<T>): Promise<T> {
    await files.find(name);
    return aside(async folder => {
      const path = join(folder, 'rackside.db');
      const manifest = await unpackBackup(files.path(name), path, files.requireRoom);
      // Before a program of somebody else could run at what we do with it.
      const fault = faultOf(path);
      if (fault !== undefined) throw refused('damaged', fault);
      const restored = openCopy(path, parts.sealKey, now);
      try {
        readAll(restored);
        return await use({ manifest, store: restored, path });
      } finally {
        restored.close();
      }
    });
  }

  return {
    /** Why nothing may be changed: the next start takes another database in place of this one. */
    refusal: () =>
      isReplaced
        ? new CodedError('backup.restarting', 'a restored backup waits for the next start', {})
        : undefined,
    list: files.list,
    create: () => inTurn(() => create('backup')),
    remove: files.remove,
    read: files.read,
    receive: (name: string, offset: number, bytes: Uint8Array, isLast: boolean) =>
      inTurn(() => receive(files, name, offset, bytes, isLast)),
    preview: (name: string) =>
      inTurn(() => opened(name, async backup => previewOf(name, backup, store, parts.imagesDir))),
    restore: (name: string, confirmed: string) =>
      inTurn(async () => {
        refuseWhileAtWork(store);
        await opened(name, async backup => {
          const word = confirmWord(backup.manifest);
          if (confirmed !== word)
            throw new CodedError('backup.not_confirmed', `nobody typed ${word}`, { name, word });
          settleRestored(backup.store, name, now());
          await create('before-restore');
          takeInstead(parts, backup);
          isReplaced = true;
        });
        parts.restart();
      }),
  };
}

/** While the present data were backed up somebody may have begun. Here nobody can: nothing is waited for. */
function takeInstead({ store, databasePath }: BackupParts, backup: OpenedBackup): void {
  refuseWhileAtWork(store);
  keepImages(store, backup.store);
  keepVlanInterfaces(store, backup.store);
  backup.store.close();
  leaveForNextStart(backup.path, databasePath);
}

/** What a killed engine had laid aside. */
function removeLeftOvers(folder: string): void {
  for (const name of readdirSync(folder))
    if (name.startsWith(workPrefix)) rmSync(join(folder, name), { recursive: true, force: true });
}

/** Brings the copy to our schema, where a failure costs nothing. */
function openCopy(path: string, sealKey: Uint8Array, now: () => number): Store {
  try {
    return openStore(path, sealKey, now);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'db.from_future')
      throw refused('newer', `schema ${schemaOf(path)}, this Rackside knows ${migrations.at(-1)?.version}`);
    throw refused('damaged', error instanceof Error ? error.message : 'it cannot be opened');
  }
}

/** All that a start reads, so that no restored database keeps the engine from starting. */
function readAll(store: Store): void {
  try {
    store.settings.get();
    for (const table of [store.nodes, store.ports, store.portgroups, store.discovered]) table.list();
    for (const table of [store.images, store.networks, store.profiles, store.deployments]) table.list();
    for (const table of [store.batches, store.attachments, store.vlanInterfaces]) table.list();
    store.consoleRecordings.list({}, 1);
    store.consoleWishes.held();
  } catch (error) {
    const detail = error instanceof ZodError ? error.issues[0]?.message : (error as Error).message;
    throw refused('damaged', `a row cannot be read: ${detail ?? ''}`);
  }
}

function previewOf(name: string, backup: OpenedBackup, present: Store, imagesDir: string): BackupPreview {
  const { manifest, store } = backup;
  const secrets = store.secrets.all();
  const isOpen = secrets.some(secret => secret !== undefined);
  return {
    name,
    createdAt: manifest.createdAt,
    version: manifest.version,
    counts: store.counts(),
    present: present.counts(),
    secrets: secrets.length === 0 ? 'none' : isOpen ? 'open' : 'sealed-with-another-key',
    missingImages: store.images
      .list()
      .filter(image => image.state === 'ready' && !existsSync(fileOf(image, imagesDir)))
      .map(image => image.name),
    interrupted: atWork(store),
    confirmWord: confirmWord(manifest),
  };
}

function fileOf({ id, kind }: Image, imagesDir: string): string {
  return (kind === 'installer' ? cachedDiscPath : cachedImagePath)(imagesDir, id);
}

/** Images are files and not in the backup: those of now stay, or their files would belong to nobody and be removed. */
function keepImages(present: Store, restored: Store): void {
  for (const { progress: _, ...image } of present.images.list()) {
    if (image.state === 'ready')
      restored.images.save({ ...image, sourcePath: present.images.sourcePath(image.id) ?? '' });
  }
}

/** Interfaces that we made are this computer's too: those of that day are not made again, those of now can be removed. */
function keepVlanInterfaces(present: Store, restored: Store): void {
  for (const { name } of restored.vlanInterfaces.list()) restored.vlanInterfaces.remove(name);
  for (const vlan of present.vlanInterfaces.list()) restored.vlanInterfaces.save(vlan);
}

/** Throws `input.in_use` while a server is at work, or the next one of a batch is about to be. */
function refuseWhileAtWork(store: Store): void {
  refuseWhileBusy(store, 'database');
  const batch = store.batches.open().find(({ state }) => state === 'running');
  if (batch !== undefined)
    throw new CodedError('input.in_use', `batch ${batch.name} runs`, { what: 'database', by: batch.name });
}

/** The age is what is easily overlooked: a person types the day. */
function confirmWord({ createdAt }: BackupManifest): string {
  return new Date(createdAt).toISOString().slice(0, 10);
}

async function receive(
  files: SavedFiles,
  name: string,
  offset: number,
  bytes: Uint8Array,
  isLast: boolean,
): Promise<SavedFile | null> {
  const part = files.partPath(name);
  const sizeBytes = offset === 0 ? 0 : ((await stat(part).catch(() => undefined))?.size ?? 0);
  if (offset !== sizeBytes) throw gap(offset, sizeBytes);
  if (sizeBytes + bytes.length > maxReceivedBytes)
    throw refused('too-large', `more than ${maxReceivedBytes} bytes`);
  await files.requireRoom(bytes.length);
  const add = offset === 0 ? writeFile : appendFile;
  await roomOrRefusal(bytes.length, () => add(part, bytes, { mode: 0o600 }));
  if (!isLast) return null;
  const kept = await files.freeName(name);
  return files.adopt(part, kept);
}

function gap(offset: number, expected: number): CodedError<'input.invalid'> {
  const message = `a piece for byte ${offset}, where byte ${expected} is next`;
  return new CodedError('input.invalid', message, { issues: [{ path: 'offset', message }] });
}

async function roomOrRefusal<T>(neededBytes: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isFull =
      error instanceof Error && 'code' in error && /^(ENOSPC|SQLITE_FULL)$/.test(String(error.code));
    throw isFull ? noRoom(neededBytes, 0) : error;
  }
}
