import { type Decoded, decoded, type Malformed, malformed } from '#shared/model/decoded.ts';

/**
 * A zstd stream is a row of frames (RFC 8878 §3.1):
 *
 *     data frame       | FD2FB528 | descriptor 1 | window 0-1 | dictionary 0-4 | content size 0-8 | blocks | checksum 0-4 |
 *     block            | 3 bytes: last 1 bit, type 2 bits, size 21 bits | size bytes, or 1 byte when type is RLE |
 *     skippable frame  | 184D2A50 … 5F | size 4 | that many bytes |
 *
 * This walks the frames without decompressing them. Needed because Node 24's `createZstdDecompress` stops silently after
 * a frame that ends inside a chunk: files of several frames (pzstd, `cat a.zst b.zst`) would come out short.
 */
interface ZstdFrameHeader {
  /** What a decoder has to keep in memory. */
  readonly windowBytes: number;
  /** Decompressed size, if the frame says so. */
  readonly contentBytes: number | undefined;
  /** 0 when none is needed. */
  readonly dictionaryId: number;
}

/** What a chunk held, in order. Skippable frames are left out. */
export type ZstdPiece =
  | { readonly kind: 'frame-start'; readonly offset: number; readonly header: ZstdFrameHeader }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'frame-end'; readonly offset: number };

export interface ZstdFrameScanner {
  /** Takes the next chunk: the pieces up to its end or up to a problem, after which the scanner is of no more use. */
  readonly push: (chunk: Uint8Array) => {
    readonly pieces: ZstdPiece[];
    readonly problem: Malformed | undefined;
  };
  /** After the last chunk: malformed when the stream ends inside a frame. */
  readonly finish: () => Decoded<undefined>;
}

/** The reason for bytes between frames that begin none. */
export const noFrame = 'this is no zstd frame';

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;

type State =
  | { readonly kind: 'field'; readonly field: Field; readonly length: number; readonly got: number[] }
  | { readonly kind: 'skip'; remaining: number; readonly next: Next };
type Field = 'magic' | 'skip-size' | 'descriptor' | 'header' | 'block' | 'checksum';
type Next = 'magic' | 'block' | 'frame-end';

const lengths: Readonly<Record<Exclude<Field, 'header'>, number>> = {
  magic: 4,
  'skip-size': 4,
  descriptor: 1,
  block: 3,
  checksum: 4,
};

export function createZstdFrameScanner(): ZstdFrameScanner {
  let offset = 0;
  let frameOffset = 0;
  let inFrame = false;
  let hasChecksum = false;
  let descriptor = 0;
  let state: State = field('magic');
  let pieces: ZstdPiece[] = [];

  /** Joined to the piece before where it goes on from there: one piece a chunk and frame, not two a block. */
  const emit = (chunk: Uint8Array, from: number, to: number): void => {
    const last = pieces.at(-1);
    const joins =
      last?.kind === 'bytes' &&
      last.bytes.buffer === chunk.buffer &&
      last.bytes.byteOffset + last.bytes.length === chunk.byteOffset + from;
    if (joins)
      pieces[pieces.length - 1] = { kind: 'bytes', bytes: chunk.subarray(from - last.bytes.length, to) };
    else pieces.push({ kind: 'bytes', bytes: chunk.subarray(from, to) });
  };

  /** A field is complete: says what comes next, or what is wrong. */
  const take = (name: Field, bytes: readonly number[]): State | string => {
    const value = littleEndian(bytes);
    switch (name) {
      case 'magic':
        if (value === frameMagic) return field('descriptor');
        if ((value & 0xfffffff0) >>> 0 === skippableMagic) return field('skip-size');
        return noFrame;
      case 'skip-size':
        return skip(value, 'magic');
      case 'descriptor':
        if ((value & 8) !== 0) return 'a reserved bit of the frame header is set';
        descriptor = value;
        hasChecksum = (value & 4) !== 0;
        return { kind: 'field', field: 'header', length: headerLength(value), got: [] };
      case 'header': {
        const header = readHeader(descriptor, bytes);
        pieces.push({ kind: 'frame-start', offset: frameOffset, header });
        pieces.push({
          kind: 'bytes',
          bytes: Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, descriptor, ...bytes]),
        });
        inFrame = true;
        return field('block');
      }
      case 'block': {
        const type = (value >>> 1) & 3;
        if (type === 3) return 'a block of a reserved type';
        const isLast = (value & 1) === 1;
        const next = !isLast ? 'block' : 'frame-end';
        return skip(type === 1 ? 1 : value >>> 3, next);
      }
      case 'checksum':
        return endFrame();
    }
  };

  const endFrame = (): State => {
    inFrame = false;
    pieces.push({ kind: 'frame-end', offset });
    return field('magic');
  };

  const afterSkip = (next: Next): State => {
    if (next === 'frame-end') return hasChecksum ? field('checksum') : endFrame();
    return field(next);
  };

  /** Moves over `chunk` from `at`; gives the place where the next step begins, or what is wrong. */
  const step = (chunk: Uint8Array, at: number): number | string => {
    if (state.kind === 'skip') {
      const length = Math.min(state.remaining, chunk.length - at);
      if (inFrame && length > 0) emit(chunk, at, at + length);
      state.remaining -= length;
      offset += length;
      if (state.remaining === 0) state = afterSkip(state.next);
      return at + length;
    }
    const length = Math.min(state.length - state.got.length, chunk.length - at);
    if (state.field === 'magic' && state.got.length === 0) frameOffset = offset;
    if (inFrame && length > 0) emit(chunk, at, at + length);
    state.got.push(...chunk.subarray(at, at + length));
    offset += length;
    if (state.got.length < state.length) return at + length;
    const next = take(state.field, state.got);
    if (typeof next === 'string') return next;
    state = next;
    return at + length;
  };

  return {
    push(chunk) {
      pieces = [];
      let at = 0;
      // A step that needs no more bytes (an empty block, a header without fields) is taken at the end of a chunk too.
      while (at < chunk.length || needsNothing(state)) {
        const next = step(chunk, at);
        if (typeof next === 'string') return { pieces, problem: malformed(frameOffset, next) };
        at = next;
      }
      return { pieces, problem: undefined };
    },
    finish() {
      const atBoundary = state.kind === 'field' && state.field === 'magic' && state.got.length === 0;
      return atBoundary ? decoded(undefined) : malformed(offset, 'ends inside a zstd frame');
    },
  };
}

function field(name: Exclude<Field, 'header'>): State {
  return { kind: 'field', field: name, length: lengths[name], got: [] };
}

function skip(remaining: number, next: Next): State {
  return { kind: 'skip', remaining, next };
}

function needsNothing(state: State): boolean {
  return state.kind === 'skip' ? state.remaining === 0 : state.length === 0;
}

/** RFC 8878 §3.1.1.1: window descriptor unless single segment, dictionary id, content size. */
function headerLength(descriptor: number): number {
  const { windowBytes, dictionaryBytes, contentBytes } = fieldLengths(descriptor);
  return windowBytes + dictionaryBytes + contentBytes;
}

function fieldLengths(
  descriptor: number,
): Record<'windowBytes' | 'dictionaryBytes' | 'contentBytes', number> {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >>> 6;
  return {
    windowBytes: isSingleSegment ? 0 : 1,
    dictionaryBytes: [0, 1, 2, 4][descriptor & 3] ?? 0,
    contentBytes: sizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 2 ** sizeFlag,
  };
}

function readHeader(descriptor: number, bytes: readonly number[]): ZstdFrameHeader {
  const lengthOf = fieldLengths(descriptor);
  const dictionaryEnd = lengthOf.windowBytes + lengthOf.dictionaryBytes;
  const stored = littleEndian(bytes.slice(dictionaryEnd));
  const contentBytes =
    lengthOf.contentBytes === 0 ? undefined : lengthOf.contentBytes === 2 ? stored + 256 : stored;
  const window = bytes[0] ?? 0;
  const windowBase = 2 ** (10 + (window >>> 3));
  return {
    windowBytes:
      lengthOf.windowBytes === 0 ? (contentBytes ?? 0) : windowBase + (windowBase / 8) * (window & 7),
    contentBytes,
    dictionaryId: littleEndian(bytes.slice(lengthOf.windowBytes, dictionaryEnd)),
  };
}

/** Up to eight bytes; sizes above 2^53 lose precision, which nobody can tell from a lie. */
function littleEndian(bytes: readonly number[]): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}
