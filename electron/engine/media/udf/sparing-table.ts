import { accepted, type DiscDecoded, refused } from '../disc-tree/refusal.ts';
import { readTag, type UdfImage } from './descriptor-tag.ts';

/** Bad packets of a rewritable disc and the blocks of the disc that stand in for them. */
export interface SparingTable {
  readonly packetBlocks: number;
  /** First block of a packet, counted from the partition's start → first block on the disc. */
  readonly moved: ReadonlyMap<number, number>;
}

const identifier = '*UDF Sparing Table';
const tableMaxBytes = 2 ** 20;
/** Marks of packets that are free (−1) or broken themselves (−16). */
const firstMark = 0xfffffff0;

/**
 * A sparable partition map (UDF 2.60 §2.2.9) names up to four copies of one table (§2.2.12); the one with the highest
 * sequence number counts.
 *
 *     map:    40 packet length u16 │ 42 number of tables u8 │ 44 size of each u32 │ 48 places, u32 each
 *     table:  16 identifier 32 │ 48 number of entries u16 │ 52 sequence u32 │ 56 (original u32, mapped u32) …
 */
export async function readSparingTable(
  { image, blockBytes }: UdfImage,
  map: Buffer,
): Promise<DiscDecoded<SparingTable>> {
  const packetBlocks = map.readUInt16LE(40);
  const sizeBytes = map.readUInt32LE(44);
  if (packetBlocks === 0 || sizeBytes > tableMaxBytes || sizeBytes < 56)
    return refused('malformed', 0, `a sparing table of ${sizeBytes} bytes for packets of ${packetBlocks}`);
  let best: { sequence: number; bytes: Buffer } | undefined;
  for (let index = 0; index < Math.min(4, map.readUInt8(42)); index++) {
    const offset = map.readUInt32LE(48 + index * 4) * blockBytes;
    if (offset + sizeBytes > image.sizeBytes) continue;
    const bytes = Buffer.from(await image.read(offset, sizeBytes));
    if (bytes.length < sizeBytes || readTag(bytes)?.tag !== 0) continue;
    if (!bytes.toString('latin1', 17, 40).startsWith(identifier)) continue;
    const sequence = bytes.readUInt32LE(52);
    if (best === undefined || sequence > best.sequence) best = { sequence, bytes };
  }
  if (best === undefined) return refused('malformed', 0, 'a sparable partition without a sparing table');
  return accepted({ packetBlocks, moved: movedPackets(best.bytes) });
}

function movedPackets(bytes: Buffer): Map<number, number> {
  const moved = new Map<number, number>();
  const end = Math.min(56 + bytes.readUInt16LE(48) * 8, bytes.length);
  for (let at = 56; at + 8 <= end; at += 8) {
    const original = bytes.readUInt32LE(at);
    if (original < firstMark) moved.set(original, bytes.readUInt32LE(at + 4));
  }
  return moved;
}
