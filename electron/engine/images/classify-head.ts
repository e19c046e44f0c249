import { recogniseFileSystem } from '#engine/media/disk-layout/file-system.ts';

export type Compression = 'gzip' | 'xz' | 'zstd';

/** Formats that are known by name and not imported. */
export type UnsupportedFormat =
  | 'iso9660'
  | 'vmdk'
  | 'vhd'
  | 'vhdx'
  | 'vdi'
  | 'qcow1'
  | 'qed'
  | 'ova'
  | 'tar'
  | 'zip'
  | '7z'
  | 'rar'
  | 'bzip2'
  | 'lz4'
  | 'lzip'
  | 'cpio'
  | 'deb'
  | 'rpm'
  | 'wim'
  | 'squashfs'
  | 'elf'
  | 'pe'
  | 'html'
  | 'text';

/** What a file is, by its first bytes alone. `raw` is what is left: the content of a disk, or nothing we know. */
export type HeadClass =
  | { readonly kind: 'compressed'; readonly compression: Compression }
  | { readonly kind: 'qcow2' }
  | { readonly kind: 'unsupported'; readonly format: UnsupportedFormat }
  | { readonly kind: 'raw' };

/** How much of a file `classifyHead` wants to see: an ISO is known at 32 KiB, btrfs at 64 KiB. */
export const headBytes = 128 * 1024;

type Signature = readonly [format: UnsupportedFormat, offset: number, bytes: string];

/** Latin-1 texts. Order matters only where one format is a special case of another. */
const signatures: readonly Signature[] = [
  ['vmdk', 0, 'KDMV'],
  ['vmdk', 0, 'COWD'],
  ['vmdk', 0, '# Disk DescriptorFile'],
  ['vhd', 0, 'conectix'],
  ['vhdx', 0, 'vhdxfile'],
  ['vdi', 64, '\x7f\x10\xda\xbe'],
  ['qed', 0, 'QED\0'],
  ['qcow1', 0, 'QFI\xfb\0\0\0\x01'],
  ['zip', 0, 'PK\x03\x04'],
  ['zip', 0, 'PK\x05\x06'],
  ['7z', 0, "7z\xbc\xaf'\x1c"],
  ['rar', 0, 'Rar!\x1a\x07'],
  ['bzip2', 0, 'BZh'],
  ['lz4', 0, '\x04\x22\x4d\x18'],
  ['lzip', 0, 'LZIP'],
  ['cpio', 0, '07070'],
  ['deb', 0, '!<arch>\ndebian-binary'],
  ['rpm', 0, '\xed\xab\xee\xdb'],
  ['wim', 0, 'MSWIM\0\0\0'],
  ['elf', 0, '\x7fELF'],
];

/** `head`: the first `headBytes` of the file, or all of it. Pure; any bytes give an answer. */
export function classifyHead(head: Uint8Array): HeadClass {
  const starts = (text: string, offset = 0): boolean =>
    Array.from(text).every((character, index) => head[offset + index] === character.charCodeAt(0));
  if (starts('\x1f\x8b\x08')) return { kind: 'compressed', compression: 'gzip' };
  if (starts('\xfd7zXZ\0')) return { kind: 'compressed', compression: 'xz' };
  if (starts('\x28\xb5\x2f\xfd') || (starts('\x2a\x4d\x18', 1) && ((head[0] ?? 0) & 0xf0) === 0x50))
    return { kind: 'compressed', compression: 'zstd' };
  const signature = signatures.find(([, offset, text]) => starts(text, offset));
  if (signature !== undefined) return { kind: 'unsupported', format: signature[0] };
  if (starts('QFI\xfb')) return { kind: 'qcow2' };
  if (starts('ustar', 257)) return { kind: 'unsupported', format: isOva(head) ? 'ova' : 'tar' };
  if (isWindowsProgram(head)) return { kind: 'unsupported', format: 'pe' };
  const fileSystem = recogniseFileSystem(head);
  if (fileSystem === 'iso9660' || fileSystem === 'squashfs')
    return { kind: 'unsupported', format: fileSystem };
  const text = textFormat(head);
  return text === undefined ? { kind: 'raw' } : { kind: 'unsupported', format: text };
}

/** A fixed-size VHD is a raw disk with a footer: only its last sector tells. */
export function isVhdFooter(tail: Uint8Array): boolean {
  return Buffer.from(tail.buffer, tail.byteOffset, tail.length)
    .subarray(-512, -504)
    .equals(Buffer.from('conectix'));
}

/** The OVF descriptor is the first member of an OVA (DMTF DSP0243 §2). */
function isOva(head: Uint8Array): boolean {
  const name = Buffer.from(head.subarray(0, 100)).toString('latin1').replace(/\0.*$/s, '');
  return name.toLowerCase().endsWith('.ovf');
}

/** MZ alone could be boot code; a program also has a PE header where its DOS header says. */
function isWindowsProgram(head: Uint8Array): boolean {
  if (head.length < 64 || head[0] !== 0x4d || head[1] !== 0x5a) return false;
  const at = new DataView(head.buffer, head.byteOffset, head.length).getUint32(60, true);
  return [0x50, 0x45, 0, 0].every((byte, index) => head[at + index] === byte);
}

/** Text has no control characters: a boot sector or a file system always has some in its first 512 bytes. */
function textFormat(head: Uint8Array): 'html' | 'text' | undefined {
  const start = head.subarray(0, 512);
  const isText = start.every(byte =>
    byte >= 0x20 ? byte !== 0x7f : [0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte),
  );
  if (!isText || start.length === 0) return undefined;
  try {
    // `stream` allows a character that is cut off at the end.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return /^\s*<(!doctype|html|head|\?xml)/i.test(text) ? 'html' : 'text';
  } catch {
    // Bytes above 0x7f that are no UTF-8: not text as anybody writes it today.
    return undefined;
  }
}
