/**
 * Writes the kernel's initramfs format, cpio "newc" (Documentation/driver-api/early-userspace/buffer-format.rst):
 *
 *   "070701" | 13 fields of 8 hexadecimal digits | name NUL, padded to 4 | content, padded to 4
 *
 * Owner 0:0, time 0, numbers in order of the names: the same tree gives the same bytes, made by whomever.
 */
export type CpioEntry =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly executable: boolean;
      readonly content: Uint8Array;
    }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | {
      readonly kind: 'character-device';
      readonly path: string;
      readonly major: number;
      readonly minor: number;
    };

const modes = { file: 0o100644, executable: 0o100755, folder: 0o40755, link: 0o120777, device: 0o20600 };

/** Pieces of an archive with the entries sorted by path; parents must be among them. */
export function* cpioArchive(entries: Iterable<CpioEntry>): Generator<Uint8Array> {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  let inode = 0;
  for (const entry of sorted) {
    inode += 1;
    yield* member(inode, entry.path, modeOf(entry), contentOf(entry), entry);
  }
  yield* member(0, 'TRAILER!!!', 0, new Uint8Array(0));
}

function modeOf(entry: CpioEntry): number {
  switch (entry.kind) {
    case 'file':
      return entry.executable ? modes.executable : modes.file;
    case 'folder':
      return modes.folder;
    case 'link':
      return modes.link;
    case 'character-device':
      return modes.device;
  }
}

function contentOf(entry: CpioEntry): Uint8Array {
  if (entry.kind === 'file') return entry.content;
  return entry.kind === 'link' ? Buffer.from(entry.target) : new Uint8Array(0);
}

function* member(
  inode: number,
  path: string,
  mode: number,
  content: Uint8Array,
  entry?: CpioEntry,
): Generator<Uint8Array> {
  const name = Buffer.from(`${path}\0`);
  const device = entry?.kind === 'character-device' ? entry : { major: 0, minor: 0 };
  const links = entry?.kind === 'folder' ? 2 : 1;
  const fields = [
    inode,
    mode,
    0,
    0,
    links,
    0,
    content.length,
    0,
    0,
    device.major,
    device.minor,
    name.length,
    0,
  ];
  const header = `070701${fields.map(field => field.toString(16).padStart(8, '0').toUpperCase()).join('')}`;
  yield Buffer.from(header);
  yield name;
  yield padding(header.length + name.length);
  yield content;
  yield padding(content.length);
}

function padding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4);
}
