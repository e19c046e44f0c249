import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type DiskChunk, openQcow2, type RandomAccess } from '#engine/media/qcow2/reader.ts';
import { Qcow2Error } from '#engine/media/qcow2/refusal.ts';
import { compressedCluster, coverage, dataCluster, tinyImage } from './tiny-image.ts';

function sourceOf(image: Uint8Array): RandomAccess {
  return {
    sizeBytes: image.length,
    read: async (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > image.length)
        throw new Error(`read outside the file: ${length} at ${offset}`);
      return image.subarray(offset, offset + length);
    },
  };
}

async function chunksOf(image: Uint8Array): Promise<DiskChunk[]> {
  const chunks: DiskChunk[] = [];
  for await (const chunk of (await openQcow2(sourceOf(image))).content()) chunks.push(chunk);
  return chunks;
}

async function refusalOf(image: Uint8Array): Promise<{ code: string; offset: number; reason: string }> {
  const error: unknown = await chunksOf(image).catch((thrown: unknown) => thrown);
  if (!(error instanceof Qcow2Error)) throw new Error(`not refused: ${String(error)}`);
  return error.refusal;
}

function patched(change: (image: Buffer) => void, base = tinyImage()): Buffer {
  change(base);
  return base;
}

describe('content', () => {
  test.each([false, true])('data, zeros and compressed data come in order (zstd: %s)', async zstd => {
    expect(await chunksOf(tinyImage({ zstd }))).toEqual([
      { kind: 'data', bytes: Buffer.from(dataCluster) },
      { kind: 'zero', lengthBytes: coverage - 512 + 63 * 512 },
      { kind: 'data', bytes: Buffer.from(compressedCluster) },
      { kind: 'zero', lengthBytes: 1000 },
    ]);
  });

  test('the last cluster is cut at the size of the disk', async () => {
    const image = patched(bytes => bytes.writeBigUInt64BE(100n, 24));
    expect(await chunksOf(image)).toEqual([
      { kind: 'data', bytes: Buffer.from(dataCluster.subarray(0, 100)) },
    ]);
  });
});

describe('refusals', () => {
  const big = 1n << 40n;
  const cases: [string, string, number, (image: Buffer) => void][] = [
    ['another magic number', 'not_qcow2', 0, image => image.write('QFI ', 0)],
    ['version 4', 'unsupported_version', 4, image => image.writeUInt32BE(4, 4)],
    ['a backing file', 'backing_file', 8, image => image.writeBigUInt64BE(300n, 8)],
    ['encryption', 'encrypted', 32, image => image.writeUInt32BE(2, 32)],
    ['an external data file', 'external_data_file', 72, image => image.writeBigUInt64BE(4n, 72)],
    ['the corrupt bit', 'marked_corrupt', 72, image => image.writeBigUInt64BE(2n, 72)],
    ['a feature of the future', 'unknown_feature', 72, image => image.writeBigUInt64BE(1n << 40n, 72)],
    ['a compression type of the future', 'unknown_feature', 104, image => image.writeUInt8(2, 104)],
    ['zstd without its feature bit', 'bad_header', 104, image => image.writeUInt8(1, 104)],
    ['a header shorter than itself', 'bad_header', 100, image => image.writeUInt32BE(72, 100)],
    ['clusters of 256 bytes', 'bad_header', 20, image => image.writeUInt32BE(8, 20)],
    ['clusters of 4 GiB', 'bad_header', 20, image => image.writeUInt32BE(32, 20)],
    ['extended L2 with small clusters', 'bad_header', 20, image => image.writeBigUInt64BE(16n, 72)],
    ['no size', 'empty_disk', 24, image => image.writeBigUInt64BE(0n, 24)],
    ['an absurd size', 'size_absurd', 24, image => image.writeBigUInt64BE(1n << 62n, 24)],
    ['a size that the L1 table cannot hold', 'bad_table', 36, image => image.writeBigUInt64BE(big, 24)],
    ['an L1 table outside', 'truncated', 1 << 30, image => image.writeBigUInt64BE(1n << 30n, 40)],
    ['an L1 table off the boundary', 'bad_table', 40, image => image.writeBigUInt64BE(520n, 40)],
    ['an L2 table outside', 'truncated', 512, image => image.writeBigUInt64BE(big, 512)],
    ['two L1 entries for one L2 table', 'bad_table', 1536, image => image.writeBigUInt64BE(1536n, 512)],
    ['an L2 table on top of the L1 table', 'bad_table', 512, image => image.writeBigUInt64BE(512n, 512)],
    ['reserved bits in L1', 'bad_table', 512, image => image.writeBigUInt64BE(1025n, 512)],
    ['data outside', 'truncated', 2 ** 40, image => image.writeBigUInt64BE(big, 1024)],
    ['data off the boundary', 'bad_table', 1024, image => image.writeBigUInt64BE(0x200n | 2n, 1024)],
    ['data inside an L2 table', 'bad_table', 1536, image => image.writeBigUInt64BE(1536n, 1024)],
    ['data in the header', 'bad_table', 1024, image => image.writeBigUInt64BE(1n << 63n, 1024)],
    [
      'compressed data outside',
      'truncated',
      2 ** 40,
      image => image.writeBigUInt64BE((1n << 62n) | big, 1024),
    ],
    ['noise for compressed data', 'bad_compressed_cluster', 2565, image => image.fill(0xff, 2565)],
  ];
  test.each(cases)('%s', async (_name, code, offset, change) => {
    expect(await refusalOf(patched(change))).toMatchObject({ code, offset });
  });

  test('zero clusters in a version 2 image', async () => {
    expect(await refusalOf(patched(image => image.writeUInt32BE(2, 4)))).toMatchObject({ code: 'bad_table' });
  });

  test.each([
    ['less', 511, 'holds 511 of 512 bytes'],
    ['more', 5000, 'cannot be read'],
  ])('a compressed cluster with %s than a cluster', async (_name, length, reason) => {
    const stream = deflateRawSync(new Uint8Array(length));
    expect(await refusalOf(tinyImage({ stream }))).toMatchObject({
      code: 'bad_compressed_cluster',
      reason: expect.stringContaining(reason),
    });
  });

  test('names of backing files and features are shown without control characters', async () => {
    const backing = patched(image => {
      image.write('../../etc/\x1b[31mpasswd\n', 300, 'latin1');
      image.writeBigUInt64BE(300n, 8);
      image.writeUInt32BE(24, 16);
    });
    expect((await refusalOf(backing)).reason).toContain('(../../etc/[31mpasswd)');
    const feature = patched(image => {
      image.writeBigUInt64BE(1n << 40n, 72);
      image.writeUInt32BE(0x6803f857, 112);
      image.writeUInt32BE(48, 116);
      image.writeUInt8(40, 121);
      image.write('holograms', 122);
    });
    expect((await refusalOf(feature)).reason).toContain('holograms (bit 40)');
  });
});

describe('hostile images', () => {
  /** Either the whole disk comes out or a Qcow2Error: never another error, a read outside, or more than the disk. */
  async function survives(image: Uint8Array): Promise<'read' | 'refused'> {
    try {
      const { header, content } = await openQcow2(sourceOf(image));
      let total = 0;
      for await (const chunk of content())
        total += chunk.kind === 'data' ? chunk.bytes.length : chunk.lengthBytes;
      expect(total).toBe(header.virtualSizeBytes);
      return 'read';
    } catch (error) {
      if (!(error instanceof Qcow2Error)) throw error;
      return 'refused';
    }
  }

  test('every single flipped bit of header, tables and compressed data is survived', async () => {
    const outcomes = { read: 0, refused: 0 };
    for (const zstd of [false, true]) {
      const base = tinyImage({ zstd });
      const ranges = [
        [0, 120],
        [512, 544],
        [1024, 1048],
        [2032, 2048],
        [2560, 2600],
      ] as const;
      for (const [from, to] of ranges)
        for (let bit = from * 8; bit < to * 8; bit++) {
          const image = Buffer.from(base);
          image[bit >> 3] = (image[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          outcomes[await survives(image)]++;
        }
    }
    expect(outcomes.refused).toBeGreaterThan(500);
    expect(outcomes.read).toBeGreaterThan(500);
  });

  test('every truncation is refused', async () => {
    const image = tinyImage();
    for (let length = 0; length < 2570; length += 7)
      expect(['truncated', 'not_qcow2', 'bad_compressed_cluster', 'bad_header']).toContain(
        (await refusalOf(image.subarray(0, length))).code,
      );
  });

  test('random tables are survived', async () => {
    let seed = 99;
    const random = (): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed >>> 24;
    };
    for (let round = 0; round < 300; round++) {
      const image = tinyImage({ zstd: round % 2 === 0 });
      // Offsets stay near the file, so that some of them are believed.
      for (let at = 1024; at < 2048; at += 8)
        image.set([random() & 0xc0, 0, 0, 0, 0, 0, random() & 0x1f, random() & 1], at);
      await survives(image);
      image.set(Uint8Array.from({ length: 100 }, random), 4);
      await survives(image);
    }
  });
});
