import { completion } from '../completion-code.ts';
import { netFn } from '../message.ts';
import type { BmcFru } from './bmc-fru.ts';
import type { BmcState, Handler, Reply } from './handler.ts';
import { handlerKey, level, refuse, reply, replyData } from './handler.ts';
import { findSdrRecord } from './sdr.ts';

/** FRU inventories and the SDR repository (IPMI 2.0 §33, §34). */
export const repositoryVersion = 0x51;
const nothingFree = [0x00, 0x00];
/** Reserve is supported, nothing else. */
const reserves = 0x02;

function withFru(state: BmcState, data: Buffer, answer: (fru: BmcFru) => Reply): Reply {
  const fru = state.frus.find(({ fruId }) => fruId === data[0]);
  return fru === undefined ? refuse(completion.notPresent) : answer(fru);
}

function fruAreaInfo(state: BmcState, data: Buffer): Reply {
  if (data.length < 1) return refuse(completion.requestLengthInvalid);
  return withFru(state, data, ({ bytes }) => reply(bytes.length & 0xff, bytes.length >> 8, 0x00));
}

/** One answer must fit a 1.5 message and the buffers of small consoles. */
const maxFruChunkBytes = 128;

function readFru(state: BmcState, data: Buffer): Reply {
  if (data.length < 4) return refuse(completion.requestLengthInvalid);
  return withFru(state, data, ({ bytes }) => {
    const offset = data.readUInt16LE(1);
    const count = data.readUInt8(3);
    if (count > maxFruChunkBytes) return refuse(completion.cannotReturnBytes);
    if (offset >= bytes.length) return refuse(completion.parameterOutOfRange);
    const chunk = bytes.subarray(offset, offset + count);
    return replyData(Buffer.concat([Uint8Array.of(chunk.length), chunk]));
  });
}

function sdrRepositoryInfo(state: BmcState): Reply {
  const data = Buffer.from([repositoryVersion, 0, 0, ...nothingFree, 0, 0, 0, 0, 0, 0, 0, 0, reserves]);
  data.writeUInt16LE(state.sdrRecords.length, 1);
  data.writeUInt32LE(state.startedAtSeconds, 5);
  data.writeUInt32LE(state.startedAtSeconds, 9);
  return replyData(data);
}

function reserveSdrRepository(state: BmcState): Reply {
  state.sdrReservation = (state.sdrReservation % 0xffff) + 1;
  return reply(state.sdrReservation & 0xff, state.sdrReservation >> 8);
}

function readSdr(state: BmcState, data: Buffer): Reply {
  if (data.length < 6) return refuse(completion.requestLengthInvalid);
  const offset = data.readUInt8(4);
  // §33.12: a piece that does not begin the record needs the reservation.
  if (offset > 0 && data.readUInt16LE(0) !== state.sdrReservation)
    return refuse(completion.reservationCancelled);
  const found = findSdrRecord(state.sdrRecords, data.readUInt16LE(2));
  if (found === undefined) return refuse(completion.notPresent);
  if (offset >= found.record.length) return refuse(completion.parameterOutOfRange);
  // A count of FFh means the whole record.
  const chunk = found.record.subarray(offset, offset + data.readUInt8(5));
  return replyData(Buffer.concat([Uint8Array.of(found.nextId & 0xff, found.nextId >> 8), chunk]));
}

function handler(command: number, entry: Handler): [number, Handler] {
  return [handlerKey(netFn.storage, command), entry];
}

export const storageCommands: readonly [number, Handler][] = [
  handler(0x10, { level: level.user, handle: fruAreaInfo }),
  handler(0x11, { level: level.user, handle: readFru }),
  handler(0x20, { level: level.user, handle: sdrRepositoryInfo }),
  handler(0x22, { level: level.user, handle: reserveSdrRepository }),
  handler(0x23, { level: level.user, handle: readSdr }),
];
