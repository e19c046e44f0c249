import { crc32 } from 'node:zlib';
import { type Decoded, decoded, type Malformed, malformed } from '#shared/model/decoded.ts';

/**
 * An .xz file is a row of streams (".xz File Format" 1.2.1 §2), each read here from its end, without decompressing:
 *
 *     | FD 37 7A 58 5A 00 | flags 2 | CRC32 | blocks … | index | CRC32 | backward size 4 | flags 2 | 59 5A |  padding 4n zeros
 *     |------------- header 12 ------------|          |       |-------------- footer 12 --------------|
 *     index: 00, number of records, (unpadded size, uncompressed size) …, padding, CRC32; numbers in 7-bit groups
 */
export interface XzContainer {
  /** By the indexes; the decompressed data must have exactly this size. */
  readonly uncompressedBytes: number;
  readonly streams: readonly XzStream[];
}

interface XzStream {
  readonly offset: number;
  readonly check: XzCheck;
  /** The largest LZMA2 dictionary of the first block; 0 for a stream without blocks. */
  readonly dictionaryBytes: number;
  /** Names of filters before LZMA2 (`x86`, `delta` …); usually none. */
  readonly filters: readonly string[];
}

type XzCheck = 'none' | 'crc32' | 'crc64' | 'sha256' | 'unknown';

/** The reason of a file that is cut off inside a stream. */
export const noStreamEnd = 'does not end as an xz stream does';
/** The reason of a file that goes on, from `offset`, with something that is no xz stream. */
export const behindLastStream = 'something follows the last xz stream';

/** Random access to the file; `read` gives fewer bytes only at its end. */
export interface XzSource {
  readonly sizeBytes: number;
  readonly read: (offsetBytes: number, lengthBytes: number) => Promise<Uint8Array>;
}

const checks: ReadonlyMap<number, XzCheck> = new Map([
  [0, 'none'],
  [1, 'crc32'],
  [4, 'crc64'],
  [10, 'sha256'],
] as const);
const filterNames: ReadonlyMap<number, string> = new Map([
  [0x03, 'delta'],
  [0x04, 'x86'],
  [0x05, 'powerpc'],
  [0x06, 'ia64'],
  [0x07, 'arm'],
  [0x08, 'armthumb'],
  [0x09, 'sparc'],
  [0x0a, 'arm64'],
  [0x0b, 'riscv'],
]);
const headerMagic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const lzma2 = 0x21;
/** Bounds what a hostile index can make us hold: a record for every 64 KiB block of 100 TB. */
const indexMaxBytes = 64 * 2 ** 20;
const streamsMax = 10_000;
const paddingMaxBytes = 4096;
/** How far from the end a whole stream is looked for that something else was put behind. */
const searchMaxBytes = 2 ** 20;

/** Reads footers, indexes, headers and the first block header of every stream. */
export async function readXzContainer(source: XzSource): Promise<Decoded<XzContainer>> {
  const streams: XzStream[] = [];
  let uncompressedBytes = 0;
  for (let end = source.sizeBytes; end > 0; ) {
    if (streams.length >= streamsMax) return malformed(end, `more than ${streamsMax} xz streams`);
    const stream = await readStream(source, end - (await paddingBefore(source, end)));
    if (!stream.ok) return stream.reason === noStreamEnd ? cutOrFollowed(source, end) : stream;
    streams.unshift(stream.value.stream);
    uncompressedBytes += stream.value.uncompressedBytes;
    end = stream.value.stream.offset;
  }
  if (streams.length === 0) return malformed(0, 'empty');
  return decoded({ uncompressedBytes, streams });
}

/** Streams are whole fours (§2.2), so a footer of one can only end at one. A stream that begins after it was cut. */
async function cutOrFollowed(source: XzSource, end: number): Promise<Malformed> {
  const from = Math.max(0, end - searchMaxBytes) & ~3;
  const tail = await source.read(from, end - from);
  for (let at = tail.length & ~3; at >= 12; at -= 4) {
    if (tail[at - 2] !== 0x59 || tail[at - 1] !== 0x5a || !(await readStream(source, from + at)).ok) continue;
    const after = tail.subarray(at);
    const next = after.subarray(after.findIndex(byte => byte !== 0));
    const beginsAnother = headerMagic.every((byte, index) => next[index] === byte || index >= next.length);
    return beginsAnother ? malformed(end, noStreamEnd) : malformed(from + at, behindLastStream);
  }
  return malformed(end, noStreamEnd);
}

/** §2.2 Stream Padding: zeros in fours, behind any stream. */
async function paddingBefore(source: XzSource, end: number): Promise<number> {
  let padding = 0;
  while (padding + 4 <= end && padding < paddingMaxBytes) {
    const word = await source.read(end - padding - 4, 4);
    if (word.some(byte => byte !== 0)) break;
    padding += 4;
  }
  return padding;
}

async function readStream(
  source: XzSource,
  end: number,
): Promise<Decoded<{ stream: XzStream; uncompressedBytes: number }>> {
  const footer = view(await source.read(Math.max(0, end - 12), 12));
  if (end < 32 || footer.byteLength < 12 || footer.getUint16(10) !== 0x595a)
    return malformed(end, noStreamEnd);
  if (crc32(bytesOf(footer, 4, 6)) !== footer.getUint32(0, true))
    return malformed(end - 12, 'checksum of the footer is wrong');
  const indexBytes = (footer.getUint32(4, true) + 1) * 4;
  const indexAt = end - 12 - indexBytes;
  if (indexBytes > indexMaxBytes || indexAt < 12) return malformed(end - 8, 'index larger than the file');
  const index = readIndex(await source.read(indexAt, indexBytes), indexAt);
  if (!index.ok) return index;
  const offset = indexAt - index.value.blocksBytes - 12;
  if (offset < 0) return malformed(indexAt, 'the index describes more than the file holds');
  const header = view(await source.read(offset, 12));
  if (header.getUint32(0) !== 0xfd377a58 || header.getUint16(4) !== 0x5a00)
    return malformed(offset, 'no xz header where the index says');
  if (header.getUint16(6) !== footer.getUint16(8))
    return malformed(offset + 6, 'header and footer disagree about the check');
  if (crc32(bytesOf(header, 6, 2)) !== header.getUint32(8, true))
    return malformed(offset + 8, 'checksum of the header is wrong');
  const block =
    index.value.records === 0
      ? decoded({ dictionaryBytes: 0, filters: [] })
      : await readBlockHeader(source, offset + 12);
  if (!block.ok) return block;
  const check = checks.get(header.getUint8(7)) ?? 'unknown';
  return decoded({
    stream: { offset, check, ...block.value },
    uncompressedBytes: index.value.uncompressedBytes,
  });
}

interface Index {
  readonly records: number;
  readonly blocksBytes: number;
  readonly uncompressedBytes: number;
}

function readIndex(bytes: Uint8Array, at: number): Decoded<Index> {
  const index = view(bytes);
  const body = bytes.length - 4;
  if (crc32(bytes.subarray(0, body)) !== index.getUint32(body, true))
    return malformed(at, 'checksum of the index is wrong');
  if (bytes[0] !== 0) return malformed(at, 'no index where the footer says');
  let position = 1;
  const next = (): number => {
    const number = readNumber(bytes, position, body);
    position += number.length;
    return number.value;
  };
  const records = next();
  if (!(records <= body / 2)) return malformed(at + 1, `index of ${records} records`);
  let blocksBytes = 0;
  let uncompressedBytes = 0;
  for (let record = 0; record < records; record++) {
    const unpadded = next();
    blocksBytes += Math.ceil(unpadded / 4) * 4;
    uncompressedBytes += next();
  }
  // NaN from a number that runs out of the index ends here as well.
  if (!(position <= body && Number.isSafeInteger(blocksBytes + uncompressedBytes)))
    return malformed(at, 'index is cut off');
  return decoded({ records, blocksBytes, uncompressedBytes });
}

/** §3.1: size, flags, optional sizes, then filters of id, size of properties, properties. */
async function readBlockHeader(
  source: XzSource,
  at: number,
): Promise<Decoded<Pick<XzStream, 'dictionaryBytes' | 'filters'>>> {
  const [sizeByte = 0] = await source.read(at, 1);
  const size = (sizeByte + 1) * 4;
  const bytes = await source.read(at, size);
  if (sizeByte === 0 || bytes.length < size) return malformed(at, 'no block where the index says');
  if (crc32(bytes.subarray(0, size - 4)) !== view(bytes).getUint32(size - 4, true))
    return malformed(at, 'checksum of a block header is wrong');
  const flags = bytes[1] ?? 0;
  let position = 2;
  const next = (): number => {
    const number = readNumber(bytes, position, size - 4);
    position += number.length;
    return number.value;
  };
  if ((flags & 0x40) !== 0) next();
  if ((flags & 0x80) !== 0) next();
  const filters: string[] = [];
  let dictionaryBytes = 0;
  for (let filter = 0; filter <= (flags & 3); filter++) {
    const id = next();
    const propertiesBytes = next();
    if (id === lzma2) dictionaryBytes = dictionarySize(bytes[position] ?? 0);
    else filters.push(filterNames.get(id) ?? `filter ${id}`);
    position += propertiesBytes;
  }
  return decoded({ dictionaryBytes, filters });
}

/** §5.3.1: 2 or 3 shifted by half the value; 40 means 4 GiB - 1. */
function dictionarySize(property: number): number {
  if (property > 40) return Number.POSITIVE_INFINITY;
  return (2 | (property & 1)) * 2 ** ((property >>> 1) + 11);
}

/** §1.2: seven bits a byte, least significant first, at most nine bytes. NaN when it is cut off or too long. */
function readNumber(bytes: Uint8Array, at: number, end: number): { value: number; length: number } {
  let value = 0;
  for (let length = 1; length <= 9 && at + length <= end; length++) {
    const byte = bytes[at + length - 1] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (length - 1));
    if (byte < 0x80) return { value, length };
  }
  return { value: Number.NaN, length: 9 };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function bytesOf(data: DataView, offset: number, length: number): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset + offset, length);
}
