import { accepted, type DiscDecoded, refused } from '../disc-tree/refusal.ts';
import type { AddressedImage } from './allocation.ts';
import { readTag, tags } from './descriptor-tag.ts';
import { type FileEntry, readContent, readFileEntry } from './icb.ts';
import type { Partition } from './volume-structure.ts';

const tableFileType = 248;
/** UDF 1.50 has no file type for it and tells it by its last 36 bytes (§2.2.10 there). */
const unspecifiedFileType = 0;
const oldIdentifier = '*UDF Virtual Alloc Tbl';
const oldTailBytes = 36;
const tableMaxBytes = 16 * 2 ** 20;
/** The table's entry is the last block that was recorded; images of such discs are often padded. */
const searchBlocks = 256;

/** The virtual allocation table (UDF 2.60 §2.2.11): virtual block → block of the partition. */
export async function findVirtualAllocationTable(
  udf: AddressedImage,
  { startBlock }: Partition,
  partition: number,
): Promise<DiscDecoded<Uint32Array>> {
  const { image, blockBytes } = udf;
  const last = Math.floor(image.sizeBytes / blockBytes) - 1;
  const lowest = Math.max(startBlock, last - searchBlocks);
  for (let block = last; block >= lowest; block--) {
    const tag = readTag(Buffer.from(await image.read(block * blockBytes, blockBytes)))?.tag;
    if (tag !== tags.fileEntry && tag !== tags.extendedFileEntry) continue;
    const entry = await readFileEntry(udf, { block: block - startBlock, partition });
    if (!entry.ok || !isTableType(entry.value)) continue;
    const content = await readContent(udf, entry.value, tableMaxBytes, 'the virtual allocation table');
    if (!content.ok) continue;
    const table = tableOf(entry.value, content.value);
    if (table !== undefined) return accepted(table);
  }
  return refused('malformed', last * blockBytes, 'a virtual partition without its allocation table');
}

function isTableType({ fileType }: FileEntry): boolean {
  return fileType === tableFileType || fileType === unspecifiedFileType;
}

/** Since UDF 2.00 there is a header, whose first u16 is its length. */
function tableOf({ fileType }: FileEntry, content: Buffer): Uint32Array | undefined {
  if (fileType === tableFileType)
    return content.length < 2 ? undefined : numbers(content.subarray(content.readUInt16LE(0)));
  if (content.length < oldTailBytes) return undefined;
  const end = content.length - oldTailBytes;
  const name = content.toString('latin1', end + 1, end + 1 + oldIdentifier.length);
  return name === oldIdentifier ? numbers(content.subarray(0, end)) : undefined;
}

function numbers(bytes: Buffer): Uint32Array {
  return Uint32Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readUInt32LE(index * 4));
}
