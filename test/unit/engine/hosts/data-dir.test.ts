import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeDataDir } from '#engine/hosts/data-dir.ts';
import { keyFromFile } from '#engine/hosts/key-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rk-data-dir-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a data directory', () => {
  it('is made for its owner alone', () => {
    const wanted = path.join(folder, 'new', 'data');
    const taken = takeDataDir(wanted);
    expect(taken.path).toBe(wanted);
    expect(statSync(wanted).mode & 0o777).toBe(0o700);
    taken.release();
  });

  it('belongs to one engine at a time, also within one process and by another path', () => {
    const taken = takeDataDir(folder);
    const other = path.join(folder, '..', path.basename(folder));
    expect(() => takeDataDir(other)).toThrow(expect.objectContaining({ code: 'input.in_use' }));
    taken.release();
    takeDataDir(other).release();
  });
});

describe('the key file', () => {
  it('is made once, whole, for its owner alone, and leaves nothing beside it', () => {
    const made = keyFromFile(folder);
    expect(readdirSync(folder)).toEqual(['seal.key']);
    expect(statSync(path.join(folder, 'seal.key')).mode & 0o777).toBe(0o600);
    expect(keyFromFile(folder).bytes.reveal()).toEqual(made.bytes.reveal());
  });

  it('is made anew when the power went before it was in its place', () => {
    writeFileSync(path.join(folder, 'seal.key.new'), 'half a key', { mode: 0o644 });
    expect(keyFromFile(folder).bytes.reveal()).toHaveLength(32);
    expect(readdirSync(folder)).toEqual(['seal.key']);
    expect(statSync(path.join(folder, 'seal.key')).mode & 0o777).toBe(0o600);
  });

  it('of another length is refused and left as it is', () => {
    writeFileSync(path.join(folder, 'seal.key'), 'short');
    expect(() => keyFromFile(folder)).toThrow('is not a key of 32 bytes');
    expect(readFileSync(path.join(folder, 'seal.key'), 'utf8')).toBe('short');
  });
});
