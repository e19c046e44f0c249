import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cachedDiscPath, uploadPaths } from '#engine/images/image-cache.ts';
import { importImage } from '#engine/images/import-image.ts';
import { buildIso } from '#engine/media/iso9660/writer.ts';
import { makeUdf } from '#test/unit/engine/media/udf/make-udf.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-import-disc-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function imported(name: string) {
  const cacheDir = join(folder, 'cache');
  const image = await importImage({ sourcePath: join(folder, name), cacheDir, imageId: 'disc' });
  return { image, stored: readFileSync(cachedDiscPath(cacheDir, 'disc')) };
}

it('an ISO is kept as it is, also one behind a symbolic link', async () => {
  const iso = buildIso([{ path: 'a', bytes: Buffer.from('a') }], { label: 'LINKED', createdAtMs: 0 });
  writeFileSync(join(folder, 'a.iso'), iso);
  symlinkSync('a.iso', join(folder, 'latest.iso'));
  const { image, stored } = await imported('latest.iso');
  expect(image).toMatchObject({ kind: 'installer', sourceFormat: 'ISO 9660', installer: null });
  expect(stored.equals(iso)).toBe(true);
});

it('an ISO that came from a browser takes its room once', async () => {
  const cacheDir = join(folder, 'cache');
  mkdirSync(cacheDir);
  const { whole } = uploadPaths(cacheDir, 'disc');
  const iso = buildIso([{ path: 'a', bytes: Buffer.from('a') }], { label: 'SENT', createdAtMs: 0 });
  writeFileSync(whole, iso);
  const image = await importImage({ sourcePath: whole, cacheDir, imageId: 'disc' });
  expect(image).toMatchObject({ kind: 'installer', sha256: createHash('sha256').update(iso).digest('hex') });
  expect(statSync(cachedDiscPath(cacheDir, 'disc')).ino).toBe(statSync(whole).ino);
  rmSync(whole);
  expect(readFileSync(cachedDiscPath(cacheDir, 'disc')).equals(Buffer.from(iso))).toBe(true);
});

it('a disc with UDF alone is a disc, not the content of a disk', async () => {
  writeFileSync(join(folder, 'udf.iso'), makeUdf({ 'sources/boot.wim': Buffer.from('x') }));
  expect((await imported('udf.iso')).image).toMatchObject({ kind: 'installer', sourceFormat: 'UDF' });
});

/** El Torito in the place of Joliet's descriptor; the catalogue lies in front of all descriptors. */
function withBootCatalogue(iso: Buffer, catalogue: Buffer): Buffer {
  iso.copy(iso, 18 * 2048, 17 * 2048, 18 * 2048);
  iso.fill(0, 17 * 2048, 18 * 2048);
  iso.write('\0CD001\x01EL TORITO SPECIFICATION', 17 * 2048, 'latin1');
  iso.writeUInt32LE(1, 17 * 2048 + 71);
  catalogue.copy(iso, 2048);
  return iso;
}

it('a boot entry that says that it does not boot is none', async () => {
  const catalogue = Buffer.alloc(2048);
  catalogue.writeUInt8(1, 0);
  catalogue.writeUInt16BE(0x55aa, 30);
  catalogue.writeUInt16LE(0x10000 - 0xaa55 - 1, 28);
  catalogue.writeUInt8(0x88, 32); // BIOS boots
  catalogue.writeUInt32LE(16, 40);
  catalogue.set([0x91, 0xef, 1, 0], 64);
  catalogue.writeUInt32LE(16, 104); // UEFI: 00, it does not
  const iso = Buffer.from(buildIso([{ path: 'a', bytes: Buffer.from('a') }], { label: 'B', createdAtMs: 0 }));
  writeFileSync(join(folder, 'boots.iso'), withBootCatalogue(iso, catalogue));
  expect((await imported('boots.iso')).image).toMatchObject({ boots: { bios: true, uefi: false } });
});
