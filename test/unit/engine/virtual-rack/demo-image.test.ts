import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { demoImage } from '#engine/virtual-rack/demo-image.ts';

describe('the demo image', () => {
  it('is the same bytes on every computer', () => {
    const hash = createHash('sha256')
      .update(demoImage(2 * 2 ** 20))
      .digest('hex');
    expect(hash).toBe('c8877340de81c32b38c43caaf3f2d7b2fb99dd3645964bca213675b8d0caf13b');
  });

  it('does not compress, so that its transfer takes as long as it looks', () => {
    const image = demoImage(2 * 2 ** 20);
    expect(zstdCompressSync(image).length).toBeGreaterThan(2 ** 20);
  });

  it('has a boot sector and one active Linux partition to its end', () => {
    const image = Buffer.from(demoImage(4 * 2 ** 20));
    expect(image.length).toBe(4 * 2 ** 20);
    expect(image.readUInt16LE(510)).toBe(0xaa55);
    expect([image[446], image[450]]).toEqual([0x80, 0x83]);
    expect([image.readUInt32LE(454), image.readUInt32LE(458)]).toEqual([2048, 6144]);
    expect(image.subarray(462, 510).every(byte => byte === 0)).toBe(true);
  });
});
