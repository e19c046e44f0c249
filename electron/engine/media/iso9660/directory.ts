import { type NameSpace, sectorSize } from './name-space.ts';

interface Names {
  readonly name: string;
  readonly isoName: string;
}

export interface DirectoryRecordInput {
  readonly space: NameSpace;
  readonly kind: 'volume-root' | 'root-self' | 'self' | 'parent' | 'directory' | 'file';
  /** For `directory` and `file`. */
  readonly names?: Names;
  readonly sector: number;
  readonly sizeBytes: number;
  readonly options: { readonly createdAtMs: number };
}

/**
 * A directory record (ECMA-119 §9.1); both-endian fields hold the value twice, little endian first:
 *
 *     0     1   2         10        18      25     26  27  28        32     33
 *     +-----+---+---------+---------+-------+------+---+---+---------+------+------+-----+------------+
 *     | len | 0 | sector  | size    | date  | flags| 0 | 0 | volume 1| name | name | pad | system use |
 *     |     |   | both u32| both u32| 7     |      |   |   | both u16| len  |      | to 2| SUSP       |
 *     +-----+---+---------+---------+-------+------+---+---+---------+------+------+-----+------------+
 */
export function directoryRecord(input: DirectoryRecordInput): Uint8Array {
  const name = identifier(input);
  const padding = name.length % 2 === 0 ? 1 : 0;
  const systemUse = input.space === 'rock-ridge' ? rockRidge(input) : Buffer.alloc(0);
  const length = 33 + name.length + padding + systemUse.length;
  const record = Buffer.alloc(length + (length % 2));
  record.writeUInt8(record.length, 0);
  record.writeUInt32LE(input.sector, 2);
  record.writeUInt32BE(input.sector, 6);
  record.writeUInt32LE(input.sizeBytes, 10);
  record.writeUInt32BE(input.sizeBytes, 14);
  recordDate(input.options.createdAtMs).copy(record, 18);
  record.writeUInt8(input.kind === 'file' ? 0 : 2, 25);
  record.writeUInt16LE(1, 28);
  record.writeUInt16BE(1, 30);
  record.writeUInt8(name.length, 32);
  name.copy(record, 33);
  systemUse.copy(record, 33 + name.length + padding);
  return record;
}

/** Records do not cross sectors (ECMA-119 §6.8.1.1); the rest of a sector is zeros. */
export function recordsInSectors(records: readonly Uint8Array[]): Uint8Array {
  const sectors: Buffer[] = [];
  let used = sectorSize;
  for (const record of records) {
    if (used + record.length > sectorSize) {
      sectors.push(Buffer.alloc(sectorSize));
      used = 0;
    }
    sectors.at(-1)?.set(record, used);
    used += record.length;
  }
  return Buffer.concat(sectors);
}

/** A path table record (ECMA-119 §9.4): name length u8, 0, sector u32, parent's number u16, name, pad to 2. */
export function pathTableRecord(input: {
  readonly space: NameSpace;
  readonly endian: 'little' | 'big';
  readonly directory: Names;
  readonly sector: number;
  readonly parentNumber: number;
}): Uint8Array {
  const isRoot = input.directory.isoName === '\0';
  const name = isRoot ? Buffer.from([0]) : nameBytes(input.space, input.directory, '');
  const record = Buffer.alloc(8 + name.length + (name.length % 2));
  record.writeUInt8(name.length, 0);
  if (input.endian === 'little') {
    record.writeUInt32LE(input.sector, 2);
    record.writeUInt16LE(input.parentNumber, 6);
  } else {
    record.writeUInt32BE(input.sector, 2);
    record.writeUInt16BE(input.parentNumber, 6);
  }
  name.copy(record, 8);
  return record;
}

/** ECMA-119 §9.3: by the bytes of the identifiers of that tree. */
export function compareNames(space: NameSpace, a: Names, b: Names): number {
  return Buffer.compare(nameBytes(space, a, ''), nameBytes(space, b, ''));
}

function identifier(input: DirectoryRecordInput): Buffer {
  if (input.names !== undefined)
    return nameBytes(input.space, input.names, input.kind === 'file' ? ';1' : '');
  return Buffer.from([input.kind === 'parent' ? 1 : 0]);
}

function nameBytes(space: NameSpace, names: Names, version: string): Buffer {
  if (space === 'rock-ridge') return Buffer.from(names.isoName, 'latin1');
  return Buffer.from(names.name + version, 'utf16le').swap16();
}

/**
 * System Use entries (SUSP 1.12 §5, RRIP 1.10 §4.1): SP and ER in the root's own record, PX everywhere, NM where there is
 * a name. ER comes without its two descriptive texts: they may be empty and would not fit.
 */
function rockRidge(input: DirectoryRecordInput): Buffer {
  if (input.kind === 'volume-root') return Buffer.alloc(0);
  const isDirectory = input.kind !== 'file';
  const entries: Buffer[] = [];
  if (input.kind === 'root-self') entries.push(Buffer.from([0x53, 0x50, 7, 1, 0xbe, 0xef, 0]));
  entries.push(posixAttributes(isDirectory ? 0o040555 : 0o100444, isDirectory ? 2 : 1));
  if (input.kind === 'root-self')
    entries.push(
      Buffer.concat([Buffer.from([0x45, 0x52, 18, 1, 10, 0, 0, 1]), Buffer.from('RRIP_1991A', 'latin1')]),
    );
  if (input.names !== undefined) {
    const name = Buffer.from(input.names.name, 'utf8');
    entries.push(Buffer.concat([Buffer.from([0x4e, 0x4d, 5 + name.length, 1, 0]), name]));
  }
  return Buffer.concat(entries);
}

/** PX (RRIP 1.10 §4.1.1): mode, links, user, group, each both-endian. Everything belongs to root. */
function posixAttributes(mode: number, links: number): Buffer {
  const entry = Buffer.alloc(36);
  entry.write('PX', 0, 'latin1');
  entry.writeUInt8(36, 2);
  entry.writeUInt8(1, 3);
  [mode, links, 0, 0].forEach((value, index) => {
    entry.writeUInt32LE(value, 4 + index * 8);
    entry.writeUInt32BE(value, 8 + index * 8);
  });
  return entry;
}

/** ECMA-119 §9.1.5: years since 1900, month, day, hour, minute, second, zone 0 (UTC). */
function recordDate(atMs: number): Buffer {
  const date = new Date(atMs);
  return Buffer.from([
    date.getUTCFullYear() - 1900,
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    0,
  ]);
}
