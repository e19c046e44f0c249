import type { Decoded } from '#shared/model/decoded.ts';
import { decoded, malformed } from '#shared/model/decoded.ts';
import { netFn } from '../message.ts';
import type { BmcCommand } from './command.ts';
import { decodeFixed } from './command.ts';

/** Where records come from: the SDR repository (IPMI 2.0 §33), or the sensors' own controller (device SDRs, §35.2–35.4). */
export type SdrSource = 'repository' | 'device';

/** Together they say whether records that were read before are still true. */
export interface SdrStamp {
  readonly recordCount: number;
  /** As the BMC counts time, only good for comparison. Of device SDRs: the population change indicator, 0 without one. */
  readonly addedAt: number;
  /** Always 0 of device SDRs. */
  readonly erasedAt: number;
}

/** §33.9. */
export const getSdrRepositoryInfo: BmcCommand<SdrStamp> = {
  name: 'Get SDR Repository Info',
  netFn: netFn.storage,
  command: 0x20,
  data: Buffer.alloc(0),
  decode: decodeFixed(13, data => ({
    recordCount: data.readUInt16LE(1),
    addedAt: data.readUInt32LE(5),
    erasedAt: data.readUInt32LE(9),
  })),
};

/** §35.2; asks for the number of SDRs, not of sensors. */
export const getDeviceSdrInfo: BmcCommand<SdrStamp> = {
  name: 'Get Device SDR Info',
  netFn: netFn.sensor,
  command: 0x20,
  data: Buffer.of(1),
  decode: decodeFixed(2, data => ({
    recordCount: data.readUInt8(0),
    addedAt: data.length >= 6 ? data.readUInt32LE(2) : 0,
    erasedAt: 0,
  })),
};

/** §33.11 and §35.4: the reservation that reads in pieces need. */
export function reserveSdrs(source: SdrSource): BmcCommand<number> {
  return {
    name: source === 'repository' ? 'Reserve SDR Repository' : 'Reserve Device SDR Repository',
    netFn: source === 'repository' ? netFn.storage : netFn.sensor,
    command: 0x22,
    data: Buffer.alloc(0),
    decode: decodeFixed(2, data => data.readUInt16LE(0)),
  };
}

export interface SdrPiece {
  /** FFFFh behind the last record. */
  readonly nextId: number;
  readonly bytes: Buffer;
}

export interface SdrPieceRequest {
  readonly reservation: number;
  readonly recordId: number;
  readonly offset: number;
  readonly count: number;
}

/** §33.12 and §35.3. */
export function getSdr(source: SdrSource, request: SdrPieceRequest): BmcCommand<SdrPiece> {
  const data = Buffer.alloc(6);
  data.writeUInt16LE(request.reservation, 0);
  data.writeUInt16LE(request.recordId, 2);
  data.writeUInt8(request.offset, 4);
  data.writeUInt8(request.count, 5);
  return {
    name: source === 'repository' ? 'Get SDR' : 'Get Device SDR',
    netFn: source === 'repository' ? netFn.storage : netFn.sensor,
    command: source === 'repository' ? 0x23 : 0x21,
    data,
    decode: decodePiece,
  };
}

function decodePiece(data: Buffer): Decoded<SdrPiece> {
  if (data.length < 3) return malformed(data.length, 'no record data in the answer');
  return decoded({ nextId: data.readUInt16LE(0), bytes: Buffer.from(data.subarray(2)) });
}
