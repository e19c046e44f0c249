import type { Budget } from '../disc-tree/budget.ts';
import { accepted, type DiscDecoded, refused } from '../disc-tree/refusal.ts';
import { sectorSize } from './name-space.ts';

/** A directory record as it lies on the disc; `directory.ts` has the drawing. */
export interface DirectoryRecord {
  /** Byte of the image at which it begins. */
  readonly offset: number;
  readonly identifier: Buffer;
  readonly isDirectory: boolean;
  /** Another record of the same name has the next piece of the file (ECMA-119 §9.1.6 bit 7). */
  readonly goesOn: boolean;
  /** Bit 2: the resource fork of a file of the same name. */
  readonly isAssociated: boolean;
  readonly isInterleaved: boolean;
  readonly block: number;
  readonly sizeBytes: number;
  readonly systemUse: Buffer;
}

/** `bytes`: all of a directory's extent, which begins at byte `offset` of the image. */
export function splitRecords(bytes: Buffer, offset: number, budget: Budget): DiscDecoded<DirectoryRecord[]> {
  const records: DirectoryRecord[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt8(at);
    const sectorEnd = (Math.floor(at / sectorSize) + 1) * sectorSize;
    if (length === 0) {
      at = sectorEnd;
      continue;
    }
    if (length < 34 || at + length > Math.min(sectorEnd, bytes.length))
      return refused('malformed', offset + at, `a directory record of ${length} bytes`);
    const record = decodeRecord(bytes.subarray(at, at + length), offset + at);
    if (record === undefined)
      return refused('malformed', offset + at + 32, 'a name longer than its directory record');
    const spent = budget.spend('entries', 1, offset + at);
    if (spent !== undefined) return spent;
    records.push(record);
    at += length;
  }
  return accepted(records);
}

function decodeRecord(bytes: Buffer, offset: number): DirectoryRecord | undefined {
  const nameLength = bytes.readUInt8(32);
  const nameEnd = 33 + nameLength;
  if (nameLength === 0 || nameEnd > bytes.length) return undefined;
  const flags = bytes.readUInt8(25);
  return {
    offset,
    identifier: bytes.subarray(33, nameEnd),
    isDirectory: (flags & 0x02) !== 0,
    goesOn: (flags & 0x80) !== 0,
    isAssociated: (flags & 0x04) !== 0,
    isInterleaved: bytes.readUInt8(26) !== 0,
    // An extended attribute record of that many blocks comes before the data (§9.1.2).
    block: bytes.readUInt32LE(2) + bytes.readUInt8(1),
    sizeBytes: bytes.readUInt32LE(10),
    systemUse: bytes.subarray(nameEnd + (1 - (nameLength % 2))),
  };
}

/** Identifiers 0 and 1 are the directory itself and its parent (§7.6.2). */
export function isSelfOrParent({ identifier }: DirectoryRecord): boolean {
  return identifier.length === 1 && identifier.readUInt8(0) < 2;
}
