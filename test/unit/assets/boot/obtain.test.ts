import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { obtainBootPrograms } from '#assets/boot/obtain.ts';

/** A package that is installed somewhere stands in for the archive: these tests need no network. */
const program = Buffer.from('a boot program');
const sha256 = createHash('sha256').update(program).digest('hex');

let folder: string;
let into: string;
let installedRoot: string;
let manifestFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-boot-'));
  into = join(folder, 'boot');
  installedRoot = join(folder, 'root');
  manifestFile = join(folder, 'manifest.json');
  writeManifest({ '1.0-1': sha256, '0.9-1': 'f'.repeat(64) });
  install(program);
});
afterEach(() => rmSync(folder, { recursive: true }));

function writeManifest(known: Record<string, string>): void {
  const programs = [{ name: 'x.kpxe', package: 'ipxe', file: 'usr/lib/ipxe/x.kpxe', sha256: known }];
  writeFileSync(manifestFile, JSON.stringify({ programs }));
}

function install(bytes: Uint8Array): void {
  const file = join(installedRoot, 'usr/lib/ipxe/x.kpxe');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

test('a known file of an installed package is taken, under the name by which it is served', async () => {
  const programs = await obtainBootPrograms({ into, installedRoot, manifestFile });
  expect(programs).toEqual([
    { name: 'x.kpxe', path: join(into, 'x.kpxe'), package: 'ipxe', version: '1.0-1', sha256 },
  ]);
  expect(readFileSync(join(into, 'x.kpxe')).equals(program)).toBe(true);
  expect(readdirSync(into)).toEqual(['x.kpxe']);
});

test('what is there and right is left alone; what was changed is put right', async () => {
  await obtainBootPrograms({ into, installedRoot, manifestFile });
  const before = statSync(join(into, 'x.kpxe')).ino;
  rmSync(installedRoot, { recursive: true });
  await obtainBootPrograms({ into, installedRoot, manifestFile });
  expect(statSync(join(into, 'x.kpxe')).ino).toBe(before);
  writeFileSync(join(into, 'x.kpxe'), 'damaged');
  install(program);
  await obtainBootPrograms({ into, installedRoot, manifestFile });
  expect(readFileSync(join(into, 'x.kpxe')).equals(program)).toBe(true);
});

test('the real manifest names the programs that the boot chain serves, each with a checksum', () => {
  const real: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../../assets/boot/manifest.json'), 'utf8'),
  );
  const { programs } = real as { programs: { name: string; sha256: Record<string, string> }[] };
  expect(programs.map(({ name }) => name)).toEqual(['undionly.kpxe', 'snponly.efi', 'ipxe.efi']);
  for (const { sha256: known } of programs) {
    for (const value of Object.values(known)) expect(value).toMatch(/^[0-9a-f]{64}$/);
  }
});

test('an archive with a version that nobody has checked is refused with what to do', async () => {
  install(Buffer.from('something newer'));
  const download = (version: string) => (packages: readonly string[], work: string) => {
    expect(packages).toEqual(['ipxe']);
    cpSync(installedRoot, join(work, 'tree'), { recursive: true });
    return Promise.resolve({ tree: join(work, 'tree'), versions: new Map([['ipxe', version]]) });
  };
  const attempt = (version: string) =>
    obtainBootPrograms({ into, installedRoot, manifestFile, download: download(version) });
  await expect(attempt('2.0-1')).rejects.toThrow(
    /ipxe 2\.0-1 is a version that .*manifest\.json does not know/,
  );
  await expect(attempt('1.0-1')).rejects.toThrow(/was changed: not installed/);
  expect(readdirSync(into)).toEqual([]);
});
