import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as web from 'node:stream/web';
import { createGunzip, createZstdDecompress, constants as zlib } from 'node:zlib';
import * as xzDecompress from 'xz-decompress';
import { behindLastStream, noStreamEnd, readXzContainer } from '#engine/media/xz/container.ts';
import { createZstdFrameScanner, noFrame, type ZstdPiece } from '#engine/media/zstd/frames.ts';
import type { CompressionProblem } from '#shared/contract/image-codes.ts';
import type { Malformed } from '#shared/model/decoded.ts';
import type { Compression } from './classify-head.ts';
import { type ImageRefusal, ImageRefusedError } from './refusal.ts';
import type { SourceFile } from './source-file.ts';

type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

const outputPieceBytes = 256 * 1024;
/** The limit of `zstd -d` without --long or --memory, which is what the deploy ramdisk runs. */
const zstdWindowMax = 2 ** 27;
/** What the xz decoder was built for: `xz -9`. */
const xzDictionaryMax = 64 * 2 ** 20;

/**
 * The decompressed content of the whole source, in constant memory.
 * @throws ImageRefusedError when the data is cut, damaged, followed by something else, or not what it promises.
 */
export function decompressed(source: SourceFile, compression: Compression, chunks: Chunks): Chunks {
  switch (compression) {
    case 'gzip':
      return gunzipped(source, chunks);
    case 'zstd':
      return decompressedZstd(chunks, source.sizeBytes);
    case 'xz':
      return unxz(source, chunks);
  }
}

function refused(refusal: ImageRefusal, cause?: unknown): ImageRefusedError {
  return new ImageRefusedError(refusal, cause);
}

async function* gunzipped(source: SourceFile, chunks: Chunks): Chunks {
  const gunzip = createGunzip({ chunkSize: outputPieceBytes });
  let outBytes = 0;
  try {
    for await (const chunk of through(chunks, gunzip)) {
      outBytes += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    throw gzipRefusal(cause, gunzip.bytesWritten, outBytes > 0, source.sizeBytes);
  }
  // Zeros after the last member end the stream without an error.
  if (gunzip.bytesWritten < source.sizeBytes)
    throw refused({
      code: 'image.trailing_data',
      details: { offset: gunzip.bytesWritten, sizeBytes: source.sizeBytes },
    });
}

function gzipRefusal(cause: unknown, offset: number, hasOutput: boolean, sizeBytes: number): unknown {
  const code = errorCode(cause);
  if (code === 'Z_BUF_ERROR')
    return refused(
      {
        code: 'image.truncated',
        details: { part: 'gzip', offset: sizeBytes, reason: 'the gzip data goes on after the file' },
      },
      cause,
    );
  if (code !== 'Z_DATA_ERROR') return cause;
  const { message } = cause as Error;
  // After a whole member this is what zlib says of anything but another member.
  if (hasOutput && message === 'incorrect header check')
    return refused({ code: 'image.trailing_data', details: { offset, sizeBytes } }, cause);
  return refused(
    { code: 'image.corrupt', details: { part: 'gzip', offset, reason: `gzip: ${message}` } },
    cause,
  );
}

/**
 * One decompressor a frame: see `media/zstd`. `sizeBytes` of the whole stream is only for messages.
 * @throws ImageRefusedError; what `chunks` throws, as it is.
 */
export async function* decompressedZstd(chunks: Chunks, sizeBytes: number): Chunks {
  const pieces = zstdPieces(chunks, sizeBytes);
  for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) {
    if (piece.value.kind !== 'frame-start') continue;
    const { offset, header } = piece.value;
    refuseZstdHeader(header);
    const decoder = createZstdDecompress({
      chunkSize: outputPieceBytes,
      params: { [zlib.ZSTD_d_windowLogMax]: Math.log2(zstdWindowMax) },
    });
    try {
      yield* through(frameBytes(pieces), decoder);
    } catch (cause) {
      throw zstdRefusal(cause, offset, sizeBytes);
    }
  }
}

async function* zstdPieces(chunks: Chunks, sizeBytes: number): AsyncGenerator<ZstdPiece, void, undefined> {
  const scanner = createZstdFrameScanner();
  let framesSeen = 0;
  for await (const chunk of chunks) {
    const { pieces, problem } = scanner.push(chunk);
    framesSeen += pieces.filter(piece => piece.kind === 'frame-end').length;
    yield* pieces;
    if (problem !== undefined) throw zstdProblem(problem, framesSeen > 0, sizeBytes);
  }
  const end = scanner.finish();
  if (!end.ok)
    throw refused({
      code: 'image.truncated',
      details: { part: 'zstd', offset: end.offset, reason: 'the file ends inside a zstd frame' },
    });
}

/** After a whole frame, what is no frame is something else that was put behind it. */
function zstdProblem({ offset, reason }: Malformed, afterFrame: boolean, sizeBytes: number): Error {
  if (afterFrame && reason === noFrame)
    return refused({ code: 'image.trailing_data', details: { offset, sizeBytes } });
  return refused({ code: 'image.corrupt', details: { part: 'zstd', offset, reason } });
}

async function* frameBytes(pieces: AsyncGenerator<ZstdPiece, void, undefined>): Chunks {
  for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) {
    if (piece.value.kind === 'frame-end') return;
    if (piece.value.kind === 'bytes') yield piece.value.bytes;
  }
}

function refuseZstdHeader(header: { windowBytes: number; dictionaryId: number }): void {
  const { dictionaryId, windowBytes } = header;
  if (dictionaryId !== 0) throw unsupported('zstd', 'dictionary_needed', String(dictionaryId));
  // Made with --long or --ultra.
  if (windowBytes > zstdWindowMax) throw unsupported('zstd', 'window_too_large', String(windowBytes));
}

function zstdRefusal(cause: unknown, offset: number, sizeBytes: number): unknown {
  const code = errorCode(cause);
  if (code === 'Z_BUF_ERROR')
    return refused(
      {
        code: 'image.truncated',
        details: { part: 'zstd', offset: sizeBytes, reason: 'the file ends inside a zstd frame' },
      },
      cause,
    );
  if (!code.startsWith('ZSTD_error_')) return cause;
  return refused(
    {
      code: 'image.corrupt',
      details: { part: 'zstd', offset, reason: `zstd frame: ${(cause as Error).message}` },
    },
    cause,
  );
}

async function* unxz(source: SourceFile, chunks: Chunks): Chunks {
  const container = await readXzContainer(source);
  if (!container.ok) throw xzContainerRefusal(container, source.sizeBytes);
  for (const { check, filters, dictionaryBytes } of container.value.streams) {
    if (check === 'sha256' || check === 'unknown') throw unsupported('xz', 'check', check);
    if (filters.length > 0) throw unsupported('xz', 'filter', filters.join(', '));
    if (dictionaryBytes > xzDictionaryMax)
      throw unsupported('xz', 'window_too_large', String(dictionaryBytes));
  }
  const declaredBytes = container.value.uncompressedBytes;
  let actualBytes = 0;
  // Not Readable.toWeb: it goes on delivering after the decoder has cancelled it, and that throws where nobody catches.
  const input = web.ReadableStream.from(chunks) as ReadableStream<Uint8Array>;
  try {
    for await (const chunk of new XzReadableStream(input)) {
      actualBytes += chunk.length;
      if (chunk.length > 0) yield chunk;
    }
  } catch (cause) {
    throw xzRefusal(cause, actualBytes);
  }
  if (actualBytes !== declaredBytes)
    throw refused({ code: 'image.size_mismatch', details: { declaredBytes, actualBytes } });
}

function xzContainerRefusal({ offset, reason }: Malformed, sizeBytes: number): ImageRefusedError {
  if (reason === behindLastStream)
    return refused({ code: 'image.trailing_data', details: { offset, sizeBytes } });
  const code = reason === noStreamEnd ? 'image.truncated' : 'image.corrupt';
  return refused({ code, details: { part: 'xz', offset, reason: `xz: ${reason}` } });
}

/** Node finds only a default export in the package's CommonJS, bundlers also the named one. */
const XzReadableStream =
  xzDecompress.XzReadableStream ??
  (xzDecompress as unknown as { default: typeof xzDecompress }).default.XzReadableStream;

/** xz-embedded's codes: 3 and 4 memory, 6 options, 7 data, 8 no progress. */
function xzRefusal(cause: unknown, rawOffset: number): unknown {
  if (cause instanceof ImageRefusedError || !(cause instanceof Error)) return cause;
  const code = /error code (\d)/.exec(cause.message)?.[1];
  if (code === undefined) return cause;
  if (code === '3' || code === '4' || code === '6')
    return unsupported('xz', 'later_block', `error ${code}`, cause);
  const reason = `the xz data is damaged after ${rawOffset} decompressed bytes`;
  return refused({ code: 'image.corrupt', details: { part: 'xz', offset: rawOffset, reason } }, cause);
}

function unsupported(
  compression: Compression,
  why: CompressionProblem,
  found: string,
  cause?: unknown,
): ImageRefusedError {
  return refused({ code: 'image.unsupported_compression', details: { compression, why, found } }, cause);
}

/** What comes out of `transform` when `chunks` goes in; an error of either comes out as it is. */
async function* through(chunks: Chunks, transform: Duplex): Chunks {
  const fed = pipeline(Readable.from(chunks, { highWaterMark: 1 }), transform);
  // The same error reaches the loop below through the destroyed transform.
  fed.catch(() => undefined);
  try {
    for await (const chunk of transform) yield chunk;
  } finally {
    transform.destroy();
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
