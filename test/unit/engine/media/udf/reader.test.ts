import { describe, expect, test } from 'vitest';
import { createBudget } from '#engine/media/disc-tree/budget.ts';
import { splitIdentifiers } from '#engine/media/udf/directory-reader.ts';
import { readUdf } from '#engine/media/udf/reader.ts';
import { bytesReader, contents, mutated } from '../disc-tree/disc-bytes.ts';
import { makeUdf, type UdfContent, type UdfOptions } from './make-udf.ts';
import { descriptor, fileIdentifier } from './udf-descriptors.ts';

const big = Buffer.from(Array.from({ length: 9000 }, (_, index) => index % 251));
const files: Record<string, UdfContent> = {
  'readme.txt': Buffer.from('hello'),
  'sources/install.wim': big,
  'sources/empty': Buffer.alloc(0),
  'Grüße 根/ÿ.txt': Buffer.from('names'),
  'a/b/c/d/e/deep': Buffer.from('deep'),
  link: { symlink: '../a/./b' },
  absolute: { symlink: '/sources/根' },
  sparse: { holeBytes: 5000, after: Buffer.from('after the hole') },
};
const expected = new Map<string, string>([
  ['readme.txt', 'hello'],
  ['sources/install.wim', big.toString('latin1')],
  ['sources/empty', ''],
  ['Grüße 根/ÿ.txt', 'names'],
  ['a/b/c/d/e/deep', 'deep'],
  ['link', '→ ../a/./b'],
  ['absolute', '→ /sources/根'],
  ['sparse', `${'\0'.repeat(5000)}after the hole`],
]);

async function read(image: Uint8Array) {
  const disc = await readUdf(bytesReader(image));
  if (!disc.ok) throw new Error(`${disc.code} at ${disc.offset}: ${disc.reason}`);
  return disc.value;
}

async function refusal(image: Uint8Array) {
  const disc = await readUdf(bytesReader(image));
  return disc.ok ? 'read' : `${disc.code}: ${disc.reason}`;
}

describe('every way in which UDF stores a file gives the same files', () => {
  const ways: UdfOptions[] = [
    { allocation: 'short' },
    { allocation: 'long' },
    { allocation: 'extended' },
    { allocation: 'embedded' },
    { allocation: 'embedded', extended: true },
    { allocation: 'short', listLength: 1 },
    { allocation: 'long', listLength: 2, extended: true },
    { allocation: 'extended', listLength: 1 },
    { strategy: 4096, allocation: 'short' },
    { strategy: 4096, allocation: 'embedded', extended: true },
    { blockBytes: 512 },
    { blockBytes: 4096, allocation: 'embedded' },
    { map: 'sparable' },
    { map: 'sparable', allocation: 'embedded', listLength: 3 },
    { map: 'virtual', allocation: 'long' },
    { map: 'virtual', allocation: 'short', listLength: 2 },
    { map: 'virtual-1.50', allocation: 'long' },
    { map: 'metadata', allocation: 'long', extended: true },
    { map: 'metadata', allocation: 'short', extended: true },
    { map: 'metadata', allocation: 'embedded', extended: true, blockBytes: 512 },
  ];
  test.each(ways.map(way => [JSON.stringify(way), way] as const))('%s', async (_name, way) => {
    const image = makeUdf(files, way);
    const disc = await read(image);
    expect(disc.label).toBe('MADE HERE');
    expect(contents(disc.root, image)).toEqual(expected);
  });
});

test('the revision is the one of the volume', async () => {
  expect((await read(makeUdf(files))).revision).toBe('2.50');
  expect((await read(makeUdf(files, { map: 'virtual-1.50', allocation: 'long' }))).revision).toBe('1.50');
});

test('the reserve sequence and the mirror stand in for what is damaged', async () => {
  const image = makeUdf(files, { map: 'metadata', allocation: 'long', extended: true });
  image.fill(0xff, 288 * 2048, 289 * 2048);
  expect(contents((await read(image)).root, image)).toEqual(expected);
  const withReserve = makeUdf(files);
  const sequence = Buffer.from(withReserve.subarray(19 * 2048, 23 * 2048));
  const moved = Buffer.concat([withReserve, sequence]);
  const anchor = Buffer.from(moved.subarray(256 * 2048 + 16, 256 * 2048 + 512));
  anchor.writeUInt32LE(withReserve.length / 2048, 12);
  moved.set(descriptor(2, 256, anchor), 256 * 2048);
  moved.fill(0xff, 19 * 2048, 23 * 2048);
  expect(contents((await read(moved)).root, moved)).toEqual(expected);
});

describe('what is refused', () => {
  const image = makeUdf({ 'dir/below/file': big, other: Buffer.from('x') });
  const blockOf = (tag: number, nth = 0): number => {
    const found: number[] = [];
    for (let at = 288 * 2048; at < image.length; at += 2048)
      if (image.readUInt16LE(at) === tag) found.push(at);
    return found[nth] ?? 0;
  };
  /** The same block with its body changed and a tag that fits. */
  const changed = (at: number, change: (body: Buffer) => void): Buffer => {
    const copy = Buffer.from(image);
    const body = Buffer.from(copy.subarray(at + 16, at + 2048));
    change(body);
    const length = copy.readUInt16LE(at + 10);
    const head = descriptor(copy.readUInt16LE(at), copy.readUInt32LE(at + 12), body.subarray(0, length));
    copy.set(head, at);
    return copy;
  };

  test.each([0, 100, 32768, 34816])('a file of %i bytes is no disc', async size => {
    expect(await refusal(image.subarray(0, size))).toMatch(/^not_a_disc: no UDF/);
  });

  test('an image that ends before its anchor', async () => {
    expect(await refusal(image.subarray(0, 40_000))).toBe(
      'truncated: the image ends before its anchor at block 256',
    );
  });

  test('an image that ends before its last file', async () => {
    const behind = image.length / 2048 - 288 + 10;
    expect(await refusal(changed(blockOf(261), body => body.writeUInt32LE(behind, 164)))).toMatch(
      /^truncated: "\/dir\/below\/file" ends at byte \d+, the image at \d+$/,
    );
  });

  test('no anchor', async () => {
    const copy = Buffer.from(image);
    copy.fill(0, 256 * 2048, 257 * 2048);
    copy.fill(0, copy.length - 2048);
    expect(await refusal(copy)).toBe('malformed: UDF without an anchor volume descriptor pointer');
  });

  test('a directory that contains itself', async () => {
    // The root's directory data: make `dir`'s ICB the root's own.
    const fileSet = blockOf(256);
    const root = image.readUInt32LE(fileSet + 400 + 4);
    const rootData = 288 * 2048 + image.readUInt32LE(288 * 2048 + root * 2048 + 176 + 4) * 2048;
    const copy = Buffer.from(image);
    const parentLength = 40;
    const at = rootData + parentLength;
    const length = copy.readUInt16LE(at + 10);
    const body = Buffer.from(copy.subarray(at + 16, at + 16 + length));
    body.writeUInt32LE(root, 8);
    copy.set(descriptor(257, 0, body), at);
    expect(await refusal(copy)).toBe('loop: the directory "" contains itself');
  });

  test('a file that says it is larger than its extents', async () => {
    const entry = blockOf(261, 0);
    expect(await refusal(changed(entry, body => body.writeBigUInt64LE(1n << 40n, 40)))).toMatch(
      /^(malformed|too_large): /,
    );
    expect(await refusal(changed(entry, body => body.writeBigUInt64LE((1n << 63n) + 1n, 40)))).toMatch(
      /^too_large: a file of/,
    );
  });

  test('unless it grew inside of its last block, as Linux writes it', async () => {
    const grown = changed(blockOf(261), body => body.writeUInt32LE(big.length - 100, 160));
    expect(contents((await read(grown)).root, grown).get('dir/below/file')).toBe(big.toString('latin1'));
    expect(await refusal(changed(blockOf(261), body => body.writeUInt32LE(8192 - 100, 160)))).toBe(
      'malformed: 908 of 9000 bytes of a file lie nowhere',
    );
  });

  test('an allocation list longer than its block, an extent outside of the partition', async () => {
    const entry = blockOf(261, 0);
    expect(await refusal(changed(entry, body => body.writeUInt32LE(0xffffffff, 152)))).toMatch(
      /^malformed: attributes and allocation descriptors longer/,
    );
    expect(await refusal(changed(entry, body => body.writeUInt32LE(0xfffffff0, 164)))).toMatch(
      /^malformed: block \d+ lies outside its partition/,
    );
  });

  test('a file identifier whose checksum reaches into the ones behind it', async () => {
    const at = blockOf(257);
    const copy = Buffer.from(image);
    copy.set(descriptor(257, 0, copy.subarray(at + 16, at + 80)), at);
    expect(await refusal(copy)).toBe('malformed: no file identifier at byte 0 of a directory');
  });

  test('more identifiers than any disc has, also of deleted files', () => {
    const deleted = fileIdentifier('', 0x04, { block: 0, ref: 0 });
    const many = Buffer.alloc(250_001 * deleted.length, deleted);
    expect(splitIdentifiers(many, 7, createBudget())).toMatchObject({ ok: false, code: 'too_large' });
  });

  test('a symbolic link longer than any system follows', async () => {
    const bad = makeUdf({ link: { symlink: 'a/'.repeat(3000) } });
    expect(await refusal(bad)).toMatch(/^too_large: a symbolic link of 18000 bytes/);
  });

  test.each(['..', '.', '', 'a/b', 'a\0b'])('a file called %j', async name => {
    const bad = makeUdf(
      { 'dir/plain': Buffer.from('x') },
      { spell: plain => (plain === 'plain' ? name : plain) },
    );
    expect(await refusal(bad)).toBe(`bad_name: a file is called ${JSON.stringify(name)}`);
  });
});

test('any damage gives an answer, and what is read lies inside of the image', async () => {
  const maps = ['physical', 'sparable', 'virtual', 'metadata'] as const;
  for (const map of maps) {
    const image = makeUdf(files, { map, allocation: 'long', listLength: 2 });
    for (let seed = 1; seed <= 150; seed++) {
      const damaged = mutated(image, seed, [32768, 34816, 19 * 2048, 256 * 2048, 288 * 2048]);
      const disc = await readUdf(bytesReader(damaged));
      if (disc.ok) contents(disc.value.root, damaged);
      else expect(disc.reason).not.toBe('');
    }
  }
});
