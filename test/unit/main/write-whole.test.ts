import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeWhole } from '#main/write-whole.ts';

let folder: string;
let target: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rk-whole-'));
  target = path.join(folder, 'servers.csv');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a file is there whole under its name, and nothing beside it', async () => {
  writeFileSync(target, 'of yesterday');
  await writeWhole(target, async part => {
    await writeFile(part, 'na');
    expect(readFileSync(target, 'utf8')).toBe('of yesterday');
    await writeFile(part, 'name,mac');
  });
  expect(readFileSync(target, 'utf8')).toBe('name,mac');
  expect(readdirSync(folder)).toEqual(['servers.csv']);
});

it('a disk that is full in the middle leaves what was there', async () => {
  writeFileSync(target, 'of yesterday');
  const full = writeWhole(target, async part => {
    await writeFile(part, 'na');
    throw new Error('ENOSPC');
  });
  await expect(full).rejects.toThrow('ENOSPC');
  expect(readFileSync(target, 'utf8')).toBe('of yesterday');
  expect(readdirSync(folder)).toEqual(['servers.csv']);
});

it('the file behind a link is replaced, and the link stays', async () => {
  const real = path.join(folder, 'real.csv');
  writeFileSync(real, 'of yesterday');
  symlinkSync(real, target);
  await writeWhole(target, part => writeFile(part, 'name,mac'));
  expect(readFileSync(real, 'utf8')).toBe('name,mac');
  expect(readdirSync(folder).sort()).toEqual(['real.csv', 'servers.csv']);
});
