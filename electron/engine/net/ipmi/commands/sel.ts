import { decoded, malformed } from '#shared/model/decoded.ts';
import { netFn } from '../message.ts';
import type { BmcCommand } from './command.ts';
import { decodeFixed, decodeNothing } from './command.ts';

/** IPMI 2.0 §31.2. */
export interface SelInfo {
  readonly entryCount: number;
  readonly freeBytes: number;
  /** As the BMC counts time: good for comparison, and see sel-entry.ts. */
  readonly addedAt: number;
  readonly erasedAt: number;
  /** Events were dropped because there was no room. */
  readonly hasOverflowed: boolean;
}

export const getSelInfo: BmcCommand<SelInfo> = {
  name: 'Get SEL Info',
  netFn: netFn.storage,
  command: 0x40,
  data: Buffer.alloc(0),
  decode: decodeFixed(14, data => ({
    entryCount: data.readUInt16LE(1),
    freeBytes: data.readUInt16LE(3),
    addedAt: data.readUInt32LE(5),
    erasedAt: data.readUInt32LE(9),
    hasOverflowed: (data.readUInt8(13) & 0x80) !== 0,
  })),
};

/** §31.4. */
export const reserveSel: BmcCommand<number> = {
  name: 'Reserve SEL',
  netFn: netFn.storage,
  command: 0x42,
  data: Buffer.alloc(0),
  decode: decodeFixed(2, data => data.readUInt16LE(0)),
};

/** Id of the oldest entry there is. */
export const firstSelEntry = 0x0000;
/** Follows the newest one. */
export const endOfSel = 0xffff;

export interface SelPieceRequest {
  /** 0 unless it is a piece of an entry. */
  readonly reservation: number;
  readonly entryId: number;
  readonly offset: number;
  /** FFh: the whole entry. */
  readonly count: number;
}

export interface SelPiece {
  readonly nextId: number;
  readonly bytes: Buffer;
}

/** §31.5. */
export function getSelEntry(request: SelPieceRequest): BmcCommand<SelPiece> {
  const data = Buffer.alloc(6);
  data.writeUInt16LE(request.reservation, 0);
  data.writeUInt16LE(request.entryId, 2);
  data.writeUInt8(request.offset, 4);
  data.writeUInt8(request.count, 5);
  return {
    name: 'Get SEL Entry',
    netFn: netFn.storage,
    command: 0x43,
    data,
    decode: answer =>
      answer.length < 3
        ? malformed(answer.length, 'no event in the answer')
        : decoded({ nextId: answer.readUInt16LE(0), bytes: Buffer.from(answer.subarray(2)) }),
  };
}

/** §31.9; `status` only asks how far an erasure is. */
export function eraseSel(
  reservation: number,
  action: 'begin' | 'status',
): BmcCommand<'in-progress' | 'done'> {
  const data = Buffer.from([0, 0, ...Buffer.from('CLR'), action === 'begin' ? 0xaa : 0x00]);
  data.writeUInt16LE(reservation, 0);
  return {
    name: 'Clear SEL',
    netFn: netFn.storage,
    command: 0x47,
    data,
    decode: decodeFixed(1, answer => ((answer.readUInt8(0) & 0x0f) === 1 ? 'done' : 'in-progress')),
  };
}

/** §31.10: seconds, of the BMC's clock. Most keep UTC, some local time. */
export const getSelTime: BmcCommand<number> = {
  name: 'Get SEL Time',
  netFn: netFn.storage,
  command: 0x48,
  data: Buffer.alloc(0),
  decode: decodeFixed(4, data => data.readUInt32LE(0)),
};

/** §31.11. */
export function setSelTime(unixSeconds: number): BmcCommand<void> {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(unixSeconds, 0);
  return { name: 'Set SEL Time', netFn: netFn.storage, command: 0x49, data, decode: decodeNothing };
}
