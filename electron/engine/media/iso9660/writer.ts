import { compareNames, directoryRecord, pathTableRecord, recordsInSectors } from './directory.ts';
import { type NameSpace, sectorSize } from './name-space.ts';
import { type IsoDirectory, type IsoFile, isoTree } from './tree.ts';
import { volumeDescriptor, volumeTerminator } from './volume-descriptor.ts';

export type { IsoFile } from './tree.ts';

export interface IsoOptions {
  /** What `blkid` shows as LABEL; at most 16 characters (Joliet's limit). Written as it is, lower case included. */
  readonly label: string;
  /** Every date on the image, milliseconds since 1970: the same input always gives the same bytes. */
  readonly createdAtMs: number;
}

/**
 * Builds an ISO 9660 image with Rock Ridge (Linux) and Joliet (Windows) names, all of it in memory: meant for
 * config drives and answer files, not for installation media.
 *
 *     sector 0      16    17         18          19
 *     +-------------+-----+----------+-----------+-----------------+-----------------+-------+
 *     | system area | PVD | SVD      | terminator| path tables     | directories     | files |
 *     | zeros       |     | (Joliet) |           | ISO L, M, J L, M| ISO, then Joliet|       |
 *     +-------------+-----+----------+-----------+-----------------+-----------------+-------+
 *
 * @throws Error for paths or a label that cannot be written (bugs of the caller).
 */
export function buildIso(files: readonly IsoFile[], options: IsoOptions): Uint8Array {
  if (!/^[\u0020-\u007e]{1,16}$/.test(options.label)) throw new Error(`not an ISO label: ${options.label}`);
  const root = isoTree(files);
  const image = layOut(root);
  const bytes = new Uint8Array(image.sectors * sectorSize);
  const put = (sector: number, part: Uint8Array): void => bytes.set(part, sector * sectorSize);
  for (const { space, descriptorSector, pathTables } of image.trees) {
    const tree = image.places[space];
    const rootPlace = placeOf(tree, root);
    put(
      descriptorSector,
      volumeDescriptor({
        space,
        label: options.label,
        createdAtMs: options.createdAtMs,
        sectors: image.sectors,
        pathTableBytes: pathTable(root, tree, space, 'little').length,
        pathTables,
        rootRecord: directoryRecord({ space, kind: 'volume-root', options, ...rootPlace }),
      }),
    );
    put(pathTables.little, pathTable(root, tree, space, 'little'));
    put(pathTables.big, pathTable(root, tree, space, 'big'));
    for (const { directory, parent } of breadthFirst(root, space))
      put(
        placeOf(tree, directory).sector,
        directoryBytes(directory, parent, { space, tree, files: image.files, options }),
      );
  }
  put(18, volumeTerminator());
  for (const [file, place] of image.files) put(place.sector, file.bytes);
  return bytes;
}

type File = IsoDirectory['files'][number];
interface Place {
  readonly sector: number;
  readonly sizeBytes: number;
}
type Places = ReadonlyMap<IsoDirectory, Place>;

interface ImageLayout {
  readonly sectors: number;
  readonly places: Readonly<Record<NameSpace, Places>>;
  readonly files: ReadonlyMap<File, Place>;
  readonly trees: readonly {
    readonly space: NameSpace;
    readonly descriptorSector: number;
    readonly pathTables: { readonly little: number; readonly big: number };
  }[];
}

function layOut(root: IsoDirectory): ImageLayout {
  let next = 19;
  const take = (sizeBytes: number): number => {
    const sector = next;
    next += Math.ceil(sizeBytes / sectorSize);
    return sector;
  };
  const directories = breadthFirst(root, 'rock-ridge').map(({ directory }) => directory);
  const trees = (['rock-ridge', 'joliet'] as const).map((space, index) => {
    const size = pathTable(root, new Map(), space, 'little').length;
    return { space, descriptorSector: 16 + index, pathTables: { little: take(size), big: take(size) } };
  });
  const placed = (space: NameSpace): Places =>
    new Map(
      directories.map(directory => {
        const sizeBytes = directoryBytes(directory, directory, { space }).length;
        return [directory, { sector: take(sizeBytes), sizeBytes }];
      }),
    );
  const places = { 'rock-ridge': placed('rock-ridge'), joliet: placed('joliet') };
  const files = new Map(
    directories.flatMap(directory =>
      directory.files.map(
        file =>
          [
            file,
            // An empty file has no sector of its own.
            { sector: file.bytes.length === 0 ? 0 : take(file.bytes.length), sizeBytes: file.bytes.length },
          ] as const,
      ),
    ),
  );
  return { sectors: next, places, files, trees };
}

/** ECMA-119 §6.9.1: path table records by level, then by parent, then by name. */
function breadthFirst(
  root: IsoDirectory,
  space: NameSpace,
): { directory: IsoDirectory; parent: IsoDirectory }[] {
  const order = [{ directory: root, parent: root }];
  for (const { directory } of order)
    order.push(
      ...directory.directories
        .toSorted((a, b) => compareNames(space, a, b))
        .map(child => ({ directory: child, parent: directory })),
    );
  return order;
}

function placeOf(tree: Places | undefined, directory: IsoDirectory): Place {
  return tree?.get(directory) ?? { sector: 0, sizeBytes: 0 };
}

function pathTable(root: IsoDirectory, tree: Places, space: NameSpace, endian: 'little' | 'big'): Uint8Array {
  const order = breadthFirst(root, space);
  const numbers = new Map(order.map(({ directory }, index) => [directory, index + 1]));
  return Buffer.concat(
    order.map(({ directory, parent }) =>
      pathTableRecord({
        space,
        endian,
        directory,
        sector: placeOf(tree, directory).sector,
        parentNumber: numbers.get(parent) ?? 1,
      }),
    ),
  );
}

interface DirectoryContext {
  readonly space: NameSpace;
  /** Absent while sizes are measured: they do not depend on places. */
  readonly tree?: Places;
  readonly files?: ReadonlyMap<File, Place>;
  readonly options?: IsoOptions;
}

function directoryBytes(
  directory: IsoDirectory,
  parent: IsoDirectory,
  context: DirectoryContext,
): Uint8Array {
  const { space, tree, files } = context;
  const options = context.options ?? { label: '', createdAtMs: 0 };
  const isRoot = directory.isoName === '\0';
  const children = [
    ...directory.directories.map(names => ({
      kind: 'directory' as const,
      names,
      place: placeOf(tree, names),
    })),
    ...directory.files.map(names => ({
      kind: 'file' as const,
      names,
      place: files?.get(names) ?? { sector: 0, sizeBytes: 0 },
    })),
  ].sort((a, b) => compareNames(space, a.names, b.names));
  return recordsInSectors([
    directoryRecord({ space, kind: isRoot ? 'root-self' : 'self', options, ...placeOf(tree, directory) }),
    directoryRecord({ space, kind: 'parent', options, ...placeOf(tree, parent) }),
    ...children.map(({ kind, names, place }) => directoryRecord({ space, kind, names, options, ...place })),
  ]);
}
