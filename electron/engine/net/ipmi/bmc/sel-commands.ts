import { endOfSel, firstSelEntry } from '../commands/sel.ts';
import { completion } from '../completion-code.ts';
import { consoleAddress, netFn } from '../message.ts';
import { selEntryBytes } from '../sensors/sel-entry.ts';
import type { BmcState, Handler, Reply } from './handler.ts';
import { handlerKey, level, refuse, reply, replyData } from './handler.ts';
import { repositoryVersion } from './storage-commands.ts';

/** The event log (IPMI 2.0 §31) and Platform Event Message (§29.3). */
const never = 0;
const systemEvent = 0x02;
/** Delete and reserve are supported. */
const operations = 0x0a;
const overflowed = 0x80;

function selInfo({ eventLog }: BmcState): Reply {
  const data = Buffer.alloc(14);
  data.writeUInt8(repositoryVersion, 0);
  data.writeUInt16LE(eventLog.entries.length, 1);
  data.writeUInt16LE(eventLog.freeBytes, 3);
  data.writeUInt32LE(eventLog.addedAt ?? never, 5);
  data.writeUInt32LE(eventLog.erasedAt ?? never, 9);
  data.writeUInt8(operations | (eventLog.hasOverflowed ? overflowed : 0), 13);
  return replyData(data);
}

function reserve({ eventLog }: BmcState): Reply {
  const reservation = eventLog.reserve();
  return reply(reservation & 0xff, reservation >> 8);
}

function readEntry({ eventLog }: BmcState, data: Buffer): Reply {
  if (data.length < 6) return refuse(completion.requestLengthInvalid);
  const offset = data.readUInt8(4);
  if (offset > 0 && !eventLog.isReserved(data.readUInt16LE(0)))
    return refuse(completion.reservationCancelled);
  if (offset >= selEntryBytes) return refuse(completion.parameterOutOfRange);
  const { entries } = eventLog;
  const index = indexOf(entries, data.readUInt16LE(2));
  const entry = entries[index];
  if (entry === undefined) return refuse(completion.notPresent);
  const nextId = entries[index + 1]?.readUInt16LE(0) ?? endOfSel;
  const chunk = entry.subarray(offset, offset + data.readUInt8(5));
  return replyData(Buffer.concat([Uint8Array.of(nextId & 0xff, nextId >> 8), chunk]));
}

function indexOf(entries: readonly Buffer[], id: number): number {
  if (id === firstSelEntry) return 0;
  return id === endOfSel ? entries.length - 1 : entries.findIndex(entry => entry.readUInt16LE(0) === id);
}

function addEntry({ eventLog }: BmcState, data: Buffer): Reply {
  if (data.length < selEntryBytes) return refuse(completion.requestLengthInvalid);
  return added(eventLog.add(data.subarray(0, selEntryBytes)));
}

/** §29.3: over the LAN the message does not name its generator; it is the sender, a console. */
function platformEvent({ eventLog }: BmcState, data: Buffer): Reply {
  if (data.length < 7) return refuse(completion.requestLengthInvalid);
  const head = [0, 0, systemEvent, 0, 0, 0, 0, consoleAddress, 0];
  return eventLog.add(Buffer.from([...head, ...data.subarray(0, 7)])) === undefined
    ? refuse(completion.outOfSpace)
    : reply();
}

function added(id: number | undefined): Reply {
  return id === undefined ? refuse(completion.outOfSpace) : reply(id & 0xff, id >> 8);
}

function removeEntry({ eventLog }: BmcState, data: Buffer): Reply {
  if (data.length < 4) return refuse(completion.requestLengthInvalid);
  if (!eventLog.isReserved(data.readUInt16LE(0))) return refuse(completion.reservationCancelled);
  const entry = eventLog.entries[indexOf(eventLog.entries, data.readUInt16LE(2))];
  if (entry === undefined) return refuse(completion.notPresent);
  const id = entry.readUInt16LE(0);
  eventLog.remove(id);
  return reply(id & 0xff, id >> 8);
}

const beginErasure = 0xaa;
const erasureDone = 0x01;

function clear({ eventLog }: BmcState, data: Buffer): Reply {
  if (data.length < 6) return refuse(completion.requestLengthInvalid);
  if (data.toString('latin1', 2, 5) !== 'CLR') return refuse(completion.invalidField);
  if (data.readUInt8(5) !== beginErasure) return reply(erasureDone);
  if (!eventLog.isReserved(data.readUInt16LE(0))) return refuse(completion.reservationCancelled);
  eventLog.clear();
  return reply(erasureDone);
}

function selTime({ eventLog }: BmcState): Reply {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(eventLog.nowSeconds(), 0);
  return replyData(data);
}

function setSelTime({ eventLog }: BmcState, data: Buffer): Reply {
  if (data.length < 4) return refuse(completion.requestLengthInvalid);
  eventLog.setNowSeconds(data.readUInt32LE(0));
  return reply();
}

function handler(command: number, entry: Handler): [number, Handler] {
  return [handlerKey(netFn.storage, command), entry];
}

export const selCommands: readonly [number, Handler][] = [
  [handlerKey(netFn.sensor, 0x02), { level: level.operator, handle: platformEvent }],
  handler(0x40, { level: level.user, handle: selInfo }),
  handler(0x42, { level: level.user, handle: reserve }),
  handler(0x43, { level: level.user, handle: readEntry }),
  handler(0x44, { level: level.operator, handle: addEntry }),
  handler(0x46, { level: level.operator, handle: removeEntry }),
  handler(0x47, { level: level.operator, handle: clear }),
  handler(0x48, { level: level.user, handle: selTime }),
  handler(0x49, { level: level.operator, handle: setSelTime }),
];
