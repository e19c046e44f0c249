/**
 * The few facts of ELF files (64 bit, little endian) that the ramdisk is built from: what a program needs to start,
 * and what a kernel module says of itself. Pure; a file that is no such ELF gives undefined.
 *
 *   0        16       24      32      40      48            64
 *   | ident  | …      | entry | phoff | shoff | flags, ehsize, phentsize, phnum, shentsize, shnum, shstrndx |
 */
export interface ElfProgram {
  /** DT_NEEDED: file names of shared libraries. */
  readonly needed: readonly string[];
  /** PT_INTERP: the dynamic loader's path. */
  readonly interpreter: string | undefined;
}

const segmentLoad = 1;
const segmentDynamic = 2;
const segmentInterpreter = 3;
const dynamicNeeded = 1n;
const dynamicStringTable = 5n;

export function readElfProgram(bytes: Buffer): ElfProgram | undefined {
  if (!isElf(bytes)) return undefined;
  const segments = programHeaders(bytes);
  const interpreter = segments.find(({ type }) => type === segmentInterpreter);
  const dynamic = segments.find(({ type }) => type === segmentDynamic);
  const names: bigint[] = [];
  let stringTable: bigint | undefined;
  const dynamicEnd = dynamic === undefined ? 0 : Math.min(dynamic.offset + dynamic.size, bytes.length);
  for (let at = dynamic?.offset ?? 0; at + 16 <= dynamicEnd; at += 16) {
    const tag = bytes.readBigInt64LE(at);
    const value = bytes.readBigUInt64LE(at + 8);
    if (tag === dynamicNeeded) names.push(value);
    if (tag === dynamicStringTable) stringTable = value;
  }
  const strings = stringTable === undefined ? undefined : fileOffset(segments, stringTable);
  return {
    needed: strings === undefined ? [] : names.map(name => textAt(bytes, strings + Number(name))),
    interpreter: interpreter === undefined ? undefined : textAt(bytes, interpreter.offset),
  };
}

/** The `key=value` strings of a kernel module's .modinfo section, in order; keys repeat. */
export function readModuleInfo(bytes: Buffer): [key: string, value: string][] | undefined {
  if (!isElf(bytes)) return undefined;
  const section = sectionByName(bytes, '.modinfo');
  if (section === undefined) return undefined;
  return section
    .toString('latin1')
    .split('\0')
    .filter(text => text.includes('='))
    .map(text => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]);
}

function isElf(bytes: Buffer): boolean {
  return bytes.length >= 64 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: bigint;
  readonly size: number;
}

function programHeaders(bytes: Buffer): Segment[] {
  const start = Number(bytes.readBigUInt64LE(32));
  const entrySize = bytes.readUInt16LE(54);
  const count = bytes.readUInt16LE(56);
  const segments: Segment[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = start + index * entrySize;
    if (entrySize < 56 || at + 56 > bytes.length) break;
    segments.push({
      type: bytes.readUInt32LE(at),
      offset: Number(bytes.readBigUInt64LE(at + 8)),
      address: bytes.readBigUInt64LE(at + 16),
      size: Number(bytes.readBigUInt64LE(at + 32)),
    });
  }
  return segments;
}

function fileOffset(segments: readonly Segment[], address: bigint): number | undefined {
  const segment = segments.find(
    ({ type, address: start, size }) =>
      type === segmentLoad && address >= start && address < start + BigInt(size),
  );
  return segment === undefined ? undefined : segment.offset + Number(address - segment.address);
}

function sectionByName(bytes: Buffer, wanted: string): Buffer | undefined {
  const start = Number(bytes.readBigUInt64LE(40));
  const entrySize = bytes.readUInt16LE(58);
  const count = bytes.readUInt16LE(60);
  const namesIndex = bytes.readUInt16LE(62);
  const header = (index: number): number => start + index * entrySize;
  if (entrySize < 64 || header(count) > bytes.length || namesIndex >= count) return undefined;
  const names = Number(bytes.readBigUInt64LE(header(namesIndex) + 24));
  for (let index = 0; index < count; index += 1) {
    const at = header(index);
    if (textAt(bytes, names + bytes.readUInt32LE(at)) !== wanted) continue;
    const offset = Number(bytes.readBigUInt64LE(at + 24));
    return bytes.subarray(offset, offset + Number(bytes.readBigUInt64LE(at + 32)));
  }
  return undefined;
}

function textAt(bytes: Buffer, at: number): string {
  if (at < 0 || at >= bytes.length) return '';
  const end = bytes.indexOf(0, at);
  return bytes.toString('latin1', at, end < 0 ? bytes.length : end);
}
