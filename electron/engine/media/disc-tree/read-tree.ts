import type { Budget } from './budget.ts';
import type { ByteReader, DiscDirectory, DiscFile, DiscNode, DiscSymlink, Extent } from './disc-tree.ts';
import { accepted, type DiscDecoded, type DiscRefusal, refused } from './refusal.ts';

/** `Place` is how the format says where a directory lies. */
export type FoundNode<Place> = DiscFile | DiscSymlink | { readonly kind: 'directory'; readonly place: Place };

export interface FoundDirectory<Place> {
  /** Without `.` and `..`. Where a name comes twice the first one counts. */
  readonly entries: readonly { readonly name: string; readonly node: FoundNode<Place> }[];
  /** Where its records lie in the image. */
  readonly occupies: readonly Extent[];
  /** For messages. */
  readonly offset: number;
}

export interface TreeFormat<Place> {
  readonly image: ByteReader;
  readonly budget: Budget;
  readonly root: Place;
  readonly readDirectory: (place: Place) => Promise<DiscDecoded<FoundDirectory<Place>>>;
}

/** ECMA-119 allows 8 levels and Rock Ridge any number; a path is at most 1024 characters. */
const depthMax = 128;
/** POSIX allows 255 bytes, Joliet 103 UTF-16 units, UDF 254 bytes of compressed Unicode. */
const nameMaxChars = 255;
/** Smallest block of any of these formats: directories never share one. */
const blockBytes = 512;

/**
 * Reads the whole tree at once, so that a loop, an overlap or a cut-off file is known before anything is served.
 * Every directory is read once; the first trouble refuses the image.
 */
export async function readTree<Place>(format: TreeFormat<Place>): Promise<DiscDecoded<DiscDirectory>> {
  const owners = new Map<number, string>();
  const root = new Map<string, DiscNode>();
  const pending = [{ path: '', depth: 0, place: format.root, into: root }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, depth, place, into } = next;
    const found = await format.readDirectory(place);
    if (!found.ok) return found;
    const { entries, occupies, offset } = found.value;
    const refusal =
      (depth > depthMax
        ? refused('too_large', offset, `directories more than ${depthMax} deep`)
        : undefined) ?? occupy(owners, path, occupies);
    if (refusal !== undefined) return refusal;
    for (const { name, node } of entries) {
      const problem = nodeProblem(format, `${path}/${name}`, name, node, offset);
      if (problem !== undefined) return problem;
      if (into.has(name)) continue;
      if (node.kind !== 'directory') {
        into.set(name, node);
        continue;
      }
      const below = new Map<string, DiscNode>();
      into.set(name, { kind: 'directory', entries: below });
      pending.push({ path: `${path}/${name}`, depth: depth + 1, place: node.place, into: below });
    }
  }
  return accepted({ kind: 'directory', entries: root });
}

/** Marks the blocks of a directory as its own. */
function occupy(
  owners: Map<number, string>,
  path: string,
  extents: readonly Extent[],
): DiscRefusal | undefined {
  for (const { offsetBytes, lengthBytes } of extents) {
    if (offsetBytes === undefined) continue;
    const end = offsetBytes + lengthBytes;
    for (let block = Math.floor(offsetBytes / blockBytes); block * blockBytes < end; block++) {
      const owner = owners.get(block);
      if (owner === undefined) {
        owners.set(block, path);
        continue;
      }
      const isLoop = path !== owner && `${path}/`.startsWith(`${owner}/`);
      return refused(
        isLoop ? 'loop' : 'overlap',
        block * blockBytes,
        isLoop
          ? `the directory ${quoted(owner)} contains itself`
          : `the directories ${quoted(owner)} and ${quoted(path)} overlap`,
      );
    }
  }
  return undefined;
}

function nodeProblem<Place>(
  { image, budget }: TreeFormat<Place>,
  path: string,
  name: string,
  node: FoundNode<Place>,
  offset: number,
): DiscRefusal | undefined {
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name))
    return refused('bad_name', offset, `a file is called ${quoted(name)}`);
  if (name.length > nameMaxChars) return refused('bad_name', offset, `a name of ${name.length} characters`);
  if (node.kind !== 'file') return undefined;
  const cut = node.extents.find(
    ({ offsetBytes, lengthBytes }) =>
      offsetBytes !== undefined && offsetBytes + lengthBytes > image.sizeBytes,
  );
  if (cut?.offsetBytes !== undefined) {
    const end = cut.offsetBytes + cut.lengthBytes;
    return refused(
      'truncated',
      cut.offsetBytes,
      `${quoted(path)} ends at byte ${end}, the image at ${image.sizeBytes}`,
    );
  }
  return budget.spend('extents', node.extents.length, offset);
}

/** Names come from strangers and end in logs. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}

/** Adds a piece at the end; one that goes on where the last one ends becomes part of it. */
export function appendExtent(extents: Extent[], extent: Extent): void {
  if (extent.lengthBytes === 0) return;
  const last = extents.at(-1);
  const goesOn =
    last !== undefined &&
    (last.offsetBytes === undefined
      ? extent.offsetBytes === undefined
      : last.offsetBytes + last.lengthBytes === extent.offsetBytes);
  if (goesOn) extents[extents.length - 1] = { ...last, lengthBytes: last.lengthBytes + extent.lengthBytes };
  else extents.push(extent);
}
