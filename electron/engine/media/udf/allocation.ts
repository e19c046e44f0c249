import type { Extent } from '../disc-tree/disc-tree.ts';
import { appendExtent } from '../disc-tree/read-tree.ts';
import { accepted, type DiscDecoded, type DiscRefusal, refused } from '../disc-tree/refusal.ts';
import { type Descriptor, readDescriptor, tags, type UdfImage } from './descriptor-tag.ts';

/** A logical block: of which partition map (lb_addr, ECMA-167 4/7.1). */
export interface BlockAddress {
  readonly block: number;
  readonly partition: number;
}

/** Where the bytes from a logical block on lie in the image; in order, together exactly `lengthBytes`. */
export type Locate = (address: BlockAddress, lengthBytes: number) => DiscDecoded<readonly Extent[]>;

export interface AddressedImage extends UdfImage {
  readonly locate: Locate;
}

/** The lists of ICB flags bits 0–2 (ECMA-167 4/14.6.8). */
export type AllocationKind = 'short' | 'long' | 'extended' | 'embedded';

const descriptorBytes = { short: 8, long: 16, extended: 20 } as const;
/** A list of descriptors goes on in blocks of 100 and more; a file of 1 TiB needs 1024 descriptors. */
const continuationsMax = 1000;
const extentsMax = 4096;

/**
 * A file's extents from its list of allocation descriptors (ECMA-167 4/14.14). The upper two bits of a length: 0 recorded,
 * 1 and 2 not recorded, which reads as zeros, 3 the list goes on there. A length of 0 ends it.
 */
export async function readAllocation(
  udf: AddressedImage,
  kind: Exclude<AllocationKind, 'embedded'>,
  list: Buffer,
  owner: { readonly partition: number; readonly sizeBytes: number; readonly offset: number },
): Promise<DiscDecoded<Extent[]>> {
  const extents: Extent[] = [];
  let missing = owner.sizeBytes;
  let bytes = list;
  for (let continuations = 0; ; continuations++) {
    const next = appendDescriptors(udf, kind, bytes, owner, extents, missing);
    if (!next.ok) return next;
    missing = next.value.missing;
    if (missing === 0) return accepted(extents);
    if (
      next.value.goesOnAt === undefined &&
      extendInLastBlock(extents, owner.sizeBytes, missing, udf.blockBytes)
    )
      return accepted(extents);
    if (next.value.goesOnAt === undefined || continuations === continuationsMax)
      return refused(
        'malformed',
        owner.offset,
        `${missing} of ${owner.sizeBytes} bytes of a file lie nowhere`,
      );
    const more = await readContinuation(udf, next.value.goesOnAt);
    if (!more.ok) return more;
    bytes = more.value;
  }
}

/**
 * Linux 6.12 leaves the length of a file's last piece behind when the file grows inside its last block, and goes by the
 * file's size when it reads.
 */
function extendInLastBlock(
  extents: Extent[],
  sizeBytes: number,
  missing: number,
  blockBytes: number,
): boolean {
  const last = extents.at(-1);
  const inLastBlock = (sizeBytes - missing) % blockBytes;
  if (last === undefined || inLastBlock === 0 || inLastBlock + missing > blockBytes) return false;
  extents[extents.length - 1] = { ...last, lengthBytes: last.lengthBytes + missing };
  return true;
}

function appendDescriptors(
  { locate }: AddressedImage,
  kind: Exclude<AllocationKind, 'embedded'>,
  list: Buffer,
  owner: { readonly partition: number; readonly offset: number },
  extents: Extent[],
  wantedBytes: number,
): DiscDecoded<{ missing: number; goesOnAt: BlockAddress | undefined }> {
  let missing = wantedBytes;
  for (let at = 0; at + descriptorBytes[kind] <= list.length && missing > 0; at += descriptorBytes[kind]) {
    const raw = list.readUInt32LE(at);
    const type = raw >>> 30;
    const recordedBytes = raw & 0x3fffffff;
    if (recordedBytes === 0) break;
    const addressAt = at + (kind === 'extended' ? 12 : 4);
    const address = {
      block: list.readUInt32LE(addressAt),
      partition: kind === 'short' ? owner.partition : list.readUInt16LE(addressAt + 4),
    };
    if (type === 3) return accepted({ missing, goesOnAt: address });
    const lengthBytes = Math.min(recordedBytes, missing);
    const refusal = place(locate, type === 0 ? address : undefined, lengthBytes, extents);
    if (refusal !== undefined) return refusal;
    if (extents.length > extentsMax)
      return refused('too_large', owner.offset, `a file in more than ${extentsMax} pieces`);
    missing -= lengthBytes;
  }
  return accepted({ missing, goesOnAt: undefined });
}

function place(
  locate: Locate,
  address: BlockAddress | undefined,
  lengthBytes: number,
  extents: Extent[],
): DiscRefusal | undefined {
  if (address === undefined) {
    appendExtent(extents, { offsetBytes: undefined, lengthBytes });
    return undefined;
  }
  const pieces = locate(address, lengthBytes);
  if (!pieces.ok) return pieces;
  for (const piece of pieces.value) appendExtent(extents, piece);
  return undefined;
}

/** ECMA-167 4/14.5: tag, previous extent u32, length of the list u32, the list. */
async function readContinuation(udf: AddressedImage, address: BlockAddress): Promise<DiscDecoded<Buffer>> {
  const block = await readBlock(udf, address, [tags.allocationExtent], 'an allocation extent descriptor');
  if (!block.ok) return block;
  const { bytes, offset } = block.value;
  const end = 24 + bytes.readUInt32LE(20);
  return end > bytes.length
    ? refused('malformed', offset + 20, 'a list of allocation descriptors longer than its block')
    : accepted(bytes.subarray(24, end));
}

/** The descriptor in a logical block. */
export async function readBlock(
  udf: AddressedImage,
  address: BlockAddress,
  wanted: readonly number[],
  what: string,
): Promise<DiscDecoded<Descriptor>> {
  const place = udf.locate(address, udf.blockBytes);
  if (!place.ok) return place;
  const offset = place.value[0]?.offsetBytes;
  if (offset === undefined || place.value.length !== 1)
    return refused('malformed', 0, `${what} lies in a block that was never recorded`);
  return readDescriptor(udf, offset, wanted, what);
}
