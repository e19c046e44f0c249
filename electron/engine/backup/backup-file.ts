import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { MalformedTar, type ReadMember, readTar } from '#engine/media/tar/reader.ts';
import { writeTar } from '#engine/media/tar/writer.ts';
import { type backupRefusals, CodedError, storedCounts } from '#shared/contract/index.ts';

/** A database of a million events has less than a tenth of it. */
const maxDatabaseBytes = 4 * 1024 ** 3;
const maxManifestBytes = 65_536;

const manifestName = 'manifest.json';
const databaseName = 'rackside.db';

/**
 * A backup is a `.tar.gz` of two files, in this order: the manifest, and a copy of the database. Any program that opens
 * such archives shows what is in it.
 */
const backupManifest = z.object({
  format: z.literal('rackside-backup'),
  formatVersion: z.literal(1),
  createdAt: z.number().int().nonnegative().max(8_640_000_000_000_000),
  /** Of the program. */
  version: z.string().max(100),
  /** Of the database. */
  schema: z.number().int(),
  counts: storedCounts,
  database: z.object({ sizeBytes: z.number().int().nonnegative(), sha256: z.string() }),
});
export type BackupManifest = z.infer<typeof backupManifest>;

export async function packBackup(
  file: string,
  databasePath: string,
  facts: Pick<BackupManifest, 'createdAt' | 'version' | 'schema' | 'counts'>,
): Promise<void> {
  const { size: sizeBytes } = await stat(databasePath);
  const manifest: BackupManifest = {
    format: 'rackside-backup',
    formatVersion: 1,
    ...facts,
    database: { sizeBytes, sha256: await sha256Of(databasePath) },
  };
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const members = [
    { name: manifestName, sizeBytes: text.length, content: [text] },
    { name: databaseName, sizeBytes, content: createReadStream(databasePath) as AsyncIterable<Buffer> },
  ];
  await pipeline(
    writeTar(members, facts.createdAt),
    createGzip(),
    createWriteStream(file, { mode: 0o600, flags: 'wx' }),
  );
}

/**
 * Writes the backup's database to `databasePath` and gives its manifest; the bytes are those that the manifest names.
 * `requireRoom` is asked before the first of them is written. Throws `backup.refused`.
 */
export async function unpackBackup(
  file: string,
  databasePath: string,
  requireRoom: (bytes: number) => Promise<void>,
): Promise<BackupManifest> {
  try {
    const source = createReadStream(file);
    const gunzip = createGunzip();
    source.on('error', error => gunzip.destroy(error));
    const members = readTar(source.pipe(gunzip) as AsyncIterable<Buffer>);
    try {
      const manifest = parseManifest(await textOf(await memberNamed(members, manifestName)));
      await requireRoom(manifest.database.sizeBytes);
      await writeDatabase(await memberNamed(members, databaseName), manifest, databasePath);
      if ((await members.next()).done !== true) throw refused('damaged', 'something follows the database');
      return manifest;
    } finally {
      source.destroy();
      gunzip.destroy();
    }
  } catch (error) {
    throw asRefusal(error);
  }
}

async function memberNamed(members: AsyncGenerator<ReadMember>, name: string): Promise<ReadMember> {
  const { value, done } = await members.next();
  if (done === true || value.name !== name) throw refused('not-a-backup', `there is no ${name} in it`);
  return value;
}

async function textOf({ sizeBytes, content }: ReadMember): Promise<string> {
  if (sizeBytes > maxManifestBytes) throw refused('not-a-backup', 'its manifest is too large');
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function parseManifest(text: string): BackupManifest {
  const { formatVersion } = versionOf(text);
  if (typeof formatVersion === 'number' && formatVersion > 1)
    throw refused('newer', `its format is ${formatVersion}, this Rackside knows 1`);
  const parsed = backupManifest.safeParse(versionOf(text));
  if (!parsed.success) throw refused('not-a-backup', 'its manifest is not one of ours');
  const { sizeBytes } = parsed.data.database;
  if (sizeBytes > maxDatabaseBytes)
    throw refused('too-large', `a database of ${sizeBytes} bytes; at most ${maxDatabaseBytes} are taken`);
  return parsed.data;
}

function versionOf(text: string): { readonly formatVersion?: unknown } {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

async function writeDatabase(
  { sizeBytes, content }: ReadMember,
  { database }: BackupManifest,
  path: string,
): Promise<void> {
  if (sizeBytes !== database.sizeBytes) throw refused('damaged', 'the database has another size');
  const hash = createHash('sha256');
  const hashed = async function* () {
    for await (const part of content) {
      hash.update(part);
      yield part;
    }
  };
  await pipeline(hashed(), createWriteStream(path, { mode: 0o600, flags: 'wx' }));
  if (hash.digest('hex') !== database.sha256) throw refused('damaged', 'the checksum is another one');
}

export function refused(
  reason: (typeof backupRefusals)[number],
  detail: string,
): CodedError<'backup.refused'> {
  return new CodedError('backup.refused', detail, { reason, detail });
}

function asRefusal(error: unknown): unknown {
  if (error instanceof MalformedTar) return refused('damaged', error.message);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // zlib(3): what is no gzip at all, and what ends or breaks in the middle.
  if (code === 'Z_DATA_ERROR' && (error as Error).message === 'incorrect header check')
    return refused('not-a-backup', 'it is no gzip file');
  if (code.startsWith('Z_')) return refused('damaged', (error as Error).message);
  return error;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path) as AsyncIterable<Buffer>) hash.update(part);
  return hash.digest('hex');
}
