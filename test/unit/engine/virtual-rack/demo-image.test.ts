import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { demoImage } from '#engine/virtual-rack/demo-image.ts';

describe('the demo image', () => {
  it('is the same bytes on every computer', () => {
    const hash = createHash('sha256')
      .update(demoImage(2 * 2 ** 20))
      .digest('hex');
    expect(hash).toBe('2dfdd579fda4225ce526ecc4dbfd5410be0516e4b4f119c377a7586acf0f1263');
  });

  it('does not compress, so that its transfer takes as long as it looks', () => {
    const image = demoImage(2 * 2 ** 20);
    expect(zstdCompressSync(image).length).toBeGreaterThan(2 ** 20);
  });

  it('has a boot sector, an active Linux partition to its end, and an EFI system partition before it', () => {
    const image = Buffer.from(demoImage(4 * 2 ** 20));
    expect(image.length).toBe(4 * 2 ** 20);
    expect(image.readUInt16LE(510)).toBe(0xaa55);
    expect([image[446], image[450]]).toEqual([0x80, 0x83]);
    expect([image.readUInt32LE(454), image.readUInt32LE(458)]).toEqual([2560, 5632]);
    expect(image[466]).toBe(0xef);
    expect([image.readUInt32LE(470), image.readUInt32LE(474)]).toEqual([2048, 512]);
    expect(image.subarray(478, 510).every(byte => byte === 0)).toBe(true);
  });
});
