import { completion } from '../completion-code.ts';
import { netFn } from '../message.ts';
import type { BmcState, Handler, Reply } from './handler.ts';
import { handlerKey, level, refuse, reply, replyData } from './handler.ts';
import { findSdrRecord, sdrRecords } from './sdr.ts';

/** FRU inventory, the smallest useful SDR repository and an empty SEL (IPMI 2.0 §31, §33, §34). */
const sdrVersion = 0x51;
const nothingFree = [0x00, 0x00];
const neverChanged = [0x00, 0x00, 0x00, 0x00];
const reservation = [0x01, 0x00];

function fruAreaInfo(state: BmcState, data: Buffer): Reply {
  if (data.length < 1) return refuse(completion.requestLengthInvalid);
  if (data.readUInt8(0) !== 0) return refuse(completion.notPresent);
  return reply(state.fru.length & 0xff, state.fru.length >> 8, 0x00);
}

/** One answer must fit a 1.5 message and the buffers of small consoles. */
const maxFruChunkBytes = 128;

function readFru(state: BmcState, data: Buffer): Reply {
  if (data.length < 4) return refuse(completion.requestLengthInvalid);
  if (data.readUInt8(0) !== 0) return refuse(completion.notPresent);
  const offset = data.readUInt16LE(1);
  const count = data.readUInt8(3);
  if (count > maxFruChunkBytes) return refuse(completion.cannotReturnBytes);
  if (offset >= state.fru.length) return refuse(completion.parameterOutOfRange);
  const chunk = state.fru.subarray(offset, offset + count);
  return replyData(Buffer.concat([Uint8Array.of(chunk.length), chunk]));
}

function sdrRepositoryInfo(): Reply {
  return reply(sdrVersion, sdrRecords.length, 0x00, ...nothingFree, ...neverChanged, ...neverChanged, 0x02);
}

function readSdr(_state: BmcState, data: Buffer): Reply {
  if (data.length < 6) return refuse(completion.requestLengthInvalid);
  const found = findSdrRecord(data.readUInt16LE(2));
  if (found === undefined) return refuse(completion.notPresent);
  const offset = data.readUInt8(4);
  if (offset >= found.record.length) return refuse(completion.parameterOutOfRange);
  // A count of FFh means the whole record.
  const chunk = found.record.subarray(offset, offset + data.readUInt8(5));
  return replyData(Buffer.concat([Uint8Array.of(found.nextId & 0xff, found.nextId >> 8), chunk]));
}

function selInfo(): Reply {
  return reply(sdrVersion, 0x00, 0x00, ...nothingFree, ...neverChanged, ...neverChanged, 0x02);
}

function handler(command: number, entry: Handler): [number, Handler] {
  return [handlerKey(netFn.storage, command), entry];
}

export const storageCommands: readonly [number, Handler][] = [
  handler(0x10, { level: level.user, handle: fruAreaInfo }),
  handler(0x11, { level: level.user, handle: readFru }),
  handler(0x20, { level: level.user, handle: sdrRepositoryInfo }),
  handler(0x22, { level: level.user, handle: () => reply(...reservation) }),
  handler(0x23, { level: level.user, handle: readSdr }),
  handler(0x40, { level: level.user, handle: selInfo }),
  handler(0x42, { level: level.user, handle: () => reply(...reservation) }),
  handler(0x43, { level: level.user, handle: () => refuse(completion.notPresent) }),
  handler(0x48, { level: level.user, handle: () => reply(...neverChanged) }),
];
