import type { Extent } from '../disc-tree/disc-tree.ts';
import { accepted, type DiscDecoded, readExactly, refused } from '../disc-tree/refusal.ts';
import {
  type AddressedImage,
  type AllocationKind,
  type BlockAddress,
  readAllocation,
  readBlock,
} from './allocation.ts';
import { type Descriptor, tags } from './descriptor-tag.ts';

/** What an information control block says of a file (ECMA-167 4/14.6, 14.9, 14.17). */
export interface FileEntry {
  /** 4/14.6.6: 4 a directory, 5 bytes, 12 a symbolic link … */
  readonly fileType: number;
  readonly sizeBytes: number;
  readonly extents: readonly Extent[];
  /** Of the block with the entry. */
  readonly offset: number;
  readonly isEmbedded: boolean;
}

const allocationKinds: readonly AllocationKind[] = ['short', 'long', 'extended', 'embedded'];
/** Strategy 4096 of write-once discs: a link for each time the file was changed. */
const chainMax = 256;
const entryTags = [tags.fileEntry, tags.extendedFileEntry];

/**
 * Strategy 4 is one entry. Strategy 4096 (UDF 2.60 §6.6) is a chain: in each extent an entry and behind it a block that
 * points to the next extent, or that was not written yet; the last entry is the file.
 */
export async function readFileEntry(
  udf: AddressedImage,
  address: BlockAddress,
): Promise<DiscDecoded<FileEntry>> {
  let current = address;
  for (let hops = 0; hops < chainMax; hops++) {
    const entry = await readBlock(udf, current, entryTags, 'a file entry');
    if (!entry.ok) return entry;
    const next = entry.value.bytes.readUInt16LE(20) === 4096 ? await nextInChain(udf, current) : undefined;
    if (next === undefined) return decodeEntry(udf, entry.value, current.partition);
    current = next;
  }
  return refused('loop', 0, `a file entry with more than ${chainMax} successors`);
}

/** ECMA-167 4/14.7: an indirect entry, whose long_ad at 36 is the next extent of the ICB. */
async function nextInChain(udf: AddressedImage, address: BlockAddress): Promise<BlockAddress | undefined> {
  const behind = { ...address, block: address.block + 1 };
  const indirect = await readBlock(udf, behind, [tags.indirectEntry], 'an indirect entry');
  if (!indirect.ok || (indirect.value.bytes.readUInt32LE(36) & 0x3fffffff) === 0) return undefined;
  const next = longAddress(indirect.value.bytes, 36);
  if (next.block === address.block && next.partition === address.partition) return undefined;
  const target = await readBlock(udf, next, entryTags, 'a file entry');
  return target.ok ? next : undefined;
}

/** long_ad (ECMA-167 4/14.14.2): length u32, block u32, partition u16, 6 more. */
export function longAddress(bytes: Buffer, at: number): BlockAddress {
  return { block: bytes.readUInt32LE(at + 4), partition: bytes.readUInt16LE(at + 8) };
}

/**
 *                  16     ICB tag 20  ─ strategy u16 at 20, file type u8 at 27, flags u16 at 34
 *     file entry:  56 size u64 │ 168 extended attributes' length u32 │ 172 list's length u32 │ 176 attributes, list
 *     extended:    56 size u64 │ 208                                 │ 212                   │ 216
 */
async function decodeEntry(
  udf: AddressedImage,
  { tag, bytes, offset }: Descriptor,
  partition: number,
): Promise<DiscDecoded<FileEntry>> {
  const head = tag === tags.fileEntry ? 176 : 216;
  const sizeBytes = Number(bytes.readBigUInt64LE(56));
  const listAt = head + bytes.readUInt32LE(head - 8);
  const listEnd = listAt + bytes.readUInt32LE(head - 4);
  if (listEnd > bytes.length)
    return refused(
      'malformed',
      offset + head - 8,
      'attributes and allocation descriptors longer than the block',
    );
  if (!Number.isSafeInteger(sizeBytes))
    return refused('too_large', offset + 56, `a file of ${sizeBytes} bytes`);
  const fileType = bytes.readUInt8(27);
  const kind = allocationKinds[bytes.readUInt16LE(34) & 7];
  if (kind === undefined)
    return refused('unsupported', offset + 34, 'an unknown kind of allocation descriptor');
  const common = { fileType, sizeBytes, offset, isEmbedded: kind === 'embedded' };
  if (kind === 'embedded')
    return sizeBytes > listEnd - listAt
      ? refused('malformed', offset + 56, 'a file larger than the block that it is embedded in')
      : accepted({
          ...common,
          extents: sizeBytes === 0 ? [] : [{ offsetBytes: offset + listAt, lengthBytes: sizeBytes }],
        });
  const list = bytes.subarray(listAt, listEnd);
  const extents = await readAllocation(udf, kind, list, { partition, sizeBytes, offset });
  return extents.ok ? accepted({ ...common, extents: extents.value }) : extents;
}

/** All of a file that is metadata itself; the caller says how large it may be. */
export async function readContent(
  { image }: AddressedImage,
  entry: FileEntry,
  maxBytes: number,
  what: string,
): Promise<DiscDecoded<Buffer>> {
  if (entry.sizeBytes > maxBytes)
    return refused('too_large', entry.offset, `${what} of ${entry.sizeBytes} bytes`);
  const pieces: Buffer[] = [];
  for (const { offsetBytes, lengthBytes } of entry.extents) {
    if (offsetBytes === undefined) {
      pieces.push(Buffer.alloc(lengthBytes));
      continue;
    }
    const piece = await readExactly(image, offsetBytes, lengthBytes, what);
    if (!piece.ok) return piece;
    pieces.push(piece.value);
  }
  return accepted(Buffer.concat(pieces));
}
