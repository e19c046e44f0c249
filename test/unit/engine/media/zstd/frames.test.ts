import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createZstdFrameScanner, type ZstdPiece } from '#engine/media/zstd/frames.ts';

function scan(stream: Uint8Array, chunkSize: number): { pieces: ZstdPiece[]; problem: string | undefined } {
  const scanner = createZstdFrameScanner();
  const pieces: ZstdPiece[] = [];
  for (let at = 0; at < stream.length; at += chunkSize) {
    const result = scanner.push(stream.subarray(at, at + chunkSize));
    pieces.push(...result.pieces);
    if (result.problem !== undefined)
      return { pieces, problem: `${result.problem.reason} at ${result.problem.offset}` };
  }
  const end = scanner.finish();
  return { pieces, problem: end.ok ? undefined : `${end.reason} at ${end.offset}` };
}

/** The frames' bytes as the scanner hands them on. */
function framesOf(pieces: readonly ZstdPiece[]): Buffer[] {
  const frames: Buffer[][] = [];
  for (const piece of pieces) {
    if (piece.kind === 'frame-start') frames.push([]);
    if (piece.kind === 'bytes') frames.at(-1)?.push(Buffer.from(piece.bytes));
  }
  return frames.map(parts => Buffer.concat(parts));
}

const text = Buffer.from('The quick brown fox jumps over the lazy dog. '.repeat(9000));
const withChecksum = zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const withoutChecksum = zstdCompressSync(text.subarray(0, 1000));
const empty = zstdCompressSync(new Uint8Array());
const zeros = zstdCompressSync(new Uint8Array(3_000_000));
const skippable = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 0xfd, 0x2f, 0xb5]);
const emptySkippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);

describe('frames', () => {
  const frames = [withChecksum, empty, withoutChecksum, zeros];
  const stream = Buffer.concat([skippable, ...frames.flatMap(frame => [frame, emptySkippable]), skippable]);

  test.each([1, 2, 3, 7, 1000, 65536, stream.length])('come out whole from chunks of %i bytes', chunkSize => {
    const { pieces, problem } = scan(stream, chunkSize);
    expect(problem).toBeUndefined();
    expect(framesOf(pieces)).toEqual(frames);
  });

  test('say where they begin and end, how large they are and what a decoder needs', () => {
    const { pieces } = scan(Buffer.concat([skippable, zeros]), 100);
    expect(pieces[0]).toEqual({
      kind: 'frame-start',
      offset: skippable.length,
      header: { windowBytes: expect.any(Number), contentBytes: 3_000_000, dictionaryId: 0 },
    });
    expect(pieces.at(-1)).toEqual({ kind: 'frame-end', offset: skippable.length + zeros.length });
  });

  test.each([
    // descriptor, fields, window, content, dictionary
    ['window only', [0x00, 0x58], 2 ** 21, undefined, 0],
    ['window with mantissa', [0x00, 0x5b], 2 ** 21 + 3 * 2 ** 18, undefined, 0],
    ['single segment of one byte', [0x20, 200], 200, 200, 0],
    ['two-byte size, which counts from 256', [0x60, 0x00, 0x01], 512, 512, 0],
    ['eight-byte size', [0xc0, 0x58, 0, 0, 0, 0, 1, 0, 0, 0], 2 ** 21, 2 ** 32, 0],
    ['dictionary of two bytes', [0x02, 0x58, 0x34, 0x12], 2 ** 21, undefined, 0x1234],
  ])('header with %s', (_name, header, windowBytes, contentBytes, dictionaryId) => {
    const { pieces } = scan(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...header]), 64);
    expect(pieces[0]).toMatchObject({ header: { windowBytes, contentBytes, dictionaryId } });
  });
});

describe('what is wrong', () => {
  test('does not take away the frame before it in the same chunk', () => {
    const { pieces, problem } = scan(Buffer.concat([withChecksum, Buffer.from('garbage')]), 1_000_000);
    expect(problem).toBeDefined();
    expect(framesOf(pieces)).toEqual([withChecksum]);
  });

  test('a stream that ends inside a frame says so, wherever it ends', () => {
    for (let length = 1; length < withChecksum.length; length++)
      expect(scan(withChecksum.subarray(0, length), 50).problem).toBe(
        `ends inside a zstd frame at ${length}`,
      );
  });

  test.each([
    [
      'garbage after a frame',
      Buffer.concat([withChecksum, Buffer.from('garbage')]),
      `this is no zstd frame at ${withChecksum.length}`,
    ],
    [
      'zeros after a frame',
      Buffer.concat([withChecksum, Buffer.alloc(4)]),
      `this is no zstd frame at ${withChecksum.length}`,
    ],
    [
      'two bytes after a frame',
      Buffer.concat([withChecksum, Buffer.from('xx')]),
      `ends inside a zstd frame at ${withChecksum.length + 2}`,
    ],
    [
      'a reserved bit',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x08]),
      'a reserved bit of the frame header is set at 0',
    ],
    [
      'a reserved block type',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 7, 0, 0]),
      'a block of a reserved type at 0',
    ],
    ['another format', Buffer.from('\x1f\x8b\x08\0', 'latin1'), 'this is no zstd frame at 0'],
  ])('%s', (_name, stream, problem) => {
    expect(scan(stream, 1000).problem).toBe(problem);
  });

  test('random bytes end in a problem, never in a throw', () => {
    let seed = 7;
    for (let round = 0; round < 500; round++) {
      const noise = Uint8Array.from({ length: 300 }, () => {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        return seed >>> 24;
      });
      noise.set([0x28, 0xb5, 0x2f, 0xfd]);
      expect(scan(noise, 1 + (round % 40)).problem).toBeDefined();
    }
  });
});
