import { inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { decodeQcow2Header, defaultMaxVirtualSizeBytes, type Qcow2Header } from './header.ts';
import { decodeL1Entry, decodeL2Table, type Extent } from './l2-table.ts';
import { orThrow, Qcow2Error, refused } from './refusal.ts';

/** Random access to a file. `read` gives fewer bytes than asked for only at the end of the file. */
export interface RandomAccess {
  readonly sizeBytes: number;
  readonly read: (offsetBytes: number, lengthBytes: number) => Promise<Uint8Array>;
}

/** A piece of the raw disk, in order. Runs of zeros cost nothing, however long. */
export type DiskChunk =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'zero'; readonly lengthBytes: number };

export interface Qcow2Image {
  readonly header: Qcow2Header;
  /**
   * The whole virtual disk from byte 0, in pieces of at most 1 MiB of data. Memory does not grow with the disk.
   * @throws Qcow2Error when a table or a compressed cluster turns out to be wrong on the way.
   */
  readonly content: () => AsyncGenerator<DiskChunk, void, undefined>;
}

/** Large enough for QEMU's largest cluster and for sequential speed, small enough for many imports at once. */
const dataPieceBytes = 1024 * 1024;
const headBytes = 64 * 1024;

/**
 * Reads header and L1 table. Compressed clusters are inflated on the calling thread: use it in a worker.
 * @throws Qcow2Error with the reason and the place.
 */
export async function openQcow2(
  source: RandomAccess,
  maxVirtualSizeBytes = defaultMaxVirtualSizeBytes,
): Promise<Qcow2Image> {
  const head = await source.read(0, Math.min(headBytes, source.sizeBytes));
  const header = orThrow(decodeQcow2Header(head, source.sizeBytes, maxVirtualSizeBytes));
  const l2Offsets = await readL1(source, header);
  const metadata = metadataRanges(header, l2Offsets);
  return { header, content: () => readContent(source, header, l2Offsets, metadata) };
}

async function readExactly(source: RandomAccess, offset: number, length: number): Promise<Uint8Array> {
  const bytes = await source.read(offset, length);
  if (bytes.length !== length)
    throw new Qcow2Error(refused('truncated', offset + bytes.length, 'the file ends here'));
  return bytes;
}

async function readL1(source: RandomAccess, header: Qcow2Header): Promise<Float64Array> {
  const bytes = await readExactly(source, header.l1Offset, header.l1Entries * 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const clusterSize = 2 ** header.clusterBits;
  const offsets = new Float64Array(header.l1Entries);
  for (let index = 0; index < offsets.length; index++) {
    const at = header.l1Offset + index * 8;
    const offset = orThrow(decodeL1Entry(view.getBigUint64(index * 8), header.clusterBits, at));
    if (offset + clusterSize > source.sizeBytes)
      throw new Qcow2Error(
        refused('truncated', at, `an L2 table at ${offset} ends after the file (${source.sizeBytes} bytes)`),
      );
    offsets[index] = offset;
  }
  return offsets;
}

/** Sorted starts of the clusters that hold the header, the L1 table and the L2 tables; each is one cluster long. */
function metadataRanges(header: Qcow2Header, l2Offsets: Float64Array): Float64Array {
  const clusterSize = 2 ** header.clusterBits;
  const l1Clusters = Math.ceil((header.l1Entries * 8) / clusterSize);
  const l1 = Array.from({ length: l1Clusters }, (_, index) => header.l1Offset + index * clusterSize);
  const starts = Float64Array.from([0, ...l1, ...l2Offsets.filter(offset => offset !== 0)]).sort();
  const twice = starts.findIndex((start, index) => index > 0 && start === starts[index - 1]);
  if (twice !== -1)
    throw new Qcow2Error(
      refused('bad_table', starts[twice] ?? 0, 'two tables share one cluster of the file'),
    );
  return starts;
}

async function* readContent(
  source: RandomAccess,
  header: Qcow2Header,
  l2Offsets: Float64Array,
  metadata: Float64Array,
): AsyncGenerator<DiskChunk, void, undefined> {
  const clusterSize = 2 ** header.clusterBits;
  const coverage = (clusterSize / (header.extendedL2 ? 16 : 8)) * clusterSize;
  let zeros = 0;
  for (let index = 0; index < l2Offsets.length; index++) {
    const guestBytes = Math.min(coverage, header.virtualSizeBytes - index * coverage);
    const tableOffset = l2Offsets[index] ?? 0;
    if (tableOffset === 0) {
      zeros += guestBytes;
      continue;
    }
    const table = await readExactly(source, tableOffset, clusterSize);
    for (const extent of orThrow(decodeL2Table(table, tableOffset, guestBytes, header))) {
      if (extent.kind === 'zero') {
        zeros += extent.lengthBytes;
        continue;
      }
      if (zeros > 0) yield { kind: 'zero', lengthBytes: zeros };
      zeros = 0;
      yield* readExtent(source, header, extent, metadata);
    }
  }
  if (zeros > 0) yield { kind: 'zero', lengthBytes: zeros };
}

async function* readExtent(
  source: RandomAccess,
  header: Qcow2Header,
  extent: Exclude<Extent, { kind: 'zero' }>,
  metadata: Float64Array,
): AsyncGenerator<DiskChunk, void, undefined> {
  const { hostOffset, lengthBytes } = extent;
  const needed = extent.kind === 'data' ? lengthBytes : 1;
  if (hostOffset + needed > source.sizeBytes)
    throw new Qcow2Error(
      refused(
        'truncated',
        hostOffset,
        `data at ${hostOffset} ends after the file (${source.sizeBytes} bytes)`,
      ),
    );
  if (touchesMetadata(metadata, hostOffset, needed, 2 ** header.clusterBits))
    throw new Qcow2Error(refused('bad_table', hostOffset, 'data that lies inside a table of the file'));
  if (extent.kind === 'compressed') {
    // The last sector of the last compressed cluster is often not written to its end.
    const stored = Math.min(extent.compressedBytes, source.sizeBytes - hostOffset);
    const bytes = await readExactly(source, hostOffset, stored);
    const cluster = decompressCluster(bytes, hostOffset, 2 ** header.clusterBits, header.compression);
    yield { kind: 'data', bytes: cluster.subarray(0, lengthBytes) };
    return;
  }
  for (let done = 0; done < lengthBytes; done += dataPieceBytes) {
    const length = Math.min(dataPieceBytes, lengthBytes - done);
    yield { kind: 'data', bytes: await readExactly(source, hostOffset + done, length) };
  }
}

function touchesMetadata(
  starts: Float64Array,
  offset: number,
  lengthBytes: number,
  clusterSize: number,
): boolean {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) + clusterSize <= offset) low = middle + 1;
    else high = middle;
  }
  return low < starts.length && (starts[low] ?? 0) < offset + lengthBytes;
}

/**
 * The stream ends somewhere in its last sector; what follows belongs to a neighbour. The chunk size leaves room after
 * the cluster, because zlib's bindings stop at the end of a stream only if there is still room for output.
 */
function decompressCluster(
  bytes: Uint8Array,
  hostOffset: number,
  clusterSize: number,
  compression: 'zlib' | 'zstd',
): Uint8Array {
  const options = { maxOutputLength: clusterSize, chunkSize: clusterSize + 1024 };
  let cluster: Uint8Array;
  try {
    cluster = compression === 'zlib' ? inflateRawSync(bytes, options) : zstdDecompressSync(bytes, options);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Qcow2Error(
      refused('bad_compressed_cluster', hostOffset, `a compressed cluster cannot be read: ${why}`),
    );
  }
  if (cluster.length !== clusterSize)
    throw new Qcow2Error(
      refused(
        'bad_compressed_cluster',
        hostOffset,
        `a compressed cluster holds ${cluster.length} of ${clusterSize} bytes`,
      ),
    );
  return cluster;
}
