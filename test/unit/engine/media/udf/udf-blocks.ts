import {
  descriptor,
  metadataFileBlocks,
  packetBlocks,
  partitionStart,
  sparedAt,
  type UdfMap,
} from './udf-descriptors.ts';

export interface Taken {
  /** As addresses of that partition map name it. */
  readonly block: number;
  /** On the disc. */
  readonly at: number;
}

/** The blocks of an image to be, given out one after the other. */
export interface UdfBlocks {
  readonly blockBytes: number;
  /** The partition map that file entries lie in; data lie in map 0. */
  readonly metaRef: 0 | 1;
  readonly put: (at: number, bytes: Uint8Array) => void;
  readonly takeData: () => Taken;
  readonly takeMeta: () => Taken;
  /** A block of the partition that nothing took yet. */
  readonly spare: (offset: number) => Taken;
  /** Of a virtual partition, in the order of its table. */
  readonly virtual: readonly number[];
  readonly image: () => Buffer;
}

export function udfBlocks(map: UdfMap, blockBytes: number): UdfBlocks {
  const blocks = new Map<number, Buffer>();
  const virtual: number[] = [];
  const isVirtual = map.startsWith('virtual');
  let next = map === 'metadata' ? 2 + 2 * metadataFileBlocks : 0;
  let nextMeta = 0;
  /** The second packet of a sparable partition was moved. */
  const at = (block: number): number =>
    map === 'sparable' && Math.floor(block / packetBlocks) === 1
      ? sparedAt + (block % packetBlocks)
      : partitionStart + block;
  const takeData = (): Taken => {
    const block = next++;
    return { block, at: at(block) };
  };
  return {
    blockBytes,
    metaRef: map === 'metadata' || isVirtual ? 1 : 0,
    virtual,
    takeData,
    takeMeta() {
      // The metadata file is in two pieces, the later one first.
      if (map === 'metadata') {
        const block = nextMeta++;
        const half = metadataFileBlocks / 2;
        const inFile = block < half ? metadataFileBlocks + half + block : block;
        return { block, at: partitionStart + 2 + inFile };
      }
      const taken = takeData();
      return isVirtual ? { block: virtual.push(taken.block) - 1, at: taken.at } : taken;
    },
    spare: offset => ({ block: next + offset, at: at(next + offset) }),
    put(start, bytes) {
      for (let done = 0; done < bytes.length || done === 0; done += blockBytes) {
        const block = Buffer.alloc(blockBytes);
        block.set(bytes.subarray(done, done + blockBytes));
        blocks.set(start + done / blockBytes, block);
      }
    },
    image: () => assemble(blocks, blockBytes, !isVirtual),
  };
}

/** A virtual volume ends with the entry of its table, others with a second anchor. */
function assemble(blocks: Map<number, Buffer>, blockBytes: number, hasSecondAnchor: boolean): Buffer {
  const last = Math.max(...blocks.keys());
  const anchor = blocks.get(256);
  if (hasSecondAnchor && anchor !== undefined) {
    const copy = descriptor(2, last + 1, anchor.subarray(16, 512));
    blocks.set(last + 1, Buffer.concat([copy, Buffer.alloc(blockBytes - copy.length)]));
  }
  const image = Buffer.alloc((Math.max(...blocks.keys()) + 1) * blockBytes);
  for (const [at, bytes] of blocks) image.set(bytes, at * blockBytes);
  return image;
}
