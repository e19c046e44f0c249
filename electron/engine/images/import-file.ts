import { mkdir, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, constants as zlib } from 'node:zlib';
import { type BootCapability, bootCapability } from '#engine/media/disk-layout/boot-capability.ts';
import { type DiskLayout, readDiskLayout } from '#engine/media/disk-layout/disk-layout.ts';
import { decodeQcow2Header } from '#engine/media/qcow2/header.ts';
import { type DiskChunk, openQcow2, type Qcow2Image, type RandomAccess } from '#engine/media/qcow2/reader.ts';
import { orThrow } from '#engine/media/qcow2/refusal.ts';
import type { ImageFinding, imagePhases } from '#shared/contract/index.ts';
import {
  type CacheFile,
  type CacheSpace,
  cacheSpace,
  createCacheFile,
  discard,
  requireSpace,
} from './cache-file.ts';
import { type Compression, classifyHead, type HeadClass, headBytes } from './classify-head.ts';
import { decompressed } from './decompress.ts';
import { evidenceOf, type Qcow2Facts, sourceFormatText } from './evidence.ts';
import { cachedImagePath, temporaryPaths } from './image-cache.ts';
import { asImageRefusal } from './qcow2-refusal.ts';
import { createRawObserver, type RawFacts, type RawObserver, zeroBlock } from './raw-observer.ts';
import { ImageRefusedError } from './refusal.ts';
import { refuseRawFacts } from './refuse-raw.ts';
import { openSource, readChunks, type SourceFile } from './source-file.ts';

export interface ImportProgress {
  readonly phase: Exclude<(typeof imagePhases)[number], 'upload' | 'waiting'>;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** An image that is ready to be served: plain data, safe to send between threads and to store. */
export interface ImportedImage {
  readonly kind: 'whole-disk' | 'file-system';
  readonly imageId: string;
  readonly format: 'raw' | 'qcow2';
  readonly compression: Compression | 'none';
  /** `raw · xz`. */
  readonly sourceFormat: string;
  readonly sourceSizeBytes: number;
  /** Lower-case hex. */
  readonly sourceSha256: string;
  /** Size and hash of the disk's content, which is what a machine writes and reads back. */
  readonly rawSizeBytes: number;
  readonly rawSha256: string;
  /** One zstd stream of the raw content. */
  readonly storedPath: string;
  readonly storedSizeBytes: number;
  readonly layout: DiskLayout;
  readonly boots: BootCapability;
  readonly qcow2: Qcow2Facts | undefined;
  readonly evidence: readonly ImageFinding[];
}

export interface ImportOptions {
  readonly sourcePath: string;
  readonly cacheDir: string;
  /** Letters, digits and hyphens: becomes a file name. */
  readonly imageId: string;
  readonly onProgress: (progress: ImportProgress) => void;
  /** How the free space is known; the file system's own figures when left out. */
  readonly space?: CacheSpace;
}

/** Level 3 writes faster than any disk of a laptop reads; the checksum lets every receiver notice damage. */
const compressionParams = { [zlib.ZSTD_c_compressionLevel]: 3, [zlib.ZSTD_c_checksumFlag]: 1 };
const compressedPieceBytes = 256 * 1024;
/** More than any server's disk: ends decompression bombs. */
const rawMaxBytes = 64 * 2 ** 40;

interface Job extends Required<ImportOptions> {
  readonly source: SourceFile;
  readonly temporary: { readonly store: string; readonly unpack: string };
}

/**
 * Imports on the calling thread, which it keeps busy: the product calls `importImage`, which does it in a worker.
 * @throws ImageRefusedError
 */
export async function importFile(options: ImportOptions): Promise<ImportedImage> {
  await makeCacheDirectory(options.cacheDir);
  const temporary = temporaryPaths(options.cacheDir, options.imageId);
  let phase: ImportProgress['phase'] = 'convert';
  const source = await openSource(options.sourcePath, doneBytes =>
    options.onProgress({ phase, doneBytes, totalBytes: source.sizeBytes }),
  );
  const job: Job = { space: cacheSpace(options.cacheDir), ...options, source, temporary };
  try {
    const head = classifyHead(await source.read(0, headBytes));
    const kind = refuseUnsupported(head, 'none');
    // How small a converted image becomes is not known before; the cache file watches the room.
    await requireSpace(job.space, 0);
    if (kind === 'raw') return await importRaw(job);
    if (kind === 'qcow2') {
      phase = 'checksum';
      for await (const _ of source.chunks());
      return await importQcow2(job, source, 'none');
    }
    const innerHead = await firstBytes(decompressed(source, kind, readChunks(source)), headBytes);
    const inner = classifyHead(innerHead);
    if (inner.kind === 'compressed')
      throw new ImageRefusedError({
        code: 'image.nested_compression',
        details: { outer: kind, inner: inner.compression },
      });
    if (refuseUnsupported(inner, kind) === 'raw')
      return await (kind === 'zstd' ? importZstd(job) : importCompressedRaw(job, kind));
    phase = 'unpack';
    // Before anything is unpacked: its size, and what it needs that we do not have.
    orThrow(decodeQcow2Header(innerHead.subarray(0, 64 * 1024), Number.POSITIVE_INFINITY, rawMaxBytes));
    return await importCompressedQcow2(job, kind);
  } catch (error) {
    throw asImageRefusal(error);
  } finally {
    await source.close();
    await discard(temporary.store, temporary.unpack);
  }
}

export async function makeCacheDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new ImageRefusedError({ code: 'image.cache_unwritable', details: { path, reason } }, cause);
  }
}

function refuseUnsupported(head: HeadClass, inside: Compression | 'none'): 'raw' | 'qcow2' | Compression {
  if (head.kind === 'unsupported')
    throw new ImageRefusedError({
      code: 'image.unsupported_format',
      details: { format: head.format, inside },
    });
  return head.kind === 'compressed' ? head.compression : head.kind;
}

async function importRaw(job: Job): Promise<ImportedImage> {
  const { source } = job;
  return store(job, source.chunks(), source.sizeBytes, { format: 'raw', compression: 'none' });
}

async function importCompressedRaw(job: Job, compression: Compression): Promise<ImportedImage> {
  const raw = decompressed(job.source, compression, job.source.chunks());
  return store(job, raw, undefined, { format: 'raw', compression });
}

/** Already what we would make of it: copied as it is, decompressed once to know that it is whole. */
async function importZstd(job: Job): Promise<ImportedImage> {
  await requireSpace(job.space, job.source.sizeBytes);
  const file = await createCacheFile(job.temporary.store, job.space, job.source.sizeBytes);
  try {
    const observer = createRawObserver(true);
    const copied = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      for await (const chunk of job.source.chunks()) {
        await file.write(chunk);
        yield chunk;
      }
    };
    for await (const chunk of decompressed(job.source, 'zstd', copied())) observe(observer, chunk);
    return await finish(job, file, observer, { format: 'raw', compression: 'zstd' });
  } finally {
    await file.close();
  }
}

async function importCompressedQcow2(job: Job, compression: Compression): Promise<ImportedImage> {
  const { source, space, temporary } = job;
  const file = await createCacheFile(temporary.unpack, space, source.sizeBytes);
  try {
    for await (const chunk of decompressed(source, compression, source.chunks())) await file.write(chunk);
  } finally {
    await file.close();
  }
  const handle = await open(temporary.unpack);
  try {
    const unpacked: RandomAccess = {
      sizeBytes: file.writtenBytes(),
      async read(offset, length) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      },
    };
    return await importQcow2(job, unpacked, compression);
  } finally {
    await handle.close();
  }
}

async function importQcow2(
  job: Job,
  access: RandomAccess,
  compression: Compression | 'none',
): Promise<ImportedImage> {
  const image = await openQcow2(access, rawMaxBytes);
  const totalBytes = image.header.virtualSizeBytes;
  const chunks = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    let doneBytes = 0;
    for await (const chunk of expanded(image.content())) {
      doneBytes += chunk.length;
      job.onProgress({ phase: 'convert', doneBytes, totalBytes });
      yield chunk;
    }
  };
  return store(job, chunks(), totalBytes, { format: 'qcow2', compression, qcow2: qcow2Facts(image) });
}

function qcow2Facts({ header }: Qcow2Image): Qcow2Facts {
  const { version, snapshots, dirty } = header;
  return { version, snapshots, dirty };
}

async function* expanded(chunks: AsyncIterable<DiskChunk>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    if (chunk.kind === 'data') yield chunk.bytes;
    else
      for (let left = chunk.lengthBytes; left > 0; left -= zeroBlock.length)
        yield zeroBlock.subarray(0, Math.min(left, zeroBlock.length));
  }
}

interface Origin {
  readonly format: 'raw' | 'qcow2';
  readonly compression: Compression | 'none';
  readonly qcow2?: Qcow2Facts;
}

/**
 * Compresses the raw content into the cache. One frame, one thread: Node 24.21 loses the end of the stream
 * (ERR_STREAM_PUSH_AFTER_EOF) with `ZSTD_c_nbWorkers`.
 */
async function store(
  job: Job,
  raw: AsyncGenerator<Uint8Array, void, undefined>,
  rawSizeBytes: number | undefined,
  origin: Origin,
): Promise<ImportedImage> {
  const file = await createCacheFile(job.temporary.store, job.space, job.source.sizeBytes);
  try {
    const observer = createRawObserver(origin.format === 'qcow2' || origin.compression !== 'none');
    const observed = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      for await (const chunk of raw) {
        observe(observer, chunk);
        yield chunk;
      }
    };
    const compress = createZstdCompress({
      chunkSize: compressedPieceBytes,
      params: compressionParams,
      // Puts the size into the frame's header, and makes zstd itself object to another one.
      ...(rawSizeBytes === undefined ? {} : { pledgedSrcSize: rawSizeBytes }),
    });
    await pipeline(observed(), compress, async compressed => {
      for await (const chunk of compressed as AsyncIterable<Uint8Array>) await file.write(chunk);
    });
    return await finish(job, file, observer, origin);
  } finally {
    await file.close();
  }
}

function observe(observer: RawObserver, chunk: Uint8Array): void {
  observer.take(chunk);
  const sizeBytes = observer.sizeBytes();
  if (sizeBytes > rawMaxBytes)
    throw new ImageRefusedError({ code: 'image.too_large', details: { sizeBytes, limitBytes: rawMaxBytes } });
}

async function finish(
  job: Job,
  file: CacheFile,
  observer: RawObserver,
  origin: Origin,
): Promise<ImportedImage> {
  const facts = observer.facts();
  const sourceSha256 = await job.source.sha256();
  const layout = readDiskLayout(facts.head, facts.sizeBytes);
  refuseRawFacts(facts, layout, origin);
  const storedPath = cachedImagePath(job.cacheDir, job.imageId);
  const storedSizeBytes = file.writtenBytes();
  await file.publish(storedPath);
  return describe(job, facts, layout, origin, { sourceSha256, storedPath, storedSizeBytes });
}

function describe(
  job: Job,
  facts: RawFacts,
  layout: DiskLayout,
  origin: Origin,
  stored: Pick<ImportedImage, 'sourceSha256' | 'storedPath' | 'storedSizeBytes'>,
): ImportedImage {
  const boots = bootCapability(layout);
  const qcow2 = origin.qcow2;
  return {
    kind: layout.scheme === 'none' && layout.fileSystem !== undefined ? 'file-system' : 'whole-disk',
    imageId: job.imageId,
    format: origin.format,
    compression: origin.compression,
    sourceFormat: sourceFormatText(qcow2, origin.compression),
    sourceSizeBytes: job.source.sizeBytes,
    rawSizeBytes: facts.sizeBytes,
    rawSha256: facts.sha256 ?? stored.sourceSha256,
    layout,
    boots,
    qcow2,
    evidence: evidenceOf(layout, boots, qcow2),
    ...stored,
  };
}

export async function firstBytes(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  lengthBytes: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let got = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    got += chunk.length;
    if (got >= lengthBytes) break;
  }
  return Buffer.concat(parts).subarray(0, lengthBytes);
}
