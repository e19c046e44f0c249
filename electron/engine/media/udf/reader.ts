import { createBudget } from '../disc-tree/budget.ts';
import type { ByteReader, DiscDirectory } from '../disc-tree/disc-tree.ts';
import { type FoundDirectory, type FoundNode, readTree } from '../disc-tree/read-tree.ts';
import { accepted, type DiscDecoded, refused } from '../disc-tree/refusal.ts';
import { type AddressedImage, readBlock } from './allocation.ts';
import { tags } from './descriptor-tag.ts';
import { type FileIdentifier, splitIdentifiers } from './directory-reader.ts';
import { type FileEntry, longAddress, readContent, readFileEntry } from './icb.ts';
import { readPartitionMaps } from './partition-maps.ts';
import { symlinkTarget } from './symlink.ts';
import { isUdf, readVolumeStructure } from './volume-structure.ts';

export interface UdfDisc {
  readonly label: string;
  /** `2.50`; as the volume says, which older programs set lower than what they write. */
  readonly revision: string;
  readonly root: DiscDirectory;
}

/** ECMA-167 4/14.6.6; 249 is a file that must be read without pauses. 0 is what some writers put for a plain file. */
const fileTypes = { directory: 4, symlink: 12, contents: new Set([0, 5, 249]) } as const;
/** Linux' PATH_MAX, each name of one character of 16 bits. */
const symlinkMaxBytes = 16 * 1024;

/** Reads the volume structures and the whole tree; rejects only where `image.read` does. */
export async function readUdf(image: ByteReader): Promise<DiscDecoded<UdfDisc>> {
  if (!(await isUdf(image))) return refused('not_a_disc', 32768, 'no UDF volume recognition sequence');
  const budget = createBudget();
  const structure = await readVolumeStructure(image, budget);
  if (!structure.ok) return structure;
  const { volume } = structure.value;
  const plain = { image, budget, blockBytes: volume.blockBytes };
  const locate = await readPartitionMaps(plain, structure.value);
  if (!locate.ok) return locate;
  const udf: AddressedImage = { ...plain, locate: locate.value };
  const fileSet = await readBlock(udf, volume.fileSet, [tags.fileSet], 'the file set descriptor');
  if (!fileSet.ok) return fileSet;
  const rootEntry = await readFileEntry(udf, longAddress(fileSet.value.bytes, 400));
  if (!rootEntry.ok) return rootEntry;
  const root = await readTree<FileEntry>({
    image,
    budget,
    root: rootEntry.value,
    readDirectory: entry => readDirectory(udf, entry),
  });
  if (!root.ok) return root;
  return accepted({ label: volume.label, revision: revisionText(volume.revision), root: root.value });
}

function revisionText(revision: number): string {
  return `${revision >> 8}.${(revision & 0xff).toString(16).padStart(2, '0')}`;
}

async function readDirectory(
  udf: AddressedImage,
  entry: FileEntry,
): Promise<DiscDecoded<FoundDirectory<FileEntry>>> {
  const { offset, sizeBytes } = entry;
  if (entry.fileType !== fileTypes.directory)
    return refused('malformed', offset, 'a directory whose entry is of another type');
  const spent = udf.budget.spend('bytes of directories', sizeBytes, offset);
  if (spent !== undefined) return spent;
  const bytes = await readContent(udf, entry, sizeBytes, 'a directory');
  if (!bytes.ok) return bytes;
  const identifiers = splitIdentifiers(bytes.value, offset, udf.budget);
  if (!identifiers.ok) return identifiers;
  const entries: { name: string; node: FoundNode<FileEntry> }[] = [];
  for (const identifier of identifiers.value) {
    const node = await readNode(udf, identifier);
    if (!node.ok) return node;
    if (node.value !== undefined) entries.push({ name: identifier.name, node: node.value });
  }
  const own = { offsetBytes: offset, lengthBytes: udf.blockBytes };
  return accepted({ entries, occupies: entry.isEmbedded ? [own] : [own, ...entry.extents], offset });
}

/** Undefined for devices, pipes and streams. */
async function readNode(
  udf: AddressedImage,
  { isDirectory, icb }: FileIdentifier,
): Promise<DiscDecoded<FoundNode<FileEntry> | undefined>> {
  const entry = await readFileEntry(udf, icb);
  if (!entry.ok) return entry;
  const { fileType, sizeBytes, extents, offset } = entry.value;
  if (isDirectory !== (fileType === fileTypes.directory))
    return refused('malformed', offset, 'a directory whose entry is of another type');
  if (isDirectory) return accepted({ kind: 'directory', place: entry.value });
  if (fileTypes.contents.has(fileType)) return accepted({ kind: 'file', sizeBytes, extents });
  if (fileType !== fileTypes.symlink) return accepted(undefined);
  const spent = udf.budget.spend('bytes of symbolic links', sizeBytes, offset);
  if (spent !== undefined) return spent;
  const content = await readContent(udf, entry.value, symlinkMaxBytes, 'a symbolic link');
  return content.ok ? accepted({ kind: 'symlink', target: symlinkTarget(content.value) }) : content;
}
