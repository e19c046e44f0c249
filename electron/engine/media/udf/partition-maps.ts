import type { Extent } from '../disc-tree/disc-tree.ts';
import { appendExtent } from '../disc-tree/read-tree.ts';
import { accepted, type DiscDecoded, refused } from '../disc-tree/refusal.ts';
import type { BlockAddress, Locate } from './allocation.ts';
import type { UdfImage } from './descriptor-tag.ts';
import { type FileEntry, readFileEntry } from './icb.ts';
import { readSparingTable } from './sparing-table.ts';
import { findVirtualAllocationTable } from './virtual-allocation.ts';
import type { LogicalVolume, Partition, VolumeStructure } from './volume-structure.ts';

/** From a block of one partition map on: where the bytes lie. */
type LocateBlock = (block: number, lengthBytes: number) => DiscDecoded<readonly Extent[]>;

const piecesMax = 4096;
const metadataFileTypes = new Set([250, 251]);

/**
 * The partition maps of a logical volume (ECMA-167 3/10.7, UDF 2.60 §2.2.8–2.2.10) as one function of logical addresses.
 * A physical map is a piece of the disc; a sparable one has bad packets moved elsewhere; a virtual one looks every block
 * up in a table; a metadata one counts the blocks of a file. The last two lie on top of a map of the first two kinds.
 */
export async function readPartitionMaps(
  udf: UdfImage,
  { volume, partitions }: VolumeStructure,
): Promise<DiscDecoded<Locate>> {
  const maps: LocateBlock[] = [];
  for (const [index, bytes] of volume.partitionMaps.entries()) {
    const map = await readMap(udf, bytes, volume, partitions, baseOf(volume, index, maps));
    if (!map.ok) return map;
    maps.push(map.value);
  }
  return accepted(locateIn(maps));
}

function locateIn(maps: readonly LocateBlock[]): Locate {
  return ({ block, partition }: BlockAddress, lengthBytes) =>
    maps[partition]?.(block, lengthBytes) ??
    refused('malformed', 0, `an address in partition ${partition} of ${maps.length}`);
}

interface BaseMap {
  readonly index: number;
  readonly locate: Locate;
}

/** The earlier map of the same partition number: §2.2.10 has the base map before what lies on it. */
function baseOf(volume: LogicalVolume, index: number, maps: readonly LocateBlock[]): BaseMap | undefined {
  const number = partitionNumber(volume.partitionMaps[index]);
  const base = volume.partitionMaps.findIndex(
    (bytes, at) => at < maps.length && partitionNumber(bytes) === number,
  );
  return number === undefined || base === -1 ? undefined : { index: base, locate: locateIn(maps) };
}

function partitionNumber(bytes: Buffer | undefined): number | undefined {
  if (bytes === undefined) return undefined;
  return bytes.readUInt8(0) === 1
    ? bytes.readUInt16LE(4)
    : bytes.length >= 40
      ? bytes.readUInt16LE(38)
      : undefined;
}

async function readMap(
  udf: UdfImage,
  bytes: Buffer,
  { offset }: LogicalVolume,
  partitions: readonly Partition[],
  base: BaseMap | undefined,
): Promise<DiscDecoded<LocateBlock>> {
  const partition = partitions.find(({ number }) => number === partitionNumber(bytes));
  if (partition === undefined) return refused('malformed', offset, 'a partition map without its partition');
  if (bytes.readUInt8(0) === 1) return accepted(physicalMap(udf, partition));
  const name = bytes.length === 64 ? bytes.toString('latin1', 5, 28).replace(/\0.*$/s, '') : '';
  if (name === '*UDF Sparable Partition') return sparableMap(udf, bytes, partition);
  if (base === undefined) return refused('unsupported', offset, `a partition map ${JSON.stringify(name)}`);
  if (name === '*UDF Virtual Partition') return virtualMap(udf, partition, base);
  if (name === '*UDF Metadata Partition') return metadataMap(udf, bytes, base);
  return refused('unsupported', offset, `a partition map ${JSON.stringify(name)}`);
}

function physicalMap({ blockBytes }: UdfImage, { startBlock, lengthBlocks }: Partition): LocateBlock {
  return (block, lengthBytes) => {
    const offsetBytes = (startBlock + block) * blockBytes;
    return block + Math.ceil(lengthBytes / blockBytes) > lengthBlocks
      ? refused(
          'malformed',
          offsetBytes,
          `block ${block} lies outside its partition of ${lengthBlocks} blocks`,
        )
      : accepted([{ offsetBytes, lengthBytes }]);
  };
}

async function sparableMap(
  udf: UdfImage,
  bytes: Buffer,
  partition: Partition,
): Promise<DiscDecoded<LocateBlock>> {
  const table = await readSparingTable(udf, bytes);
  if (!table.ok) return table;
  const { packetBlocks, moved } = table.value;
  const physical = physicalMap(udf, partition);
  if (moved.size === 0) return accepted(physical);
  return accepted((block, lengthBytes) =>
    inUnits(udf, block, lengthBytes, packetBlocks, (at, length) => {
      const target = moved.get(at - (at % packetBlocks));
      return target === undefined
        ? physical(at, length)
        : accepted([{ offsetBytes: (target + (at % packetBlocks)) * udf.blockBytes, lengthBytes: length }]);
    }),
  );
}

async function virtualMap(
  udf: UdfImage,
  partition: Partition,
  base: BaseMap,
): Promise<DiscDecoded<LocateBlock>> {
  const table = await findVirtualAllocationTable({ ...udf, locate: base.locate }, partition, base.index);
  if (!table.ok) return table;
  const physical = (block: number, length: number) => base.locate({ block, partition: base.index }, length);
  return accepted((block, lengthBytes) =>
    inUnits(udf, block, lengthBytes, 1, (at, length) => {
      const target = table.value[at];
      return target === undefined || target === 0xffffffff
        ? refused('malformed', 0, `block ${at} is not in the virtual allocation table`)
        : physical(target, length);
    }),
  );
}

/** UDF 2.60 §2.2.10: the metadata file, or its mirror when that cannot be read. */
async function metadataMap(udf: UdfImage, bytes: Buffer, base: BaseMap): Promise<DiscDecoded<LocateBlock>> {
  const addressed = { ...udf, locate: base.locate };
  const file = async (at: number): Promise<DiscDecoded<FileEntry>> => {
    const entry = await readFileEntry(addressed, { block: bytes.readUInt32LE(at), partition: base.index });
    return entry.ok && !metadataFileTypes.has(entry.value.fileType)
      ? refused('malformed', entry.value.offset, 'the metadata file is another file')
      : entry;
  };
  const main = await file(40);
  const found = main.ok ? main : await file(44);
  if (!found.ok) return found;
  return accepted((block, lengthBytes) => slice(found.value, block * udf.blockBytes, lengthBytes));
}

/** A piece of a file, as extents. */
function slice(
  { extents, sizeBytes, offset }: FileEntry,
  fromBytes: number,
  lengthBytes: number,
): DiscDecoded<readonly Extent[]> {
  if (fromBytes + lengthBytes > sizeBytes)
    return refused('malformed', offset, `byte ${fromBytes + lengthBytes} of a metadata file of ${sizeBytes}`);
  const pieces: Extent[] = [];
  let start = 0;
  for (const extent of extents) {
    const from = Math.max(fromBytes, start);
    const to = Math.min(fromBytes + lengthBytes, start + extent.lengthBytes);
    if (to > from)
      appendExtent(pieces, {
        offsetBytes: extent.offsetBytes === undefined ? undefined : extent.offsetBytes + from - start,
        lengthBytes: to - from,
      });
    start += extent.lengthBytes;
  }
  return accepted(pieces);
}

/** Locates block by block, or packet by packet, and joins what lies together. */
function inUnits(
  { budget, blockBytes }: UdfImage,
  firstBlock: number,
  lengthBytes: number,
  unitBlocks: number,
  locate: LocateBlock,
): DiscDecoded<readonly Extent[]> {
  const pieces: Extent[] = [];
  for (let block = firstBlock, left = lengthBytes; left > 0; ) {
    const inUnit = (unitBlocks - (block % unitBlocks)) * blockBytes;
    const length = Math.min(left, inUnit);
    const spent = budget.spend('blocks to look up', 1, 0);
    const piece = spent ?? locate(block, length);
    if (!piece.ok) return piece;
    if (pieces.length > piecesMax) return refused('too_large', 0, `a file in more than ${piecesMax} pieces`);
    for (const extent of piece.value) appendExtent(pieces, extent);
    block += inUnit / blockBytes;
    left -= length;
  }
  return accepted(pieces);
}
