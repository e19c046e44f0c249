import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { constants, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CacheSpace } from '#engine/images/cache-file.ts';
import { type ImportedImage, type ImportProgress, importFile } from '#engine/images/import-file.ts';
import { type ImageRefusal, ImageRefusedError, refusalText } from '#engine/images/refusal.ts';
import { espGuid, gptHead, linuxGuid, mbrSector } from '../media/disk-layout/tables.ts';
import { tinyImage } from '../media/qcow2/tiny-image.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'rk-import-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const cacheDir = (): string => path.join(directory, 'cache');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const plenty: CacheSpace = { reserveBytes: 0, freeBytes: async () => 2 ** 50 };

/** A GPT disk of 2 MiB and some, with an ESP and text in its partitions. */
function disk(sizeBytes = 2_097_152 + 512 * 7): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.fill('content of the disk. ', 300_000, 900_000);
  bytes.set(
    gptHead(
      [
        { type: espGuid, firstLba: 40, lastLba: 1047, name: 'ESP' },
        { type: linuxGuid, firstLba: 1048, lastLba: 4000, name: 'root' },
      ],
      512,
      '',
      sizeBytes,
    ),
  );
  return bytes;
}

async function importBytes(
  bytes: Uint8Array,
  space: CacheSpace = plenty,
): Promise<{ image: ImportedImage; progress: ImportProgress[] }> {
  const sourcePath = path.join(directory, 'source.iso');
  writeFileSync(sourcePath, bytes);
  const progress: ImportProgress[] = [];
  const onProgress = (step: ImportProgress): void => void progress.push(step);
  const image = await importFile({ sourcePath, cacheDir: cacheDir(), imageId: 'image-1', onProgress, space });
  return { image, progress };
}

async function refusalOf(bytes: Uint8Array, space?: CacheSpace): Promise<ImageRefusal> {
  const error: unknown = await importBytes(bytes, space).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ImageRefusedError)) throw new Error(`not refused: ${String(error)}`);
  expect(readdirSync(cacheDir())).toEqual([]);
  expect(refusalText(error.refusal)).not.toContain('undefined');
  return error.refusal;
}

const pledged = (bytes: Uint8Array): Buffer =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });

describe('what is imported', () => {
  test.each([
    ['raw', 'none', (bytes: Buffer) => bytes],
    ['raw in gzip', 'gzip', (bytes: Buffer) => gzipSync(bytes)],
    [
      'raw in several gzip members',
      'gzip',
      (bytes: Buffer) =>
        Buffer.concat([gzipSync(bytes.subarray(0, 999_999)), gzipSync(bytes.subarray(999_999))]),
    ],
    ['raw in zstd', 'zstd', (bytes: Buffer) => pledged(bytes)],
    [
      'raw in several zstd frames',
      'zstd',
      (bytes: Buffer) =>
        Buffer.concat([
          pledged(bytes.subarray(0, 1000)),
          pledged(new Uint8Array()),
          pledged(bytes.subarray(1000)),
        ]),
    ],
  ])('%s becomes one stream that holds the disk', async (_name, compression, wrap) => {
    const raw = disk();
    const source = wrap(raw);
    const { image, progress } = await importBytes(source);
    expect(image).toMatchObject({
      imageId: 'image-1',
      format: 'raw',
      compression,
      sourceSizeBytes: source.length,
      sourceSha256: sha256(source),
      rawSizeBytes: raw.length,
      rawSha256: sha256(raw),
      boots: { bios: false, uefi: true },
    });
    const stored = readFileSync(image.storedPath);
    expect(stored.length).toBe(image.storedSizeBytes);
    if (compression === 'zstd') expect(Buffer.compare(stored, source)).toBe(0);
    else expect(sha256(zstdDecompressSync(stored))).toBe(sha256(raw));
    expect(readdirSync(cacheDir())).toEqual(['image-1.raw.zst']);
    expect(progress.at(-1)).toEqual({
      phase: 'convert',
      doneBytes: source.length,
      totalBytes: source.length,
    });
  });

  test.each([
    ['qcow2', 'none', (bytes: Buffer) => bytes, ['checksum', 'convert']],
    ['qcow2 in gzip', 'gzip', (bytes: Buffer) => gzipSync(bytes), ['unpack', 'convert']],
    ['qcow2 in zstd', 'zstd', (bytes: Buffer) => pledged(bytes), ['unpack', 'convert']],
  ])('%s is converted', async (_name, compression, wrap, phases) => {
    const source = wrap(tinyImage());
    const { image, progress } = await importBytes(source);
    expect(image).toMatchObject({
      format: 'qcow2',
      compression,
      sourceSha256: sha256(source),
      qcow2: { version: 3, snapshots: 0, dirty: false },
    });
    expect(sha256(zstdDecompressSync(readFileSync(image.storedPath)))).toBe(image.rawSha256);
    expect([...new Set(progress.map(step => step.phase))]).toEqual(phases);
    expect(readdirSync(cacheDir())).toEqual(['image-1.raw.zst']);
  });

  test('the evidence is given in codes and values, for every language', async () => {
    const { image } = await importBytes(gzipSync(disk()));
    expect(image.sourceFormat).toBe('raw · gzip');
    expect(image.evidence).toEqual([
      { code: 'table.gpt', values: { sectorSizeBytes: 512 } },
      { code: 'partition.named', values: { number: 1, type: 'EFI system', name: 'ESP', sizeBytes: 516_096 } },
      {
        code: 'partition.named',
        values: { number: 2, type: 'Linux filesystem', name: 'root', sizeBytes: 1_511_936 },
      },
      { code: 'bios.no_boot_code', values: {} },
      { code: 'uefi.esp_present', values: {} },
    ]);
  });

  test('a file system without a partition table is taken, and said not to boot', async () => {
    const bytes = Buffer.alloc(8192);
    bytes.set([0x53, 0xef], 1080);
    const { image } = await importBytes(bytes);
    expect(image.boots).toMatchObject({ bios: false, uefi: false });
    expect(image.evidence[0]).toEqual({ code: 'table.file_system', values: { fileSystem: 'ext' } });
  });
});

describe('what is refused', () => {
  const gz = gzipSync(disk());
  const zst = pledged(disk());
  const flipped = (bytes: Buffer, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 0xff;
    return copy;
  };
  const mbrBeyond = Buffer.alloc(10_240);
  mbrBeyond.set(mbrSector([{ type: 0x83, firstLba: 1, sectors: 100 }]));
  const vhd = Buffer.alloc(10_240);
  vhd.set(disk().subarray(0, 512));
  vhd.set(mbrSector([{ type: 0x83, firstLba: 1, sectors: 10 }]));
  vhd.write('conectix', 10_240 - 512);
  const gptWrong = disk();
  gptWrong[1024 + 60] = 0x55;

  const cases: [string, Buffer, ImageRefusal['code'], object][] = [
    ['an empty file', Buffer.alloc(0), 'image.empty', {}],
    ['nothing but zeros', Buffer.alloc(1_048_576), 'image.all_zeros', { sizeBytes: 1_048_576 }],
    [
      'nothing but zeros in gzip',
      gzipSync(Buffer.alloc(1_048_576)),
      'image.all_zeros',
      { sizeBytes: 1_048_576 },
    ],
    ['an empty gzip', gzipSync(''), 'image.empty', {}],
    [
      'a web page',
      Buffer.from('<html><h1>404</h1></html>'),
      'image.unsupported_format',
      { format: 'html', inside: 'none' },
    ],
    [
      'a tar in gzip',
      gzipSync(Buffer.concat([Buffer.alloc(257), Buffer.from('ustar\x0000'), Buffer.alloc(1000)])),
      'image.unsupported_format',
      { format: 'tar', inside: 'gzip' },
    ],
    ['a fixed VHD', vhd, 'image.unsupported_format', { format: 'vhd', inside: 'none' }],
    ['gzip in gzip', gzipSync(gz), 'image.nested_compression', { outer: 'gzip', inner: 'gzip' }],
    ['zstd in gzip', gzipSync(zst), 'image.nested_compression', { outer: 'gzip', inner: 'zstd' }],
    [
      'a raw file that is no whole sectors',
      disk().subarray(0, 2_097_000),
      'image.truncated',
      { offset: 2_097_000 },
    ],
    [
      'a disk shorter than its partitions',
      disk().subarray(0, 1_048_576),
      'image.truncated',
      { offset: 1_048_576, reason: 'partition 2 ends at byte 2048512, the disk at 1048576' },
    ],
    ['an MBR disk shorter than its partition', mbrBeyond, 'image.truncated', { offset: 10_240 }],
    [
      'a GPT with a wrong checksum',
      gptWrong,
      'image.corrupt',
      { part: 'gpt', offset: 1024, reason: 'GPT entries checksum is wrong' },
    ],
    ['a cut gzip', gz.subarray(0, gz.length - 1), 'image.truncated', { offset: gz.length - 1 }],
    ['a gzip cut in its first bytes', gz.subarray(0, 5), 'image.truncated', { offset: 5 }],
    ['a damaged gzip', flipped(gz, gz.length - 3), 'image.corrupt', {}],
    ['a gzip with garbage behind it', Buffer.concat([gz, Buffer.from('garbage')]), 'image.trailing_data', {}],
    [
      'a gzip with zeros behind it',
      Buffer.concat([gz, Buffer.alloc(3_000_000)]),
      'image.trailing_data',
      { offset: gz.length, sizeBytes: gz.length + 3_000_000 },
    ],
    ['a cut zstd', zst.subarray(0, zst.length - 1), 'image.truncated', { offset: zst.length - 1 }],
    ['a zstd cut in its header', zst.subarray(0, 5), 'image.truncated', { offset: 5 }],
    ['a damaged zstd', flipped(zst, zst.length - 2), 'image.corrupt', { offset: 0 }],
    [
      'a zstd with garbage behind it',
      Buffer.concat([zst, Buffer.from('garbage')]),
      'image.trailing_data',
      { offset: zst.length, sizeBytes: zst.length + 7 },
    ],
    [
      'a zstd with a window of 1 GiB',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 1, 0, 0]),
      'image.unsupported_compression',
      { compression: 'zstd' },
    ],
    [
      'a zstd with a dictionary',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x58, 7, 1, 0, 0]),
      'image.unsupported_compression',
      { compression: 'zstd', why: 'dictionary_needed', found: '7' },
    ],
    [
      'a qcow2 with a backing file',
      Buffer.from(tinyImage().fill(1, 8, 9)),
      'image.unsupported_qcow2',
      { feature: 'backing_file' },
    ],
    [
      'a qcow2 bomb in gzip, before it is unpacked',
      gzipSync(Buffer.concat([tinyImage().fill(0x7f, 24, 32), Buffer.alloc(40 * 2 ** 20)])),
      'image.corrupt',
      { part: 'qcow2', reason: expect.stringMatching(/claims a virtual disk of/) },
    ],
    ['a cut qcow2', tinyImage().subarray(0, 2000), 'image.truncated', { offset: 520 }],
    ['a cut qcow2 in gzip', gzipSync(tinyImage().subarray(0, 2000)), 'image.truncated', {}],
    ['a damaged qcow2', Buffer.from(tinyImage().fill(0xff, 2565)), 'image.corrupt', { offset: 2565 }],
  ];
  test.each(cases)('%s', async (_name, bytes, code, details) => {
    expect(await refusalOf(bytes)).toMatchObject({ code, details });
  });

  test.each([512, 1024, 4096, 16_384, 17_408, 1_048_576, 2_097_152])(
    'a GPT disk that was cut to its first %i bytes',
    async length => {
      expect(await refusalOf(disk().subarray(0, length))).toMatchObject({
        code: 'image.truncated',
        details: { offset: length },
      });
    },
  );

  test('every truncation of a compressed image is noticed', async () => {
    const small = gptHead([{ type: linuxGuid, firstLba: 34, lastLba: 34 }], 512, '', 36 * 512);
    const padded = Buffer.concat([small, Buffer.alloc(2 * 512)]);
    for (const stream of [gzipSync(padded), pledged(padded)])
      for (let length = 6; length < stream.length; length += 17)
        expect((await refusalOf(stream.subarray(0, length))).code).toBe('image.truncated');
  });

  test.each([
    ['nothing there', () => path.join(directory, 'nowhere'), 'ENOENT'],
    ['a directory', () => directory, 'not-a-file'],
    ['a device', () => '/dev/zero', 'not-a-file'],
  ])('%s', async (_name, sourcePath, reason) => {
    const attempt = importFile({
      sourcePath: sourcePath(),
      cacheDir: cacheDir(),
      imageId: 'a',
      onProgress: () => undefined,
    });
    await expect(attempt).rejects.toMatchObject({
      refusal: { code: 'image.unreadable', details: { reason } },
    });
  });

  test('an id that could leave the directory is a bug, not a file', async () => {
    const attempt = importFile({
      sourcePath: '/dev/null',
      cacheDir: cacheDir(),
      imageId: '../x',
      onProgress: () => undefined,
    });
    await expect(attempt).rejects.toThrow('not an image id');
  });
});

describe('room on the disk', () => {
  test('is not asked for beforehand where the image may become smaller than its file', async () => {
    const space: CacheSpace = { reserveBytes: 1000, freeBytes: async () => 100_000 };
    const { image } = await importBytes(disk(), space);
    expect(image.storedSizeBytes).toBeLessThan(99_000);
    await importBytes(gzipSync(disk(), { level: 0 }), space);
  });

  test('is asked for before anything is written', async () => {
    const space: CacheSpace = { reserveBytes: 1000, freeBytes: async () => 5000 };
    expect(await refusalOf(pledged(Buffer.concat([disk(), randomBytes(20_480)])), space)).toMatchObject({
      code: 'image.disk_full',
      details: { freeBytes: 5000 },
    });
  });

  test('is watched while an image grows beyond what was expected', async () => {
    const shrinking: CacheSpace = { reserveBytes: 1000, freeBytes: firstThen(2 ** 40, async () => 500) };
    const noise = Buffer.concat([disk(), randomBytes(40 * 2 ** 20)]);
    expect(await refusalOf(noise, shrinking)).toMatchObject({
      code: 'image.disk_full',
      details: { freeBytes: 500 },
    });
  });
});

function firstThen(first: number, later: () => Promise<number>): () => Promise<number> {
  let asked = false;
  return async () => {
    if (asked) return later();
    asked = true;
    return first;
  };
}
