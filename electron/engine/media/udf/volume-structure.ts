import type { Budget } from '../disc-tree/budget.ts';
import type { ByteReader } from '../disc-tree/disc-tree.ts';
import { accepted, type DiscDecoded, readExactly, refused } from '../disc-tree/refusal.ts';
import { readTag, tagBytes, tags, type UdfImage } from './descriptor-tag.ts';
import { dstring } from './osta-text.ts';

/** ECMA-167 3/10.5, as far as a reader needs it. */
export interface Partition {
  readonly number: number;
  readonly startBlock: number;
  readonly lengthBlocks: number;
}

/** ECMA-167 3/10.6: the file system, its partitions in the order by which addresses name them. */
export interface LogicalVolume {
  readonly label: string;
  readonly blockBytes: number;
  /** Binary-coded decimal: 0x0250 is 2.50. */
  readonly revision: number;
  /** The file set descriptor. */
  readonly fileSet: { readonly block: number; readonly partition: number };
  readonly partitionMaps: readonly Buffer[];
  readonly offset: number;
}

export interface VolumeStructure {
  readonly volume: LogicalVolume;
  readonly partitions: readonly Partition[];
}

const recognitionStart = 32768;
const recognitionStep = 2048;
const recognitionMax = 64;
const descriptorsMax = 256;
const partitionMapsMax = 16;
/** 2048 on everything optical; a hard disk or an image of one has its own sectors. */
const blockSizes = [2048, 512, 4096, 1024] as const;

/** Whether the volume recognition sequence (ECMA-167 2/8.3, 3/9.1) names this standard; ISO 9660 may stand in it too. */
export async function isUdf(image: ByteReader): Promise<boolean> {
  for (let index = 0; index < recognitionMax; index++) {
    const at = recognitionStart + index * recognitionStep;
    if (at + 6 > image.sizeBytes) return false;
    const identifier = Buffer.from(await image.read(at + 1, 5)).toString('latin1');
    if (identifier === 'NSR02' || identifier === 'NSR03') return true;
    // Between two descriptors of a disc with blocks of 4096 bytes there is nothing.
    if (!['CD001', 'BEA01', 'BOOT2', 'CDW02', '\0\0\0\0\0'].includes(identifier)) return false;
  }
  return false;
}

export async function readVolumeStructure(
  image: ByteReader,
  budget: Budget,
): Promise<DiscDecoded<VolumeStructure>> {
  const anchor = await findAnchor(image);
  if (anchor === undefined) {
    const isCut = image.sizeBytes <= 256 * blockSizes[0];
    return isCut
      ? refused('truncated', image.sizeBytes, 'the image ends before its anchor at block 256')
      : refused('malformed', recognitionStart, 'UDF without an anchor volume descriptor pointer');
  }
  const udf = { image, budget, blockBytes: anchor.blockBytes };
  const main = await readSequence(udf, anchor.main);
  if (main.ok) return main;
  const reserve = await readSequence(udf, anchor.reserve);
  return reserve.ok ? reserve : main;
}

interface Area {
  readonly block: number;
  readonly lengthBytes: number;
}

/** ECMA-167 3/8.4.2.1: at block 256, at the last block, at 256 before it; the block's own number tells its size. */
async function findAnchor(
  image: ByteReader,
): Promise<{ blockBytes: number; main: Area; reserve: Area } | undefined> {
  for (const blockBytes of blockSizes) {
    const blocks = Math.floor(image.sizeBytes / blockBytes);
    for (const block of [256, blocks - 257, blocks - 1, 512]) {
      if (block <= 0 || block >= blocks) continue;
      const bytes = Buffer.from(await image.read(block * blockBytes, 512));
      const found = readTag(bytes);
      if (found?.tag !== tags.anchor || found.location !== block) continue;
      return { blockBytes, main: area(bytes, tagBytes), reserve: area(bytes, tagBytes + 8) };
    }
  }
  return undefined;
}

/** extent_ad (ECMA-167 3/7.1). */
function area(bytes: Buffer, at: number): Area {
  return { lengthBytes: bytes.readUInt32LE(at), block: bytes.readUInt32LE(at + 4) };
}

/** Of several descriptors for the same thing the one with the highest sequence number prevails (ECMA-167 3/8.4.3). */
async function readSequence(udf: UdfImage, first: Area): Promise<DiscDecoded<VolumeStructure>> {
  let volume: { order: number; bytes: Buffer; offset: number } | undefined;
  const partitions = new Map<number, { order: number; bytes: Buffer }>();
  let current = first;
  for (let index = 0, count = 0; index * udf.blockBytes < current.lengthBytes; index++, count++) {
    const offset = (current.block + index) * udf.blockBytes;
    if (count === descriptorsMax)
      return refused('too_large', offset, `more than ${descriptorsMax} volume descriptors`);
    const bytes = await readExactly(udf.image, offset, udf.blockBytes, 'a volume descriptor');
    if (!bytes.ok) return bytes;
    const tag = readTag(bytes.value)?.tag;
    if (tag === undefined || tag === tags.terminating) break;
    const order = bytes.value.readUInt32LE(16);
    if (tag === tags.volumePointer) {
      current = area(bytes.value, 20);
      index = -1;
    } else if (tag === tags.logicalVolume && order >= (volume?.order ?? 0))
      volume = { order, bytes: bytes.value, offset };
    else if (tag === tags.partition) {
      const number = bytes.value.readUInt16LE(22);
      if (order >= (partitions.get(number)?.order ?? 0))
        partitions.set(number, { order, bytes: bytes.value });
    }
  }
  if (volume === undefined)
    return refused('malformed', first.block * udf.blockBytes, 'no logical volume descriptor');
  const decoded = decodeLogicalVolume(volume.bytes, volume.offset);
  if (!decoded.ok) return decoded;
  return accepted({
    volume: decoded.value,
    partitions: [...partitions].map(([number, { bytes }]) => ({
      number,
      startBlock: bytes.readUInt32LE(188),
      lengthBlocks: bytes.readUInt32LE(192),
    })),
  });
}

function decodeLogicalVolume(bytes: Buffer, offset: number): DiscDecoded<LogicalVolume> {
  const blockBytes = bytes.readUInt32LE(212);
  if (![512, 1024, 2048, 4096].includes(blockBytes))
    return refused('malformed', offset + 212, `a logical block of ${blockBytes} bytes`);
  const end = 440 + bytes.readUInt32LE(264);
  const count = bytes.readUInt32LE(268);
  if (end > bytes.length || count > partitionMapsMax)
    return refused('malformed', offset + 264, 'a table of partition maps larger than its descriptor');
  const partitionMaps: Buffer[] = [];
  for (let at = 440; partitionMaps.length < count; ) {
    const length = at + 2 <= end ? bytes.readUInt8(at + 1) : 0;
    if (length < 6 || at + length > end)
      return refused('malformed', offset + at, 'a partition map is cut off');
    partitionMaps.push(bytes.subarray(at, at + length));
    at += length;
  }
  return accepted({
    label: dstring(bytes.subarray(84, 212)),
    blockBytes,
    revision: bytes.readUInt16LE(240),
    fileSet: { block: bytes.readUInt32LE(252), partition: bytes.readUInt16LE(256) },
    partitionMaps,
    offset,
  });
}
