/** One file to put on the image. */
export interface IsoFile {
  /** Relative, `/` between names: `openstack/latest/meta_data.json`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A directory of the image to be. */
export interface IsoDirectory {
  readonly name: string;
  readonly isoName: string;
  readonly directories: readonly IsoDirectory[];
  readonly files: readonly { readonly name: string; readonly isoName: string; readonly bytes: Uint8Array }[];
}

/** ECMA-119 §6.8.2.1 allows 8 levels, the root among them. */
const depthMax = 8;
/** Joliet's limit; and the Rock Ridge name has to fit into its directory record beside the ISO name. */
const nameMaxChars = 64;
const nameMaxUtf8Bytes = 110;

/** Why `path` cannot be written; undefined when it can. */
export function isoPathProblem(path: string): string | undefined {
  const names = path.split('/');
  if (names.length > depthMax) return `more than ${depthMax} levels`;
  for (const name of names) {
    if (name === '' || name === '.' || name === '..') return `a part of the path is "${name}"`;
    if (name.length > nameMaxChars || Buffer.byteLength(name) > nameMaxUtf8Bytes) return 'a name is too long';
    if (/[*/:;?\\\ud800-\udfff]/.test(name) || hasControlCharacter(name))
      return 'a name has a character that Joliet forbids';
  }
  return undefined;
}

function hasControlCharacter(text: string): boolean {
  return Array.from(text).some(character => character < ' ' || character === '\u007f');
}

/** @throws Error for a path that `isoPathProblem` objects to, or one that is there twice: both are bugs of the caller. */
export function isoTree(files: readonly IsoFile[]): IsoDirectory {
  const seen = new Set<string>();
  for (const { path } of files) {
    const problem =
      isoPathProblem(path) ?? (seen.has(path) ? 'the path is there twice' : blockedBy(path, files));
    if (problem !== undefined) throw new Error(`cannot put ${JSON.stringify(path)} on an ISO: ${problem}`);
    seen.add(path);
  }
  return directoryOf('', '\0', files);
}

function blockedBy(path: string, files: readonly IsoFile[]): string | undefined {
  return files.some(file => path.startsWith(`${file.path}/`)) ? 'it lies inside a file' : undefined;
}

function directoryOf(name: string, isoName: string, files: readonly IsoFile[]): IsoDirectory {
  const below = new Map<string, IsoFile[]>();
  const own: IsoFile[] = [];
  for (const file of files) {
    const slash = file.path.indexOf('/');
    if (slash === -1) own.push(file);
    else {
      const directory = file.path.slice(0, slash);
      const inside = { path: file.path.slice(slash + 1), bytes: file.bytes };
      below.set(directory, [...(below.get(directory) ?? []), inside]);
    }
  }
  const taken = new Set<string>();
  return {
    name,
    isoName,
    directories: [...below].map(([child, inside]) =>
      directoryOf(child, uniqueIsoName(child, 'directory', taken), inside),
    ),
    files: own.map(file => ({
      name: file.path,
      isoName: uniqueIsoName(file.path, 'file', taken),
      bytes: file.bytes,
    })),
  };
}

/**
 * An interchange-level-2 name (ECMA-119 §7.5): upper case letters, digits and `_`, at most 31 characters, files with
 * one dot and a version. Only readers without Rock Ridge and Joliet see it.
 */
function uniqueIsoName(name: string, kind: 'file' | 'directory', taken: Set<string>): string {
  const clean = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
  const dot = kind === 'file' ? name.lastIndexOf('.') : -1;
  const base = clean(dot > 0 ? name.slice(0, dot) : name);
  const extension = dot > 0 ? clean(name.slice(dot + 1)).slice(0, 8) : '';
  for (let number = 0; ; number++) {
    const suffix = number === 0 ? '' : String(number);
    const stem = base.slice(0, 21 - suffix.length) + suffix;
    const candidate = kind === 'file' ? `${stem}.${extension};1` : stem;
    if (!taken.has(candidate)) {
      taken.add(candidate);
      return candidate;
    }
  }
}
