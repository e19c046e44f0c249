/**
 * ```
 *   0 name (100) │ 100 mode (8) │ 108 uid (8) │ 116 gid (8) │ 124 size (12) │ 136 mtime (12)
 * 148 checksum (8) │ 156 type (1) │ 157 link name (100) │ 257 "ustar\0" │ 263 "00" │ 265 … 512
 * ```
 * Numbers are octal text that ends in a NUL or a space.
 */
export const blockBytes = 512;
/** Eleven octal digits. */
const maxMemberBytes = 0o77777777777;

export interface TarHeader {
  readonly name: string;
  readonly sizeBytes: number;
}

interface DecodedTarHeader extends TarHeader {
  /** `0` and NUL are files; others are directories, links, devices, or what GNU tar and pax say of the next member. */
  readonly type: string;
}

/** `end`: a block of zeros, of which two end an archive. */
type DecodedHeader =
  | { readonly is: 'member'; readonly header: DecodedTarHeader }
  | { readonly is: 'end' }
  | { readonly is: 'malformed'; readonly reason: string };

export function encodeHeader({ name, sizeBytes }: TarHeader, modifiedAtMs: number): Uint8Array {
  const block = Buffer.alloc(blockBytes);
  if (Buffer.byteLength(name) > 100 || sizeBytes > maxMemberBytes)
    throw new RangeError(`${name} does not fit a tar header`);
  block.write(name, 0);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${octal(sizeBytes, 11)}\0`, 124);
  block.write(`${octal(Math.floor(modifiedAtMs / 1000), 11)}\0`, 136);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write(`${octal(checksumOf(block), 6)}\0 `, 148);
  return block;
}

export function decodeHeader(bytes: Uint8Array): DecodedHeader {
  const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (block.length !== blockBytes) return malformed('a header is cut off');
  if (block.every(byte => byte === 0)) return { is: 'end' };
  if (numberAt(block, 148, 8) !== checksumOf(block)) return malformed('the checksum of a header is wrong');
  const sizeBytes = numberAt(block, 124, 12);
  const name = textAt(block, 0, 100);
  if (sizeBytes === undefined || name === '') return malformed('a member without name or size');
  const type = String.fromCharCode(block[156] ?? 0);
  return { is: 'member', header: { name, sizeBytes, type } };
}

function malformed(reason: string): DecodedHeader {
  return { is: 'malformed', reason };
}

/** The sum of all bytes, those of the checksum itself taken as spaces. */
function checksumOf(block: Buffer): number {
  let sum = 0;
  for (const [offset, byte] of block.entries()) sum += offset >= 148 && offset < 156 ? 0x20 : byte;
  return sum;
}

function textAt(block: Buffer, offset: number, length: number): string {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
}

function numberAt(block: Buffer, offset: number, length: number): number | undefined {
  const text = textAt(block, offset, length).trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
