import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileFromBytes } from '#engine/net/file-source/file-from-bytes.ts';
import { fileFromDisk, openRegularFile } from '#engine/net/file-source/file-from-disk.ts';

let base: string;
let root: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rk-files-'));
  root = join(base, 'root');
  await mkdir(join(root, 'Boot', 'Fonts'), { recursive: true });
  await mkdir(join(base, 'root-neighbour'));
  await writeFile(join(base, 'secret'), 'secret');
  await writeFile(join(base, 'root-neighbour', 'secret'), 'secret');
  await writeFile(join(root, 'Boot', 'BCD'), 'store');
  await writeFile(join(root, 'Boot', 'Fonts', 'wgl4_boot.ttf'), 'font');
  await writeFile(join(root, 'Case'), 'upper');
  await writeFile(join(root, 'case'), 'lower');
  await symlink('Boot/BCD', join(root, 'inside'));
  await symlink('../secret', join(root, 'outside'));
  await symlink(join(base, 'secret'), join(root, 'absolute'));
  await symlink('..', join(root, 'up'));
  await symlink('../root-neighbour', join(root, 'neighbour'));
  await symlink('loop', join(root, 'loop'));
  execFileSync('mkfifo', [join(root, 'fifo')]);
});
afterAll(() => rm(base, { recursive: true }));

async function content(path: string, ignoreCase = false): Promise<string | undefined> {
  const file = await fileFromDisk(root, path, { ignoreCase });
  if (file === undefined) return undefined;
  const bytes = await file.read(0, file.sizeBytes);
  await file.close();
  return Buffer.from(bytes).toString();
}

describe('fileFromDisk', () => {
  it('opens a file below the root, also through a link that stays inside', async () => {
    expect(await content('/Boot/BCD')).toBe('store');
    expect(await content('Boot\\BCD')).toBe('store');
    expect(await content('inside')).toBe('store');
  });

  it.each([
    'outside',
    'absolute',
    'up/secret',
    'up/root-neighbour/secret',
    'neighbour/secret',
    '../secret',
    'Boot/../../secret',
    'loop',
    'fifo',
    'Boot',
    'missing',
    'Boot/BCD/below-a-file',
    '',
  ])('finds nothing at %j', async path => {
    expect(await content(path)).toBeUndefined();
    expect(await content(path, true)).toBeUndefined();
  });

  it('ignores case only when asked, and prefers the exact name', async () => {
    expect(await content('\\boot\\fonts\\WGL4_Boot.ttf')).toBeUndefined();
    expect(await content('\\boot\\fonts\\WGL4_Boot.ttf', true)).toBe('font');
    expect(await content('case', true)).toBe('lower');
    expect(await content('Case', true)).toBe('upper');
    expect(await content('OUTSIDE', true)).toBeUndefined();
  });

  it('finds nothing below a root that does not exist', async () => {
    expect(await fileFromDisk(join(base, 'nowhere'), 'a')).toBeUndefined();
  });

  it('reads a part, clips at the end and fills the memory it is given', async () => {
    const file = await openRegularFile(join(root, 'Boot', 'BCD'));
    const memory = new Uint8Array(8);
    const part = await file?.read(2, 8, memory);
    expect(Buffer.from(part ?? []).toString()).toBe('ore');
    expect(part?.buffer).toBe(memory.buffer);
    expect(await file?.read(99, 5)).toHaveLength(0);
    await file?.close();
  });

  it('rejects when a file became shorter under us', async () => {
    const path = join(base, 'shrinking');
    await writeFile(path, 'x'.repeat(100));
    const file = await openRegularFile(path);
    await truncate(path, 10);
    await expect(file?.read(0, 100)).rejects.toThrow('ended at byte 10 of 100');
    await file?.close();
  });

  it('changes the entity tag when the content changes', async () => {
    const path = join(base, 'tagged');
    await writeFile(path, 'one');
    const before = await openRegularFile(path);
    await writeFile(path, 'two!');
    const after = await openRegularFile(path);
    expect(before?.etag).toMatch(/^"[\w-]+"$/);
    expect(after?.etag).not.toBe(before?.etag);
    await before?.close();
    await after?.close();
  });
});

describe('fileFromBytes', () => {
  it('serves text as UTF-8, by parts', async () => {
    const file = fileFromBytes('#!ipxe ü');
    expect(file.sizeBytes).toBe(9);
    expect(Buffer.from(await file.read(2, 4)).toString()).toBe('ipxe');
    expect(await file.read(20, 4)).toHaveLength(0);
  });

  it('has the same tag for the same bytes and another for others', () => {
    expect(fileFromBytes('a').etag).toBe(fileFromBytes(Uint8Array.of(97)).etag);
    expect(fileFromBytes('a').etag).not.toBe(fileFromBytes('b').etag);
  });
});
