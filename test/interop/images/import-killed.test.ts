import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '#engine/store/database.ts';
import { demoImage } from '#engine/virtual-rack/demo-image.ts';
import type { Image } from '#shared/contract/index.ts';

const program = path.join(import.meta.dirname, 'import-that-dies-process.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rk-import-killed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('an import whose engine is killed with SIGKILL', () => {
  it('is done again under the same id by the next start, and leaves nothing half done', () => {
    const source = path.join(folder, 'source.raw');
    const dataDir = path.join(folder, 'data');
    const content = demoImage(48 * 2 ** 20);
    writeFileSync(source, content);
    mkdirSync(dataDir);
    const run = (how: string) =>
      spawnSync(process.execPath, [program, dataDir, source, how], { encoding: 'utf8' });
    expect(run('kill').signal).toBe('SIGKILL');
    const db = openDatabase(path.join(dataDir, 'rackside.db'));
    const killed = db.prepare('SELECT id, state FROM images').get() as { id: string; state: string };
    db.close();
    expect(killed.state).toBe('importing');

    const finished = run('finish');
    expect(finished.stderr).toBe('');
    const images = JSON.parse(finished.stdout) as Image[];
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(images).toMatchObject([{ id: killed.id, state: 'ready', sha256 }]);
    expect(readdirSync(path.join(dataDir, 'images'))).toEqual([`${killed.id}.raw.zst`]);
    const stored = readFileSync(path.join(dataDir, 'images', `${killed.id}.raw.zst`));
    expect(zstdDecompressSync(stored).equals(content)).toBe(true);
  });
});
