import { type Decoded, decoded, malformed } from '#shared/model/decoded.ts';
import { type Ipv4, ipv4FromBytes, ipv4ToNumber } from '#shared/model/ip.ts';
import { type Mac, macFromBytes, macToBytes } from '#shared/model/mac.ts';
import { type DhcpOptions, optionCode, readOptionField, readUint8 } from './options.ts';

/** One DHCPv4 message on Ethernet. Field names in brackets are those of RFC 2131 §2. */
export interface DhcpPacket {
  readonly op: 'request' | 'reply';
  readonly hops: number;
  /** [xid] */
  readonly transactionId: number;
  /** [secs] as the client counts them; some firmware sends rubbish. */
  readonly secs: number;
  /** The client cannot receive unicast before it has its address (RFC 2131 §4.1). */
  readonly broadcast: boolean;
  /** [ciaddr] the address the client uses already */
  readonly clientAddress: Ipv4;
  /** [yiaddr] the address given to the client */
  readonly yourAddress: Ipv4;
  /** [siaddr] where the boot program comes from */
  readonly serverAddress: Ipv4;
  /** [giaddr] the relay, 0.0.0.0 without one */
  readonly relayAddress: Ipv4;
  /** [chaddr] */
  readonly mac: Mac;
  /** [sname], empty when absent or when the field carries options */
  readonly serverName: string;
  /** [file], empty when absent or when the field carries options */
  readonly bootFile: string;
  /** Without pad, end and overload (52): those belong to the frame. */
  readonly options: DhcpOptions;
}

export const unspecifiedAddress = '0.0.0.0' as Ipv4;

const offsets = {
  xid: 4,
  secs: 8,
  flags: 10,
  ciaddr: 12,
  yiaddr: 16,
  siaddr: 20,
  giaddr: 24,
  chaddr: 28,
  sname: 44,
  file: 108,
  cookie: 236,
  options: 240,
} as const;
const magicCookie = 0x63825363;
const broadcastFlag = 0x8000;
const etherType = 1;
const etherAddressLength = 6;
/** RFC 1542 §2.1: a BOOTP message is at least 300 bytes; some relays and ROMs drop shorter ones. */
const minimumSizeBytes = 300;
/** A jumbo frame: no DHCP message is larger, and joining split options stays cheap. */
const maximumSizeBytes = 9216;

/**
 * RFC 2131 §2:
 * ```
 *   0  op(1) htype(1) hlen(1) hops(1)
 *   4  xid(4)
 *   8  secs(2) flags(2)
 *  12  ciaddr(4)
 *  16  yiaddr(4)
 *  20  siaddr(4)
 *  24  giaddr(4)
 *  28  chaddr(16)
 *  44  sname(64)
 * 108  file(128)
 * 236  magic cookie 63 82 53 63 (RFC 2132 §2)
 * 240  options: code(1) length(1) value … 255
 * ```
 * With option 52 the file field (value 1), the sname field (2) or both (3) carry options too, read in that order.
 */
export function decodePacket(bytes: Uint8Array): Decoded<DhcpPacket> {
  if (bytes.length < offsets.options)
    return malformed(bytes.length, `${bytes.length} bytes are fewer than a header and its cookie`);
  if (bytes.length > maximumSizeBytes)
    return malformed(maximumSizeBytes, `${bytes.length} bytes are more than any DHCP message`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const op = bytes[0];
  if (op !== 1 && op !== 2) return malformed(0, `operation ${op} is neither request nor reply`);
  if (bytes[1] !== etherType || bytes[2] !== etherAddressLength)
    return malformed(1, `hardware type ${bytes[1]} with address length ${bytes[2]} is not Ethernet`);
  if (view.getUint32(offsets.cookie) !== magicCookie)
    return malformed(offsets.cookie, 'no DHCP cookie: plain BOOTP');

  const options = new Map<number, Uint8Array>();
  const problem = readAllOptions(bytes, options);
  if (problem !== undefined) return problem;
  const overload = readUint8(options, optionCode.overload) ?? 0;
  options.delete(optionCode.overload);

  return decoded({
    op: op === 1 ? 'request' : 'reply',
    hops: bytes[3] ?? 0,
    transactionId: view.getUint32(offsets.xid),
    secs: view.getUint16(offsets.secs),
    broadcast: (view.getUint16(offsets.flags) & broadcastFlag) !== 0,
    clientAddress: ipv4FromBytes(bytes, offsets.ciaddr),
    yourAddress: ipv4FromBytes(bytes, offsets.yiaddr),
    serverAddress: ipv4FromBytes(bytes, offsets.siaddr),
    relayAddress: ipv4FromBytes(bytes, offsets.giaddr),
    mac: macFromBytes(bytes.subarray(offsets.chaddr)),
    serverName: overload & 2 ? '' : fieldText(bytes, offsets.sname, offsets.file),
    bootFile: overload & 1 ? '' : fieldText(bytes, offsets.file, offsets.cookie),
    options,
  });
}

function readAllOptions(bytes: Uint8Array, into: Map<number, Uint8Array>) {
  const problem = readOptionField(bytes, offsets.options, bytes.length, true, into);
  if (problem !== undefined) return problem;
  const overload = into.get(optionCode.overload);
  if (overload === undefined) return undefined;
  const value = overload[0];
  if (overload.length !== 1 || value === undefined || value < 1 || value > 3)
    return malformed(offsets.options, 'option 52 is none of 1, 2 and 3');
  const fields: [number, number][] = [];
  if (value & 1) fields.push([offsets.file, offsets.cookie]);
  if (value & 2) fields.push([offsets.sname, offsets.file]);
  for (const [from, to] of fields) {
    const inField = readOptionField(bytes, from, to, true, into);
    if (inField !== undefined) return inField;
  }
  // A second 52 inside a field has no meaning (RFC 2132 §9.3): it is joined to the first and thrown away with it.
  into.set(optionCode.overload, Uint8Array.of(value));
  return undefined;
}

function fieldText(bytes: Uint8Array, from: number, to: number): string {
  const field = bytes.subarray(from, to);
  const end = field.indexOf(0);
  return String.fromCharCode(...(end < 0 ? field : field.subarray(0, end)));
}

/** The bytes of a message, up to 9216. Throws RangeError when a fixed field does not fit: that is our own bug. */
export function encodePacket(packet: DhcpPacket): Uint8Array {
  return encodePacketWithin(packet, maximumSizeBytes).bytes;
}

export interface FittedPacket {
  readonly bytes: Uint8Array;
  /** Codes of options for which there was no room, the last ones of the packet first to go. */
  readonly dropped: readonly number[];
}

/**
 * Like `encodePacket`, but no longer than `maxSizeBytes` of UDP payload (at least 300). What does not fit the options
 * field goes to the file and sname fields when they are empty (RFC 2131 §4.1), whole options only. Option 82 is always
 * the last of the options field (RFC 3046 §2.1) and never dropped.
 */
export function encodePacketWithin(packet: DhcpPacket, maxSizeBytes: number): FittedPacket {
  const size = Math.max(minimumSizeBytes, Math.min(maxSizeBytes, maximumSizeBytes));
  const plan = planOptions(packet, size - offsets.options);
  const bytes = new Uint8Array(Math.max(minimumSizeBytes, offsets.options + plan.mainBytes));
  const view = new DataView(bytes.buffer);
  bytes.set([packet.op === 'request' ? 1 : 2, etherType, etherAddressLength, packet.hops]);
  view.setUint32(offsets.xid, packet.transactionId);
  view.setUint16(offsets.secs, packet.secs);
  view.setUint16(offsets.flags, packet.broadcast ? broadcastFlag : 0);
  view.setUint32(offsets.ciaddr, ipv4ToNumber(packet.clientAddress));
  view.setUint32(offsets.yiaddr, ipv4ToNumber(packet.yourAddress));
  view.setUint32(offsets.siaddr, ipv4ToNumber(packet.serverAddress));
  view.setUint32(offsets.giaddr, ipv4ToNumber(packet.relayAddress));
  bytes.set(macToBytes(packet.mac), offsets.chaddr);
  writeText(bytes, offsets.sname, offsets.file, packet.serverName);
  writeText(bytes, offsets.file, offsets.cookie, packet.bootFile);
  view.setUint32(offsets.cookie, magicCookie);
  writePlan(bytes, plan);
  return { bytes, dropped: plan.dropped };
}

type OptionEntry = readonly [number, Uint8Array];

/** Which option goes to which field. */
interface OptionPlan {
  readonly main: readonly OptionEntry[];
  readonly file: readonly OptionEntry[];
  readonly sname: readonly OptionEntry[];
  readonly relay: readonly OptionEntry[];
  /** Size of the options field with everything in it. */
  readonly mainBytes: number;
  readonly dropped: readonly number[];
}

const overloadOptionBytes = 3;

function planOptions(packet: DhcpPacket, mainFieldBytes: number): OptionPlan {
  const wanted: OptionEntry[] = [];
  const relay: OptionEntry[] = [];
  for (const entry of packet.options) {
    if (entry[0] === optionCode.relayAgentInformation) relay.push(entry);
    else if (!frameOptions.has(entry[0])) wanted.push(entry);
  }
  const ownBytes = sizeOf(relay) + 1;
  const wantedBytes = sizeOf(wanted);
  if (wantedBytes + ownBytes <= mainFieldBytes)
    return { main: wanted, file: [], sname: [], relay, mainBytes: wantedBytes + ownBytes, dropped: [] };

  const main = newField(mainFieldBytes - ownBytes - overloadOptionBytes);
  const file = newField(packet.bootFile === '' ? offsets.cookie - offsets.file - 1 : 0);
  const sname = newField(packet.serverName === '' ? offsets.file - offsets.sname - 1 : 0);
  const dropped: number[] = [];
  for (const entry of wanted) {
    const needed = sizeOf([entry]);
    const field = [main, file, sname].find(candidate => needed <= candidate.roomBytes);
    if (field === undefined) dropped.push(entry[0]);
    else {
      field.entries.push(entry);
      field.roomBytes -= needed;
    }
  }
  const overloads = file.entries.length > 0 || sname.entries.length > 0;
  const mainBytes = sizeOf(main.entries) + ownBytes + (overloads ? overloadOptionBytes : 0);
  return { main: main.entries, file: file.entries, sname: sname.entries, relay, mainBytes, dropped };
}

function newField(roomBytes: number): { readonly entries: OptionEntry[]; roomBytes: number } {
  return { entries: [], roomBytes };
}

/** Written by the frame itself. */
const frameOptions: ReadonlySet<number> = new Set([optionCode.pad, optionCode.end, optionCode.overload]);

/** RFC 3396 §6: an option over 255 bytes takes several headers. */
function sizeOf(entries: readonly OptionEntry[]): number {
  return entries.reduce(
    (sum, [, value]) => sum + value.length + 2 * Math.max(1, Math.ceil(value.length / 255)),
    0,
  );
}

function writePlan(bytes: Uint8Array, plan: OptionPlan): void {
  let overload = 0;
  for (const [bit, at, entries] of [
    [1, offsets.file, plan.file],
    [2, offsets.sname, plan.sname],
  ] as const) {
    if (entries.length === 0) continue;
    overload |= bit;
    bytes[writeOptions(bytes, at, entries)] = optionCode.end;
  }
  let offset = writeOptions(bytes, offsets.options, plan.main);
  if (overload !== 0) offset = writeOptions(bytes, offset, [[optionCode.overload, Uint8Array.of(overload)]]);
  bytes[writeOptions(bytes, offset, plan.relay)] = optionCode.end;
}

/** The offset behind the last option. */
function writeOptions(bytes: Uint8Array, from: number, entries: readonly OptionEntry[]): number {
  let offset = from;
  for (const [code, value] of entries) {
    let done = 0;
    do {
      const piece = value.subarray(done, done + 255);
      bytes[offset] = code;
      bytes[offset + 1] = piece.length;
      bytes.set(piece, offset + 2);
      offset += 2 + piece.length;
      done += 255;
    } while (done < value.length);
  }
  return offset;
}

function writeText(bytes: Uint8Array, from: number, to: number, text: string): void {
  if (text.length > to - from) throw new RangeError(`room for ${to - from} bytes, not ${text.length}`);
  for (let index = 0; index < text.length; index += 1) bytes[from + index] = text.charCodeAt(index);
}
