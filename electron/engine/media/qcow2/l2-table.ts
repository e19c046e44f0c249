import { type Qcow2Decoded, refused } from './refusal.ts';

/** A run of the virtual disk and where its content is in the file. */
export type Extent =
  | { readonly kind: 'zero'; readonly lengthBytes: number }
  | { readonly kind: 'data'; readonly hostOffset: number; readonly lengthBytes: number }
  | {
      readonly kind: 'compressed';
      readonly hostOffset: number;
      /** Upper bound, in whole sectors: the stream may end before. */
      readonly compressedBytes: number;
      readonly lengthBytes: number;
    };

export interface L2Geometry {
  readonly version: 2 | 3;
  readonly clusterBits: number;
  readonly extendedL2: boolean;
}

/** Bits 9-55: a host offset. All such offsets are multiples of 512 below 2^56, so a double holds them exactly. */
const offsetMask = 0x00ff_ffff_ffff_fe00n;
const compressedFlag = 1n << 62n;
const copiedFlag = 1n << 63n;
const zeroFlag = 1n;
/** Reserved in an L2 entry: bits 1-8 and 56-61. In an L1 entry: bits 0-8 and 56-62. */
const l2Reserved = 0x3f00_0000_0000_01fen;
const l1Reserved = 0x7f00_0000_0000_01ffn;

/** The host offset of an L2 table; 0 when nothing is allocated there. */
export function decodeL1Entry(entry: bigint, clusterBits: number, at: number): Qcow2Decoded<number> {
  const offset = Number(entry & offsetMask);
  if ((entry & l1Reserved) !== 0n) return refused('bad_table', at, 'reserved bits are set in an L1 entry');
  if (offset % 2 ** clusterBits !== 0)
    return refused('bad_table', at, `L2 table offset ${offset} is not on a cluster boundary`);
  return { ok: true, value: offset };
}

/**
 * An L2 table is one cluster of 8-byte entries, or of 16-byte ones with a subcluster bitmap ("Extended L2 Entries").
 *
 *     standard    |63 copied|62 = 0|61-56 0|55 … 9 host offset|8-1 0|0 reads as zeros|
 *     compressed  |63 = 0   |62 = 1|61 … x additional sectors|x-1 … 0 host byte offset|     x = 70 - cluster bits
 *     bitmap      |63 … 32 subcluster reads as zeros|31 … 0 subcluster is allocated|
 *
 * Gives the extents of the first `guestBytes` of what the table covers, neighbours joined. `tableOffset` is for messages.
 */
export function decodeL2Table(
  table: Uint8Array,
  tableOffset: number,
  guestBytes: number,
  geometry: L2Geometry,
): Qcow2Decoded<Extent[]> {
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  const clusterSize = 2 ** geometry.clusterBits;
  const entrySize = geometry.extendedL2 ? 16 : 8;
  const extents: Extent[] = [];
  for (let index = 0, left = guestBytes; left > 0; index++, left -= clusterSize) {
    const at = index * entrySize;
    if (at + entrySize > table.length) return refused('bad_table', tableOffset, 'L2 table is too short');
    const entry = view.getBigUint64(at);
    const lengthBytes = Math.min(clusterSize, left);
    const cluster =
      (entry & compressedFlag) !== 0n
        ? compressedCluster(entry, lengthBytes, geometry.clusterBits, tableOffset + at)
        : geometry.extendedL2
          ? subclusters(entry, view.getBigUint64(at + 8), lengthBytes, clusterSize, tableOffset + at)
          : standardCluster(entry, lengthBytes, geometry, tableOffset + at);
    if (!cluster.ok) return cluster;
    for (const extent of cluster.value) append(extents, extent);
  }
  return { ok: true, value: extents };
}

function standardCluster(
  entry: bigint,
  lengthBytes: number,
  geometry: L2Geometry,
  at: number,
): Qcow2Decoded<Extent[]> {
  const hostOffset = Number(entry & offsetMask);
  if ((entry & l2Reserved) !== 0n) return refused('bad_table', at, 'reserved bits are set in an L2 entry');
  if (hostOffset % 2 ** geometry.clusterBits !== 0)
    return refused('bad_table', at, `cluster offset ${hostOffset} is not on a cluster boundary`);
  if ((entry & zeroFlag) !== 0n) {
    if (geometry.version === 2) return refused('bad_table', at, 'a zero cluster in a version 2 image');
    return { ok: true, value: [{ kind: 'zero', lengthBytes }] };
  }
  if (hostOffset === 0)
    return (entry & copiedFlag) === 0n
      ? { ok: true, value: [{ kind: 'zero', lengthBytes }] }
      : refused('bad_table', at, 'a cluster that claims to be the header');
  return { ok: true, value: [{ kind: 'data', hostOffset, lengthBytes }] };
}

function compressedCluster(
  entry: bigint,
  lengthBytes: number,
  clusterBits: number,
  at: number,
): Qcow2Decoded<Extent[]> {
  if ((entry & copiedFlag) !== 0n)
    return refused('bad_table', at, 'a compressed cluster with the copied flag');
  const offsetBits = BigInt(70 - clusterBits);
  const hostOffset = Number(entry & ((1n << offsetBits) - 1n));
  const moreSectors = Number((entry & (compressedFlag - 1n)) >> offsetBits);
  const compressedBytes = (moreSectors + 1) * 512 - (hostOffset % 512);
  return { ok: true, value: [{ kind: 'compressed', hostOffset, compressedBytes, lengthBytes }] };
}

function subclusters(
  entry: bigint,
  bitmap: bigint,
  clusterBytes: number,
  clusterSize: number,
  at: number,
): Qcow2Decoded<Extent[]> {
  const base = Number(entry & offsetMask);
  if ((entry & (l2Reserved | zeroFlag)) !== 0n)
    return refused('bad_table', at, 'reserved bits are set in an L2 entry');
  if (base % clusterSize !== 0)
    return refused('bad_table', at, `cluster offset ${base} is not on a cluster boundary`);
  const allocated = Number(bitmap & 0xffff_ffffn);
  const zero = Number(bitmap >> 32n);
  if ((allocated & zero) !== 0)
    return refused('bad_table', at + 8, 'a subcluster is both allocated and zero');
  if (allocated !== 0 && base === 0) return refused('bad_table', at + 8, 'a subcluster is allocated nowhere');
  const size = clusterSize / 32;
  const extents: Extent[] = [];
  for (let index = 0; index * size < clusterBytes; index++) {
    const lengthBytes = Math.min(size, clusterBytes - index * size);
    if (((allocated >>> index) & 1) === 0) append(extents, { kind: 'zero', lengthBytes });
    else append(extents, { kind: 'data', hostOffset: base + index * size, lengthBytes });
  }
  return { ok: true, value: extents };
}

/** Joins `extent` to the last one where the content goes on seamlessly. */
function append(extents: Extent[], extent: Extent): void {
  const last = extents.at(-1);
  if (last?.kind === 'zero' && extent.kind === 'zero')
    extents[extents.length - 1] = { kind: 'zero', lengthBytes: last.lengthBytes + extent.lengthBytes };
  else if (
    last?.kind === 'data' &&
    extent.kind === 'data' &&
    last.hostOffset + last.lengthBytes === extent.hostOffset
  )
    extents[extents.length - 1] = { ...last, lengthBytes: last.lengthBytes + extent.lengthBytes };
  else extents.push(extent);
}
