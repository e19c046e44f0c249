import type { ByteReader, DiscDirectory, DiscFile } from '#engine/media/disc-tree/disc-tree.ts';
import { accepted, type DiscDecoded, refused } from '#engine/media/disc-tree/refusal.ts';
import { type BootEntry, type Iso9660Disc, readIso9660 } from '#engine/media/iso9660/reader.ts';
import { readUdf, type UdfDisc } from '#engine/media/udf/reader.ts';
import { openRegularFile } from '#engine/net/file-source/file-from-disk.ts';

/** What an image can be read from: `ReadableFile` of `net/file-source` is one. Reads may overlap. */
export interface DiscReader extends ByteReader {
  /** Changes with the content; quoted. */
  readonly etag?: string;
  readonly read: (offsetBytes: number, lengthBytes: number, into?: Uint8Array) => Promise<Uint8Array>;
}

/** An optical disc's image, its whole tree in memory, its files' content where it lies. */
export interface DiscImage {
  readonly kind: 'iso9660' | 'udf';
  readonly label: string;
  readonly sizeBytes: number;
  readonly etag: string | undefined;
  /** El Torito: what the disc starts on which firmware. */
  readonly bootEntries: readonly BootEntry[];
  readonly root: DiscDirectory;
  /** `a/b/c` from the root, symbolic links followed, never out of the disc; undefined for nothing there. */
  readonly find: (path: string) => DiscFile | DiscDirectory | undefined;
  /** The names in a directory, sorted; undefined when it is not one. */
  readonly list: (path: string) => readonly string[] | undefined;
  /** As `ReadableFile.read`. */
  readonly read: (
    file: DiscFile,
    offsetBytes: number,
    lengthBytes: number,
    into?: Uint8Array,
  ) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

/** POSIX' SYMLOOP_MAX is at least 8, Linux' 40. */
const linksMax = 40;

/** Undefined: no regular file there. Rejects only for trouble with an existing file (EACCES, EIO). */
export async function openDiscImage(path: string): Promise<DiscDecoded<DiscImage> | undefined> {
  const file = await openRegularFile(path);
  if (file === undefined) return undefined;
  const close = (): Promise<void> => file.close();
  try {
    const disc = await readDiscImage(file, close);
    if (!disc.ok) await close();
    return disc;
  } catch (error) {
    await close();
    throw error;
  }
}

export async function readDiscImage(
  reader: DiscReader,
  close: () => Promise<void> = () => Promise.resolve(),
): Promise<DiscDecoded<DiscImage>> {
  const iso = await readIso9660(reader);
  const udf = await readUdf(reader);
  const trouble = [iso, udf].find(disc => !disc.ok && disc.code !== 'not_a_disc');
  if (trouble?.ok === false) return trouble;
  const choice = richerTree(iso.ok ? iso.value : undefined, udf.ok ? udf.value : undefined);
  if (choice === undefined) return refused('not_a_disc', 32768, 'neither ISO 9660 nor UDF');
  const bootEntries = iso.ok ? iso.value.bootEntries : [];
  return accepted(discImage(reader, close, choice, bootEntries));
}

interface Choice {
  readonly kind: DiscImage['kind'];
  readonly label: string;
  readonly root: DiscDirectory;
}

/**
 * A bridge has both. Windows' media say in ISO 9660 only that UDF is wanted, others cut files over 4 GiB there; where both
 * trees hold the same, the ISO one is taken, because only it has symbolic links.
 */
function richerTree(iso: Iso9660Disc | undefined, udf: UdfDisc | undefined): Choice | undefined {
  if (udf === undefined) return iso === undefined ? undefined : { kind: 'iso9660', ...iso };
  if (iso === undefined) return { kind: 'udf', ...udf };
  const [isoBytes, udfBytes] = [iso, udf].map(({ root }) => contentBytes(root));
  const isRicher = (udfBytes ?? 0) > (isoBytes ?? 0) || iso.names === 'plain';
  return isRicher ? { kind: 'udf', ...udf } : { kind: 'iso9660', ...iso };
}

function contentBytes(root: DiscDirectory): number {
  let bytes = 0;
  const pending = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop())
    for (const node of next.entries.values()) {
      if (node.kind === 'file') bytes += node.sizeBytes;
      else if (node.kind === 'directory') pending.push(node);
    }
  return bytes;
}

function discImage(
  reader: DiscReader,
  close: () => Promise<void>,
  { kind, label, root }: Choice,
  bootEntries: readonly BootEntry[],
): DiscImage {
  const find: DiscImage['find'] = path => resolve(root, path);
  const read: DiscImage['read'] = (file, offset, length, into) =>
    readFile(reader, file, offset, length, into);
  return {
    kind,
    label,
    sizeBytes: reader.sizeBytes,
    etag: reader.etag,
    bootEntries,
    root,
    find,
    list(path) {
      const node = find(path);
      return node?.kind === 'directory' ? [...node.entries.keys()].sort() : undefined;
    },
    read,
    close,
  };
}

/** As a system would inside the disc as its root: an absolute link starts there, `..` of the root is the root. */
function resolve(root: DiscDirectory, path: string): DiscFile | DiscDirectory | undefined {
  const way: DiscDirectory[] = [root];
  const names = path.split('/').reverse();
  for (let links = 0; links <= linksMax; ) {
    const name = names.pop();
    if (name === undefined) return way.at(-1) ?? root;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      way.length = Math.max(1, way.length - 1);
      continue;
    }
    const node = (way.at(-1) ?? root).entries.get(name);
    if (node === undefined) return undefined;
    else if (node.kind === 'directory') way.push(node);
    else if (node.kind === 'file') return names.some(rest => rest !== '') ? undefined : node;
    else {
      links += 1;
      if (node.target.startsWith('/')) way.length = 1;
      names.push(...node.target.split('/').reverse());
    }
  }
  return undefined;
}

async function readFile(
  reader: DiscReader,
  file: DiscFile,
  offsetBytes: number,
  lengthBytes: number,
  into?: Uint8Array,
): Promise<Uint8Array> {
  const wanted = Math.max(0, Math.min(lengthBytes, file.sizeBytes - offsetBytes));
  const target = into ?? Buffer.allocUnsafeSlow(wanted);
  let start = 0;
  for (const extent of file.extents) {
    const from = Math.max(offsetBytes, start);
    const to = Math.min(offsetBytes + wanted, start + extent.lengthBytes);
    if (to > from) {
      const part = target.subarray(from - offsetBytes, to - offsetBytes);
      if (extent.offsetBytes === undefined) part.fill(0);
      else await fill(reader, extent.offsetBytes + from - start, part);
    }
    start += extent.lengthBytes;
    if (start >= offsetBytes + wanted) break;
  }
  return target.subarray(0, wanted);
}

async function fill(reader: DiscReader, offset: number, part: Uint8Array): Promise<void> {
  const bytes = await reader.read(offset, part.length, part);
  if (bytes.length !== part.length) throw new Error(`the image ended at byte ${offset + bytes.length}`);
  if (bytes.buffer !== part.buffer || bytes.byteOffset !== part.byteOffset) part.set(bytes);
}
