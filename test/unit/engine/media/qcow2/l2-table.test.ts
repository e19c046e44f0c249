import { describe, expect, test } from 'vitest';
import { decodeL2Table, type Extent } from '#engine/media/qcow2/l2-table.ts';

/** Extended L2 entries (16 bytes, 32 subclusters), which need clusters of 16 KiB and are too large for the tiny image. */
const geometry = { version: 3, clusterBits: 14, extendedL2: true } as const;
const clusterSize = 2 ** 14;
const subcluster = clusterSize / 32;

function table(...entries: readonly (readonly [entry: bigint, bitmap: bigint])[]): Buffer {
  const bytes = Buffer.alloc(clusterSize);
  entries.forEach(([entry, bitmap], index) => {
    bytes.writeBigUInt64BE(entry, index * 16);
    bytes.writeBigUInt64BE(bitmap, index * 16 + 8);
  });
  return bytes;
}

function extentsOf(bytes: Uint8Array, guestBytes: number): Extent[] {
  const decoded = decodeL2Table(bytes, 0, guestBytes, geometry);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.value;
}

describe('subclusters', () => {
  test('allocated, zero and untouched ones come as joined runs', () => {
    const host = 0x8000n;
    const bytes = table([host, 0xffff_0000_0000_000fn], [host + 0x4000n, 0xffff_ffffn]);
    expect(extentsOf(bytes, 2 * clusterSize)).toEqual([
      { kind: 'data', hostOffset: 0x8000, lengthBytes: 4 * subcluster },
      { kind: 'zero', lengthBytes: 28 * subcluster },
      { kind: 'data', hostOffset: 0xc000, lengthBytes: clusterSize },
    ]);
  });

  test('the disk may end inside a cluster and inside a subcluster', () => {
    const bytes = table([0x8000n, 0xffff_ffffn]);
    expect(extentsOf(bytes, subcluster + 100)).toEqual([
      { kind: 'data', hostOffset: 0x8000, lengthBytes: subcluster + 100 },
    ]);
  });

  test.each([
    ['allocated and zero at once', 0x8000n, 0x1_0000_0001n],
    ['allocated nowhere', 0n, 1n],
    ['off the boundary', 0x8200n, 1n],
    ['with the zero flag of standard entries', 0x8001n, 1n],
  ])('%s are refused', (_name, entry, bitmap) => {
    expect(decodeL2Table(table([entry, bitmap]), 0, clusterSize, geometry)).toMatchObject({
      ok: false,
      code: 'bad_table',
    });
  });

  test('random tables cover exactly the disk or are refused', () => {
    let seed = 21;
    const random = (): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed >>> 24;
    };
    const outcomes = { read: 0, refused: 0 };
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.alloc(clusterSize);
      for (let at = 0; at < 32; at++) bytes[at] = round % 4 === 0 ? random() : random() & 1;
      const decoded = decodeL2Table(bytes, 0, 3 * clusterSize - 7, geometry);
      outcomes[decoded.ok ? 'read' : 'refused']++;
      if (!decoded.ok) continue;
      const total = decoded.value.reduce((sum, extent) => sum + extent.lengthBytes, 0);
      expect(total).toBe(3 * clusterSize - 7);
    }
    expect(outcomes.refused).toBeGreaterThan(0);
  });

  test('a table that is too short for its disk is refused', () => {
    expect(decodeL2Table(new Uint8Array(40), 0, 3 * clusterSize, geometry)).toMatchObject({
      code: 'bad_table',
    });
  });
});
