import type { Budget } from '../disc-tree/budget.ts';
import type { ByteReader } from '../disc-tree/disc-tree.ts';
import { accepted, type DiscDecoded, readExactly, refused } from '../disc-tree/refusal.ts';

/** What every part of the reader needs to read a descriptor. */
export interface UdfImage {
  readonly image: ByteReader;
  readonly budget: Budget;
  readonly blockBytes: number;
}

export interface Descriptor {
  readonly tag: number;
  /** The whole block. */
  readonly bytes: Buffer;
  readonly offset: number;
}

export const tagBytes = 16;

/** Descriptors by tag identifier (ECMA-167 3/7.2.1 and 4/7.2.1). */
export const tags = {
  primaryVolume: 1,
  anchor: 2,
  volumePointer: 3,
  partition: 5,
  logicalVolume: 6,
  terminating: 8,
  fileSet: 256,
  fileIdentifier: 257,
  allocationExtent: 258,
  indirectEntry: 259,
  terminalEntry: 260,
  fileEntry: 261,
  extendedFileEntry: 266,
} as const;

/**
 * A descriptor's tag (ECMA-167 3/7.2), everything little endian:
 *
 *     0     2        4         5    6        8     10      12
 *     +-----+--------+---------+----+--------+-----+-------+----------+
 *     | tag | version| checksum| 0  | serial | CRC | CRC   | location |
 *     | u16 | u16    | of 16   |    | u16    | u16 | bytes | u32      |
 *     +-----+--------+---------+----+--------+-----+-------+----------+
 *
 * Undefined when these bytes are not a descriptor. The location is for the anchor only: several mastering programs
 * write it wrong elsewhere, and checksum and CRC are enough to tell a descriptor from something else.
 */
export function readTag(bytes: Buffer): { tag: number; location: number } | undefined {
  if (bytes.length < tagBytes) return undefined;
  let sum = 0;
  for (let at = 0; at < tagBytes; at++) if (at !== 4) sum += bytes.readUInt8(at);
  const tag = bytes.readUInt16LE(0);
  const version = bytes.readUInt16LE(2);
  if ((sum & 0xff) !== bytes.readUInt8(4) || (version !== 2 && version !== 3)) return undefined;
  const crcLength = bytes.readUInt16LE(10);
  if (tagBytes + crcLength > bytes.length) return undefined;
  if (crc16(bytes.subarray(tagBytes, tagBytes + crcLength)) !== bytes.readUInt16LE(8)) return undefined;
  return { tag, location: bytes.readUInt32LE(12) };
}

/** One block that must be one of these descriptors. */
export async function readDescriptor(
  { image, budget, blockBytes }: UdfImage,
  offset: number,
  wanted: readonly number[],
  what: string,
): Promise<DiscDecoded<Descriptor>> {
  const spent = budget.spend('reads of metadata', 1, offset);
  if (spent !== undefined) return spent;
  const bytes = await readExactly(image, offset, blockBytes, what);
  if (!bytes.ok) return bytes;
  const found = readTag(bytes.value);
  if (found === undefined || !wanted.includes(found.tag))
    return refused('malformed', offset, `${what} is not there`);
  return accepted({ tag: found.tag, bytes: bytes.value, offset });
}

/** ECMA-167 3/7.2.6: polynomial x¹⁶ + x¹² + x⁵ + 1, from zero, most significant bit first. */
const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  return crc & 0xffff;
});

export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (crcTable[(crc >> 8) ^ byte] ?? 0);
  return crc;
}
