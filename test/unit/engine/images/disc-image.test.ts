import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { discFileSource } from '#engine/images/disc-file-source.ts';
import { openDiscImage, readDiscImage } from '#engine/images/disc-image.ts';
import { discRefusedError } from '#engine/images/disc-refusal.ts';
import { buildIso } from '#engine/media/iso9660/writer.ts';
import { makeUdf, type UdfContent } from '#test/unit/engine/media/udf/make-udf.ts';
import { discOf, madeDisc } from './made-disc.ts';

const client = { address: '192.0.2.1', port: 1 };
const udf = (files: Readonly<Record<string, UdfContent>>) => discOf(makeUdf(files));

describe('a path', () => {
  const links: Record<string, UdfContent> = {
    'a/b/file': Buffer.from('content'),
    'a/up': { symlink: '../a/b' },
    'a/b/absolute': { symlink: '/a/up/file' },
    out: { symlink: '../../../etc' },
    etc: { symlink: 'a/b/../b' },
    nowhere: { symlink: 'missing/file' },
    loop: { symlink: 'loop' },
    ping: { symlink: 'pong/x' },
    pong: { symlink: 'ping' },
    'a/File': Buffer.from('other'),
  };
  test.each([
    ['a/b/file', 'file'],
    ['/a//b/./file', 'file'],
    ['a/up/file', 'file'],
    ['a/b/absolute', 'file'],
    ['out', 'directory'],
    ['out/file', 'file'],
    ['etc/file', 'file'],
    ['', 'directory'],
    ['..', 'directory'],
    ['a/b', 'directory'],
    ['a/b/file/more', undefined],
    ['A/B/FILE', undefined],
    ['nowhere', undefined],
    ['loop', undefined],
    ['ping', undefined],
    ['constructor', undefined],
  ])('%j is a %s', async (wanted, kind) => {
    expect((await udf(links)).find(wanted)?.kind).toBe(kind);
  });
});

test('a directory is listed, links among its names', async () => {
  const disc = await udf({ 'b/c': Buffer.from('1'), a: Buffer.from('2'), link: { symlink: 'a' } });
  expect(disc.list('')).toEqual(['a', 'b', 'link']);
  expect(disc.list('a')).toBeUndefined();
  expect(disc.list('missing')).toBeUndefined();
});

describe('a file', () => {
  const content = Buffer.from(Array.from({ length: 10_000 }, (_, index) => (index * 7) & 0xff));
  const pieces = makeUdf({ big: content, hole: { holeBytes: 3000, after: content } }, { listLength: 1 });

  test.each([
    [0, 10_000],
    [0, 20_000],
    [2047, 2],
    [2048, 2048],
    [5000, 4999],
    [9999, 10],
    [10_000, 10],
    [20_000, 10],
    [5, 0],
  ])('in pieces is read from byte %i, %i bytes', async (offset, length) => {
    const disc = await discOf(pieces);
    const file = disc.find('big');
    if (file?.kind !== 'file') throw new Error('no file');
    expect(file.extents.length).toBe(5);
    expect(Buffer.from(await disc.read(file, offset, length))).toEqual(
      content.subarray(offset, offset + length),
    );
    const into = Buffer.alloc(20_000, 9);
    const read = await disc.read(file, offset, length, into);
    expect(Buffer.from(read)).toEqual(content.subarray(offset, offset + length));
    expect(read.buffer).toBe(into.buffer);
  });

  test('has zeros where it was never recorded, also in memory that was used before', async () => {
    const disc = await discOf(pieces);
    const file = disc.find('hole');
    if (file?.kind !== 'file') throw new Error('no file');
    const read = await disc.read(file, 2990, 20, Buffer.alloc(20, 9));
    expect(Buffer.from(read)).toEqual(Buffer.concat([Buffer.alloc(10), content.subarray(0, 10)]));
  });

  test('that the medium cannot give any more is an error, not a short read', async () => {
    const image = Buffer.from(pieces);
    let ends = image.length;
    const disc = await readDiscImage({
      sizeBytes: image.length,
      read: (offset, length) => Promise.resolve(image.subarray(offset, Math.min(ends, offset + length))),
    });
    if (!disc.ok) throw new Error(disc.reason);
    const file = disc.value.find('big');
    if (file?.kind !== 'file') throw new Error('no file');
    ends = (file.extents[0]?.offsetBytes ?? 0) + 100;
    await expect(disc.value.read(file, 0, 200)).rejects.toThrow('the image ended');
  });
});

describe('served', () => {
  test.each([
    ['/images/install.img', 'images/install.img'],
    ['images\\install.img', 'images/install.img'],
    ['/../images/install.img', undefined],
    ['images', undefined],
    ['', undefined],
    ['/', undefined],
    ['missing', undefined],
    ['IMAGES/INSTALL.IMG', undefined],
  ])('%j gives %s', async (asked, content) => {
    const source = discFileSource(await madeDisc(['images/install.img', 'x']));
    const file = await source({ path: asked, client });
    expect(file === undefined ? undefined : Buffer.from(await file.read(0, 100)).toString()).toBe(content);
    await file?.close();
  });

  test('each file has a validator of its own, that changes with the image', async () => {
    const disc = await madeDisc(['a', 'b', 'c']);
    const etag = async (name: string, of = disc) => (await discFileSource(of)({ path: name, client }))?.etag;
    const tags = [await etag('a'), await etag('b'), await etag('c', { ...disc, etag: '"later"' })];
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) expect(tag).toMatch(/^"[\w-]+"$/);
    expect(await etag('a')).toBe(tags[0]);
    expect(await etag('a', { ...disc, etag: undefined })).toBeUndefined();
  });
});

describe('opening', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rk-disc-image-'));
  const local = path.join(folder, 'image');

  test('a disc, something else, nothing, a folder', async () => {
    writeFileSync(
      local,
      buildIso([{ path: 'a', bytes: Buffer.from('x') }], { label: 'FILE', createdAtMs: 0 }),
    );
    const disc = await openDiscImage(local);
    if (disc?.ok !== true) throw new Error('not opened');
    expect([disc.value.label, disc.value.etag]).toEqual(['FILE', expect.stringMatching(/^".+"$/)]);
    await disc.value.close();
    writeFileSync(local, Buffer.alloc(100_000));
    expect(await openDiscImage(local)).toMatchObject({ ok: false, code: 'not_a_disc' });
    expect(await openDiscImage(path.join(folder, 'missing'))).toBeUndefined();
    expect(await openDiscImage(folder)).toBeUndefined();
    rmSync(folder, { recursive: true });
  });
});

test('a refusal says in the terms of the image library what part is wrong', () => {
  const error = (code: 'truncated' | 'loop' | 'malformed') =>
    discRefusedError({ ok: false, code, offset: 7, reason: 'because' }).refusal;
  expect(error('truncated')).toEqual({
    code: 'image.truncated',
    details: { part: 'disc', offset: 7, reason: 'because' },
  });
  expect(error('loop')).toMatchObject({ code: 'image.corrupt', details: { part: 'disc.loop' } });
  expect(error('malformed')).toMatchObject({ code: 'image.corrupt', details: { part: 'disc' } });
});
