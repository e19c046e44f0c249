import { type UdfBlocks, udfBlocks } from './udf-blocks.ts';
import {
  allocationDescriptor,
  descriptor,
  fileEntryBody,
  fileIdentifier,
  fileSetBody,
  indirectEntry,
  metadataFile,
  type Piece,
  packetBlocks,
  partitionStart,
  pathComponents,
  putVolume,
  sparedAt,
  sparingTable,
  type UdfMap,
  virtualTable,
} from './udf-descriptors.ts';

/** Small UDF images for tests, written from ECMA-167 and UDF 2.60; `media/udf/README.md` says who else read them. */
export interface UdfOptions {
  readonly blockBytes?: 512 | 2048 | 4096;
  readonly map?: UdfMap;
  readonly allocation?: 'short' | 'long' | 'extended' | 'embedded';
  /** Extended file entries, which UDF 2.00 began to use. */
  readonly extended?: boolean;
  readonly strategy?: 4 | 4096;
  /** Every block apart from the next, and so many allocation descriptors in one list. */
  readonly listLength?: number;
  /** What is written for a name: those that no path can have. */
  readonly spell?: (name: string) => string;
}

export type UdfContent =
  | Uint8Array
  | { readonly symlink: string }
  | { readonly holeBytes: number; readonly after: Uint8Array };

type Tree = Map<string, UdfContent | Tree>;

interface Address {
  readonly block: number;
  readonly ref: number;
}

const kinds = { short: 0, long: 1, extended: 2, embedded: 3 } as const;
type Kind = keyof typeof kinds;

export function makeUdf(files: Readonly<Record<string, UdfContent>>, options: UdfOptions = {}): Buffer {
  const map = options.map ?? 'physical';
  const blocks = udfBlocks(map, options.blockBytes ?? 2048);
  const { blockBytes, metaRef, put } = blocks;
  const fileSet = blocks.takeMeta();
  const root = writeTree(blocks, options, treeOf(files));
  put(fileSet.at, descriptor(256, fileSet.block, fileSetBody(root)));
  const usedBlocks = map === 'sparable' ? 512 : blocks.spare(64).block;
  if (map === 'metadata')
    for (const block of [0, 1]) put(partitionStart + block, metadataFile(block, blockBytes));
  if (map === 'sparable') put(sparedAt + packetBlocks, sparingTable(sparedAt + packetBlocks));
  if (map.startsWith('virtual')) putVirtualTable(blocks, map === 'virtual');
  putVolume(put, { map, blockBytes, usedBlocks, fileSet: fileSet.block, metaRef });
  return blocks.image();
}

function writeTree(blocks: UdfBlocks, options: UdfOptions, tree: Tree): Address {
  const identifiers = [fileIdentifier('', 0x0a, { block: 0, ref: blocks.metaRef })];
  for (const [name, node] of tree) {
    const isTree = node instanceof Map;
    const icb = isTree ? writeTree(blocks, options, node) : writeContent(blocks, options, node);
    identifiers.push(fileIdentifier(options.spell?.(name) ?? name, isTree ? 2 : 0, icb));
    identifiers.push(fileIdentifier(`deleted ${name}`, 4, { block: 0xffffff, ref: 9 }));
  }
  return writeEntry(blocks, options, 4, Buffer.concat(identifiers));
}

function writeContent(blocks: UdfBlocks, options: UdfOptions, content: UdfContent): Address {
  if (content instanceof Uint8Array) return writeEntry(blocks, options, 5, content);
  if ('symlink' in content) return writeEntry(blocks, options, 12, pathComponents(content.symlink));
  const allocation = options.allocation === 'embedded' ? 'short' : (options.allocation ?? 'short');
  return writeEntry(blocks, { ...options, allocation }, 5, content.after, content.holeBytes);
}

function writeEntry(
  blocks: UdfBlocks,
  options: UdfOptions,
  fileType: number,
  content: Uint8Array,
  holeBytes = 0,
): Address {
  const head = options.extended ? 216 : 176;
  const wanted = options.allocation ?? 'short';
  const kind = wanted === 'embedded' && content.length > blocks.blockBytes - head ? 'short' : wanted;
  const first = blocks.takeMeta();
  const successor = options.strategy === 4096 ? blocks.takeMeta() : undefined;
  const hole: Piece[] = holeBytes === 0 ? [] : [{ lengthBytes: holeBytes, block: 0, ref: 0, type: 1 }];
  const data =
    kind === 'embedded'
      ? content
      : allocationList(blocks, options, [...hole, ...storePieces(blocks, options, content, kind)], kind);
  const entry = (at: number, size: number, bytes: Uint8Array, allocation: Kind): Buffer => {
    const allocationKind = kinds[allocation];
    const strategy = options.strategy ?? 4;
    const body = fileEntryBody({ fileType, size, data: bytes, allocationKind, head, strategy });
    return descriptor(options.extended ? 266 : 261, at, body);
  };
  const size = holeBytes + content.length;
  if (successor === undefined) blocks.put(first.at, entry(first.block, size, data, kind));
  else {
    const newest = blocks.takeMeta();
    blocks.takeMeta();
    const indirect = indirectEntry(newest.block, blocks.metaRef, blocks.blockBytes);
    blocks.put(first.at, entry(first.block, 3, Buffer.from('old'), 'embedded'));
    blocks.put(successor.at, descriptor(259, successor.block, indirect));
    blocks.put(newest.at, entry(newest.block, size, data, kind));
  }
  return { block: first.block, ref: blocks.metaRef };
}

/** Short descriptors name blocks of the partition map that their entry lies in. */
function storePieces(blocks: UdfBlocks, options: UdfOptions, content: Uint8Array, kind: Kind): Piece[] {
  const { blockBytes } = blocks;
  const pieces: Piece[] = [];
  const ref = kind === 'short' ? blocks.metaRef : 0;
  for (let done = 0; done < content.length; done += blockBytes) {
    if (options.listLength !== undefined) blocks.takeData();
    const { block, at } = ref === 1 ? blocks.takeMeta() : blocks.takeData();
    blocks.put(at, content.subarray(done, done + blockBytes));
    const lengthBytes = Math.min(blockBytes, content.length - done);
    const last = pieces.at(-1);
    if (last !== undefined && last.block + last.lengthBytes / blockBytes === block)
      pieces[pieces.length - 1] = { ...last, lengthBytes: last.lengthBytes + lengthBytes };
    else pieces.push({ lengthBytes, block, ref, type: 0 });
  }
  return pieces;
}

function allocationList(
  blocks: UdfBlocks,
  options: UdfOptions,
  pieces: readonly Piece[],
  kind: Exclude<Kind, 'embedded'>,
): Buffer {
  const limit = options.listLength ?? pieces.length;
  const here = pieces.slice(0, limit).map(piece => allocationDescriptor(piece, kind));
  const rest = pieces.slice(limit);
  if (rest.length === 0) return Buffer.concat(here);
  const below = allocationList(blocks, options, rest, kind);
  const { block, at } = blocks.takeMeta();
  const body = Buffer.alloc(8);
  body.writeUInt32LE(below.length, 4);
  blocks.put(at, descriptor(258, block, Buffer.concat([body, below])));
  const link: Piece = { lengthBytes: blocks.blockBytes, block, ref: blocks.metaRef, type: 3 };
  return Buffer.concat([...here, allocationDescriptor(link, kind)]);
}

/** The table, and as the last block of all the entry that says where it is. */
function putVirtualTable(blocks: UdfBlocks, hasHeader: boolean): void {
  const table = virtualTable(blocks.virtual, hasHeader);
  const [content, entry] = [blocks.spare(40), blocks.spare(60)];
  const piece: Piece = { lengthBytes: table.length, block: content.block, ref: 0, type: 0 };
  const body = fileEntryBody({
    fileType: hasHeader ? 248 : 0,
    size: table.length,
    data: allocationDescriptor(piece, 'short'),
    allocationKind: kinds.short,
    head: 176,
    strategy: 4,
  });
  blocks.put(content.at, table);
  blocks.put(entry.at, descriptor(261, entry.block, body));
}

function treeOf(files: Readonly<Record<string, UdfContent>>): Tree {
  const root: Tree = new Map();
  for (const [path, content] of Object.entries(files)) {
    const names = path.split('/');
    let tree = root;
    for (const name of names.slice(0, -1)) {
      const below = tree.get(name);
      const child: Tree = below instanceof Map ? below : new Map();
      tree.set(name, child);
      tree = child;
    }
    tree.set(names.at(-1) ?? '', content);
  }
  return root;
}
