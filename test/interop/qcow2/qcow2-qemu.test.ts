import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DiskChunk, openQcow2, type Qcow2Image, type RandomAccess } from '#engine/media/qcow2/reader.ts';
import { Qcow2Error } from '#engine/media/qcow2/refusal.ts';

/** The raw stream of every kind of image that qemu-img can make equals `qemu-img convert -O raw` of it. */
const directory = mkdtempSync(path.join(tmpdir(), 'rk-qcow2-'));
const file = (name: string): string => path.join(directory, name);
const qemuImg = (...args: string[]): string => execFileSync('qemu-img', args, { encoding: 'utf8' });
const qemuIo = (image: string, ...commands: string[]): void => {
  execFileSync('qemu-io', ['-f', 'qcow2', ...commands.flatMap(command => ['-c', command]), image]);
};

beforeAll(() => {
  // Text, random bytes, long zero runs and a last cluster that is not full.
  const disk = Buffer.alloc(9 * 1024 * 1024 + 512);
  disk.fill('The quick brown fox. ', 0, 1_500_000);
  randomBytes(700_000).copy(disk, 3_000_123);
  disk.fill(0xa5, 6 * 1024 * 1024, 6 * 1024 * 1024 + 65536);
  randomBytes(512).copy(disk, disk.length - 512);
  writeFileSync(file('base.raw'), disk);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function withImage<T>(name: string, use: (image: Qcow2Image) => Promise<T>): Promise<T> {
  const handle = await open(file(name));
  try {
    const { size } = await handle.stat();
    const read: RandomAccess['read'] = async (offset, length) => {
      expect(offset + length).toBeLessThanOrEqual(size);
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset);
      return bytes.subarray(0, bytesRead);
    };
    return await use(await openQcow2({ sizeBytes: size, read }));
  } finally {
    await handle.close();
  }
}

async function contentSha256(image: Qcow2Image): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of image.content())
    hash.update(chunk.kind === 'data' ? chunk.bytes : Buffer.alloc(chunk.lengthBytes));
  return hash.digest('hex');
}

async function expectSameAsQemu(name: string): Promise<void> {
  qemuImg('convert', '-f', 'qcow2', '-O', 'raw', file(name), file('expected.raw'));
  const expected = createHash('sha256')
    .update(await readFile(file('expected.raw')))
    .digest('hex');
  expect(await withImage(name, contentSha256)).toBe(expected);
}

async function refusalOf(name: string): Promise<{ code: string; reason: string }> {
  const error: unknown = await withImage(name, contentSha256).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Qcow2Error)) throw new Error(`not refused: ${String(error)}`);
  return { code: error.refusal.code, reason: error.refusal.reason };
}

describe('converted images', () => {
  const options = [
    ...['512', '4k', '64k', '2M'].flatMap(size => [
      `cluster_size=${size}`,
      `compat=0.10,cluster_size=${size}`,
    ]),
    'extended_l2=on',
    'extended_l2=on,cluster_size=2M',
    'preallocation=metadata',
    'preallocation=falloc',
    'preallocation=full',
    'lazy_refcounts=on,refcount_bits=1',
  ];
  test.each(options)('%s', async option => {
    qemuImg('convert', '-f', 'raw', '-O', 'qcow2', '-o', option, file('base.raw'), file('image.qcow2'));
    await expectSameAsQemu('image.qcow2');
  });

  const compressed = [
    ...['512', '4k', '64k', '2M'].flatMap(size => [
      `compression_type=zlib,cluster_size=${size}`,
      `compression_type=zstd,cluster_size=${size}`,
    ]),
    'compat=0.10',
    'compression_type=zstd,extended_l2=on,cluster_size=128k',
  ];
  test.each(compressed)('compressed, %s', async option => {
    qemuImg('convert', '-c', '-f', 'raw', '-O', 'qcow2', '-o', option, file('base.raw'), file('image.qcow2'));
    await expectSameAsQemu('image.qcow2');
  });
});

describe('images that were written to', () => {
  const makeBase = (option = 'cluster_size=64k'): void => {
    qemuImg('convert', '-f', 'raw', '-O', 'qcow2', '-o', option, file('base.raw'), file('image.qcow2'));
  };

  test('zero clusters, allocated and not', async () => {
    makeBase();
    qemuIo(file('image.qcow2'), 'write -z 128k 256k', 'write -z -u 1M 512k', 'discard 3M 64k');
    await expectSameAsQemu('image.qcow2');
  });

  test('subclusters written, zeroed and left alone', async () => {
    makeBase('extended_l2=on,cluster_size=128k');
    qemuImg('resize', file('image.qcow2'), '64M');
    qemuIo(
      file('image.qcow2'),
      'write -P 0x11 20M 4k',
      'write -P 0x22 20492k 8k',
      'write -z 20488k 4k',
      'write -z 128k 12k',
      'write -P 0x33 33M 3k',
    );
    await expectSameAsQemu('image.qcow2');
  });

  test('made larger by more than one L2 table', async () => {
    makeBase('cluster_size=4k');
    qemuImg('resize', file('image.qcow2'), '40M');
    qemuIo(file('image.qcow2'), 'write -P 0x44 39M 512');
    await expectSameAsQemu('image.qcow2');
  });

  test('made smaller', async () => {
    makeBase();
    qemuImg('resize', '--shrink', file('image.qcow2'), '4M');
    await expectSameAsQemu('image.qcow2');
  });

  test('an internal snapshot is ignored, the current state is read', async () => {
    makeBase();
    qemuImg('snapshot', '-c', 'before', file('image.qcow2'));
    qemuIo(file('image.qcow2'), 'write -P 0x55 0 256k', 'write -P 0x66 8M 100k');
    await withImage('image.qcow2', async image => expect(image.header.snapshots).toBe(1));
    await expectSameAsQemu('image.qcow2');
  });

  test('an image that was in use when its writer died is read, and said to be dirty', async () => {
    makeBase('lazy_refcounts=on');
    // qemu-io aborts with a signal, as a killed QEMU would.
    expect(() => qemuIo(file('image.qcow2'), 'write -P 0x77 2M 64k', 'flush', 'abort')).toThrow();
    await withImage('image.qcow2', async image => expect(image.header.dirty).toBe(true));
    const ours = await withImage('image.qcow2', contentSha256);
    await expectSameAsQemu('image.qcow2');
    expect(ours).toBe(await withImage('image.qcow2', contentSha256));
  });

  test('an empty image is one run of zeros, whatever its size', async () => {
    qemuImg('create', '-q', '-f', 'qcow2', file('image.qcow2'), '4T');
    const chunks: DiskChunk[] = [];
    await withImage('image.qcow2', async image => {
      for await (const chunk of image.content()) chunks.push(chunk);
    });
    expect(chunks).toEqual([{ kind: 'zero', lengthBytes: 4 * 2 ** 40 }]);
  });
});

describe('images that are refused by name', () => {
  test('a backing file', async () => {
    qemuImg('create', '-q', '-f', 'qcow2', '-b', 'base.raw', '-F', 'raw', file('image.qcow2'));
    expect(await refusalOf('image.qcow2')).toEqual({
      code: 'backing_file',
      reason: 'only holds changes to a backing file (base.raw); "qemu-img convert" makes it whole',
    });
  });

  test('LUKS and AES encryption', async () => {
    const secret = ['--object', 'secret,id=s,data=secret'];
    const luks = 'encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10';
    qemuImg('create', '-q', ...secret, '-f', 'qcow2', '-o', luks, file('image.qcow2'), '1M');
    expect(await refusalOf('image.qcow2')).toMatchObject({
      code: 'encrypted',
      reason: expect.stringContaining('LUKS'),
    });
    qemuImg(
      'create',
      '-q',
      ...secret,
      '-f',
      'qcow2',
      '-o',
      'encrypt.format=aes,encrypt.key-secret=s',
      file('image.qcow2'),
      '1M',
    );
    expect(await refusalOf('image.qcow2')).toMatchObject({
      code: 'encrypted',
      reason: expect.stringContaining('AES'),
    });
  });

  test('an external data file', async () => {
    qemuImg('create', '-q', '-f', 'qcow2', '-o', `data_file=${file('data.raw')}`, file('image.qcow2'), '1M');
    expect(await refusalOf('image.qcow2')).toMatchObject({ code: 'external_data_file' });
  });

  test('a download that stopped, wherever it stopped', async () => {
    qemuImg('convert', '-c', '-f', 'raw', '-O', 'qcow2', file('base.raw'), file('image.qcow2'));
    const { size } = await stat(file('image.qcow2'));
    for (const length of [size - 65536, Math.floor(size / 2), 200_000, 70_000, 90]) {
      await truncate(file('image.qcow2'), length);
      expect(await refusalOf('image.qcow2')).toMatchObject({ code: 'truncated' });
    }
  });
});
