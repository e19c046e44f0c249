import { deflateRawSync, zstdCompressSync } from 'node:zlib';

/**
 * A qcow2 image by hand, 512-byte clusters: 0 header, 1 L1, 2 and 3 L2 tables, 4 data, 5 compressed data.
 * The disk: 3 L2 tables of 64 clusters, the last one not allocated.
 */
const clusterSize = 512;
export const coverage = 64 * clusterSize;
const virtualSize = 2 * coverage + 1000;
export const dataCluster = Uint8Array.from({ length: clusterSize }, (_, index) => index & 0xff);
export const compressedCluster = new Uint8Array(clusterSize).fill(0x42);

interface TinyOptions {
  readonly zstd?: boolean;
  /** Replaces the stream of the compressed cluster. */
  readonly stream?: Uint8Array;
}

export function tinyImage(options: TinyOptions = {}): Buffer {
  const image = Buffer.alloc(6 * clusterSize);
  image.write('QFI\xfb', 0, 'latin1');
  image.writeUInt32BE(3, 4);
  image.writeUInt32BE(9, 20);
  image.writeBigUInt64BE(BigInt(virtualSize), 24);
  image.writeUInt32BE(3, 36);
  image.writeBigUInt64BE(512n, 40);
  image.writeUInt32BE(4, 96);
  image.writeUInt32BE(112, 100);
  if (options.zstd) {
    image.writeBigUInt64BE(8n, 72);
    image.writeUInt8(1, 104);
  }
  const copied = 1n << 63n;
  image.writeBigUInt64BE(copied | 1024n, 512);
  image.writeBigUInt64BE(copied | 1536n, 520);
  image.writeBigUInt64BE(copied | 2048n, 1024);
  image.writeBigUInt64BE(1n, 1024 + 8);
  image.writeBigUInt64BE((1n << 62n) | 2565n, 1536 + 63 * 8);
  image.set(dataCluster, 2048);
  const plain = options.zstd ? zstdCompressSync(compressedCluster) : deflateRawSync(compressedCluster);
  const stream = options.stream ?? plain;
  image.fill(0xee, 2560);
  image.set(stream, 2565);
  return image;
}
