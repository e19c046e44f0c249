import { decoded, malformed } from '#shared/model/decoded.ts';
import { netFn } from '../message.ts';
import type { BmcCommand } from './command.ts';
import { decodeFixed } from './command.ts';

/** IPMI 2.0 §34.1: size of one FRU inventory and whether it is addressed in words. */
export interface FruAreaInfo {
  readonly sizeBytes: number;
  readonly byWords: boolean;
}

export function getFruAreaInfo(fruId: number): BmcCommand<FruAreaInfo> {
  return {
    name: 'Get FRU Inventory Area Info',
    netFn: netFn.storage,
    command: 0x10,
    data: Buffer.of(fruId),
    decode: decodeFixed(3, data => ({
      sizeBytes: data.readUInt16LE(0),
      byWords: (data.readUInt8(2) & 1) === 1,
    })),
  };
}

/** §34.2. `offset` and `count` are in the unit of `FruAreaInfo.byWords`; answers the bytes read. */
export function readFruData(fruId: number, offset: number, count: number): BmcCommand<Buffer> {
  const data = Buffer.alloc(4);
  data.writeUInt8(fruId, 0);
  data.writeUInt16LE(offset, 1);
  data.writeUInt8(count, 3);
  return {
    name: 'Read FRU Data',
    netFn: netFn.storage,
    command: 0x11,
    data,
    // The count byte is not compared: firmware with word access puts words or bytes there as it likes.
    decode: bytes =>
      bytes.length < 2
        ? malformed(bytes.length, 'no FRU data in the answer')
        : decoded(Buffer.from(bytes.subarray(1))),
  };
}
