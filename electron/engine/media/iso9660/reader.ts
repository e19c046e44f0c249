import { type Budget, createBudget } from '../disc-tree/budget.ts';
import type { ByteReader, DiscDirectory, DiscFile, Extent } from '../disc-tree/disc-tree.ts';
import { appendExtent, type FoundDirectory, type FoundNode, readTree } from '../disc-tree/read-tree.ts';
import { accepted, type DiscDecoded, readExactly, refused } from '../disc-tree/refusal.ts';
import { type DirectoryRecord, isSelfOrParent, splitRecords } from './directory-reader.ts';
import { type BootEntry, readBootCatalogue } from './el-torito.ts';
import { sectorSize } from './name-space.ts';
import { readRockRidge, readSystemUse, type SystemUse } from './system-use.ts';
import { type IsoVolume, readVolumeSet, ucs2Text } from './volume-set.ts';

export type { BootEntry } from './el-torito.ts';

export interface Iso9660Disc {
  readonly label: string;
  /** Whose names these are; `plain` ones are shown in lower case, as Linux does. */
  readonly names: 'rock-ridge' | 'joliet' | 'plain';
  readonly root: DiscDirectory;
  readonly bootEntries: readonly BootEntry[];
}

/** A directory moved by Rock Ridge does not say how large it is where it is named. */
interface Place {
  readonly offsetBytes: number;
  readonly sizeBytes: number | undefined;
}

interface Volume extends IsoVolume {
  readonly image: ByteReader;
  readonly budget: Budget;
  readonly names: Iso9660Disc['names'];
  readonly skipBytes: number;
}

const symlinkMode = 0o120000;
const regularMode = 0o100000;

/** Reads descriptors, boot catalogue and the whole tree; rejects only where `image.read` does. */
export async function readIso9660(image: ByteReader): Promise<DiscDecoded<Iso9660Disc>> {
  const set = await readVolumeSet(image);
  if (!set.ok) return set;
  const { primary, joliet, bootCatalogueOffset } = set.value;
  const budget = createBudget();
  const skip = await rockRidgeSkip(image, budget, primary);
  if (!skip.ok) return skip;
  const hasRockRidge = skip.value !== undefined;
  const volume: Volume = {
    ...(hasRockRidge ? primary : (joliet ?? primary)),
    image,
    budget,
    names: hasRockRidge ? 'rock-ridge' : joliet === undefined ? 'plain' : 'joliet',
    skipBytes: skip.value ?? 0,
  };
  const root = await readTree<Place>({
    image,
    budget,
    root: volume.root,
    readDirectory: place => readDirectory(volume, place),
  });
  if (!root.ok) return root;
  const bootEntries =
    bootCatalogueOffset === undefined ? [] : await readBootCatalogue(image, bootCatalogueOffset);
  return accepted({ label: volume.label, names: volume.names, root: root.value, bootEntries });
}

async function rockRidgeSkip(
  image: ByteReader,
  budget: Budget,
  { root, blockBytes }: IsoVolume,
): Promise<DiscDecoded<number | undefined>> {
  const self = await readSelf(image, budget, root.offsetBytes);
  return self.ok
    ? readRockRidge({ image, budget, blockBytes }, self.value.systemUse, root.offsetBytes)
    : self;
}

/** The first record of a directory describes the directory itself (ECMA-119 §6.8.2.2). */
async function readSelf(
  image: ByteReader,
  budget: Budget,
  offset: number,
): Promise<DiscDecoded<DirectoryRecord>> {
  const head = await readExactly(image, offset, sectorSize, 'a directory');
  if (!head.ok) return head;
  const records = splitRecords(head.value.subarray(0, head.value.readUInt8(0)), offset, budget);
  if (!records.ok) return records;
  const self = records.value[0];
  return self === undefined || !isSelfOrParent(self)
    ? refused('malformed', offset, 'a directory does not begin with its own record')
    : accepted(self);
}

async function readDirectory(volume: Volume, place: Place): Promise<DiscDecoded<FoundDirectory<Place>>> {
  const { image, budget } = volume;
  const offset = place.offsetBytes;
  const self = place.sizeBytes === undefined ? await readSelf(image, budget, offset) : undefined;
  if (self?.ok === false) return self;
  const lengthBytes = place.sizeBytes ?? self?.value.sizeBytes ?? 0;
  const spent = budget.spend('bytes of directories', lengthBytes, offset);
  if (spent !== undefined) return spent;
  const bytes = await readExactly(image, offset, lengthBytes, 'a directory');
  if (!bytes.ok) return bytes;
  const records = splitRecords(bytes.value, offset, budget);
  if (!records.ok) return records;
  const entries: { name: string; node: FoundNode<Place> }[] = [];
  for (const pieces of groupPieces(records.value)) {
    const entry = await readEntry(volume, pieces);
    if (!entry.ok) return entry;
    if (entry.value !== undefined) entries.push(entry.value);
  }
  return accepted({ entries, occupies: [{ offsetBytes: offset, lengthBytes }], offset });
}

/** A file over 4 GiB − 1 is a row of records of one name. */
function groupPieces(records: readonly DirectoryRecord[]): DirectoryRecord[][] {
  const groups: DirectoryRecord[][] = [];
  for (const record of records) {
    if (isSelfOrParent(record) || record.isAssociated) continue;
    const last = groups.at(-1);
    const previous = last?.at(-1);
    if (previous?.goesOn === true && previous.identifier.equals(record.identifier)) last?.push(record);
    else groups.push([record]);
  }
  return groups;
}

async function readEntry(
  volume: Volume,
  pieces: readonly DirectoryRecord[],
): Promise<DiscDecoded<{ name: string; node: FoundNode<Place> } | undefined>> {
  const first = pieces[0];
  if (first === undefined) return accepted(undefined);
  if (pieces.some(piece => piece.isInterleaved))
    return refused('unsupported', first.offset, 'an interleaved file');
  if (volume.names !== 'rock-ridge')
    return accepted({ name: plainName(volume, first), node: plainNode(volume, pieces) });
  const systemUse = await readSystemUse(volume, first.systemUse, first.offset);
  if (!systemUse.ok) return systemUse;
  const node = rockRidgeNode(volume, pieces, systemUse.value);
  return accepted(
    node === undefined ? undefined : { name: systemUse.value.name ?? plainName(volume, first), node },
  );
}

/** Undefined for what has no content to serve: devices, pipes, and moved directories where they were moved to. */
function rockRidgeNode(
  volume: Volume,
  pieces: readonly DirectoryRecord[],
  { mode, symlink, childBlock, isRelocated }: SystemUse,
): FoundNode<Place> | undefined {
  if (isRelocated) return undefined;
  if (childBlock !== undefined)
    return {
      kind: 'directory',
      place: { offsetBytes: childBlock * volume.blockBytes, sizeBytes: undefined },
    };
  const node = plainNode(volume, pieces);
  if (node.kind === 'directory') return node;
  const type = (mode ?? regularMode) & 0o170000;
  if (type === symlinkMode || symlink !== undefined) return { kind: 'symlink', target: symlink ?? '' };
  return type === regularMode || type === 0 ? node : undefined;
}

function plainNode(
  { blockBytes }: Volume,
  pieces: readonly DirectoryRecord[],
): DiscFile | { readonly kind: 'directory'; readonly place: Place } {
  const first = pieces[0];
  if (first?.isDirectory === true)
    return {
      kind: 'directory',
      place: { offsetBytes: first.block * blockBytes, sizeBytes: first.sizeBytes },
    };
  const extents: Extent[] = [];
  for (const { block, sizeBytes } of pieces)
    appendExtent(extents, { offsetBytes: block * blockBytes, lengthBytes: sizeBytes });
  return { kind: 'file', sizeBytes: pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), extents };
}

/** Without version number and, on a plain volume, without the dot of an empty extension (ECMA-119 §7.5.1). */
function plainName({ names }: Volume, { identifier, isDirectory }: DirectoryRecord): string {
  if (names === 'joliet') return ucs2Text(identifier).replace(/;\d{1,5}$/, '');
  const name = identifier.toString('latin1');
  return (isDirectory ? name : name.replace(/;\d{1,5}$/, '').replace(/\.$/, '')).toLowerCase();
}
