import { type Decoded, decoded, malformed } from '#shared/model/decoded.ts';
import { type Ipv4, ipv4FromBytes, ipv4ToBytes } from '#shared/model/ip.ts';

/** Option codes by their names in RFC 2132, RFC 3046, RFC 4578 and (175) iPXE's registry. */
export const optionCode = {
  pad: 0,
  subnetMask: 1,
  router: 3,
  domainNameServer: 6,
  hostName: 12,
  domainName: 15,
  interfaceMtu: 26,
  broadcastAddress: 28,
  ntpServer: 42,
  vendorSpecific: 43,
  requestedAddress: 50,
  leaseTime: 51,
  overload: 52,
  messageType: 53,
  serverIdentifier: 54,
  parameterRequestList: 55,
  message: 56,
  maxMessageSize: 57,
  renewalTime: 58,
  rebindingTime: 59,
  vendorClass: 60,
  clientIdentifier: 61,
  tftpServerName: 66,
  bootFileName: 67,
  userClass: 77,
  relayAgentInformation: 82,
  clientArchitecture: 93,
  clientNetworkInterface: 94,
  clientMachineId: 97,
  ipxe: 175,
  end: 255,
} as const;

/** Option values by code, in the order of the wire, options that were split joined (RFC 3396). */
export type DhcpOptions = ReadonlyMap<number, Uint8Array>;

/** RFC 2132 §9.6, in the order of the wire values 1 to 8. */
const messageTypes = ['discover', 'offer', 'request', 'decline', 'ack', 'nak', 'release', 'inform'] as const;
export type DhcpMessageType = (typeof messageTypes)[number];

const textDecoder = new TextDecoder();
const textEncoder = new TextEncoder();

/** Undefined for plain BOOTP and for message types of later RFCs (leasequery and others). */
export function readMessageType(options: DhcpOptions): DhcpMessageType | undefined {
  const value = readUint8(options, optionCode.messageType);
  return value === undefined ? undefined : messageTypes[value - 1];
}

export function messageTypeOption(type: DhcpMessageType): Uint8Array {
  return Uint8Array.of(messageTypes.indexOf(type) + 1);
}

export function readUint8(options: DhcpOptions, code: number): number | undefined {
  const value = options.get(code);
  return value?.length === 1 ? value[0] : undefined;
}

export function readUint16(options: DhcpOptions, code: number): number | undefined {
  const value = options.get(code);
  return value?.length === 2 ? viewOf(value).getUint16(0) : undefined;
}

export function readUint32(options: DhcpOptions, code: number): number | undefined {
  const value = options.get(code);
  return value?.length === 4 ? viewOf(value).getUint32(0) : undefined;
}

export function readAddress(options: DhcpOptions, code: number): Ipv4 | undefined {
  const value = options.get(code);
  return value?.length === 4 ? ipv4FromBytes(value) : undefined;
}

/** All whole addresses of a list such as routers or name servers; empty when the option is absent. */
export function readAddresses(options: DhcpOptions, code: number): Ipv4[] {
  const value = options.get(code) ?? new Uint8Array();
  return Array.from({ length: Math.floor(value.length / 4) }, (_, index) => ipv4FromBytes(value, index * 4));
}

/** Text up to the first NUL: firmware differs in whether it terminates its strings. Undefined when empty. */
export function readText(options: DhcpOptions, code: number): string | undefined {
  const value = options.get(code);
  if (value === undefined) return undefined;
  const end = value.indexOf(0);
  const text = textDecoder.decode(end < 0 ? value : value.subarray(0, end));
  return text === '' ? undefined : text;
}

export function uint16Option(value: number): Uint8Array {
  return Uint8Array.of((value >>> 8) & 0xff, value & 0xff);
}

export function uint32Option(value: number): Uint8Array {
  return Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

export function addressOption(...addresses: readonly Ipv4[]): Uint8Array {
  return Uint8Array.from(addresses.flatMap(address => Array.from(ipv4ToBytes(address))));
}

export function textOption(text: string): Uint8Array {
  return textEncoder.encode(text);
}

/**
 * Options inside an option:
 * ```
 *  0        1        2            2+n
 *  +--------+--------+------------+---
 *  | code   | n      | n bytes    | …
 *  +--------+--------+------------+---
 * ```
 * RFC 2132 §8.4 (43) and iPXE (175) know pad and end, RFC 3046 §2 (82) does not: there 0 and 255 are sub-options.
 */
export function decodeSubOptions(bytes: Uint8Array, padAndEnd: boolean): Decoded<Map<number, Uint8Array>> {
  const result = new Map<number, Uint8Array>();
  const problem = readOptionField(bytes, 0, bytes.length, padAndEnd, result);
  return problem ?? decoded(result);
}

/** The value of an option that holds options. Throws RangeError on a value over 255 bytes: that is our own bug. */
export function encodeSubOptions(options: DhcpOptions): Uint8Array {
  const parts: number[] = [];
  for (const [code, value] of options) {
    if (value.length > 255) throw new RangeError(`sub-option ${code} has ${value.length} bytes`);
    parts.push(code, value.length, ...value);
  }
  return Uint8Array.from(parts);
}

/** Adds the options of one field to `into`, joining repeated ones (RFC 3396 §7); undefined when all went well. */
export function readOptionField(
  bytes: Uint8Array,
  from: number,
  to: number,
  padAndEnd: boolean,
  into: Map<number, Uint8Array>,
): ReturnType<typeof malformed> | undefined {
  let offset = from;
  while (offset < to) {
    const code = bytes[offset];
    if (code === undefined) return malformed(offset, 'option code is beyond the packet');
    if (padAndEnd && code === optionCode.end) return undefined;
    if (padAndEnd && code === optionCode.pad) {
      offset += 1;
      continue;
    }
    const length = bytes[offset + 1];
    if (length === undefined || offset + 1 >= to) return malformed(offset, `option ${code} has no length`);
    const end = offset + 2 + length;
    if (end > to) return malformed(offset, `option ${code} of ${length} bytes is longer than its field`);
    const value = bytes.slice(offset + 2, end);
    const earlier = into.get(code);
    into.set(code, earlier === undefined ? value : joined(earlier, value));
    offset = end;
  }
  // A field without its end marker: old BOOTP relays cut it off, and nothing is lost by reading on.
  return undefined;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
