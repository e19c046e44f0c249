import type { Decoded } from '#shared/model/decoded.ts';
import { decoded, malformed } from '#shared/model/decoded.ts';

/**
 * The outer frames of IPMI over LAN: RMCP (ASF 2.0 §3.2.2, IPMI 2.0 §13.1), the IPMI 1.5 session
 * header (§13.6, table 13-8 left) and the RMCP+ session header and trailer (§13.6, table 13-8 right).
 *
 * ```
 * RMCP    06 | 00 | sequence (ff: no RMCP ack) | ack·000·class            then, by class:
 *   class 6 (ASF)  → asf.ts
 *   class 7 (IPMI), 1.5:   authType | sequence 4 | session 4 | [authCode 16] | length 1 | message
 *   class 7 (IPMI), RMCP+: 06 | E·A·type | [oem 4+2] | session 4 | sequence 4 | length 2 | payload
 *                          | [ff… | padLength | 07 | authCode]             trailer when A is set
 * ```
 * Multi-byte fields are little-endian. Nothing here needs a key: seal.ts checks and opens the payload.
 */
export const rmcpClassAsf = 0x06;
export const rmcpClassIpmi = 0x07;

/** The largest datagram we look at: IPMI over LAN stays far below one Ethernet frame (§13.1.3). */
export const maxDatagramBytes = 1500;

const rmcpVersion = 0x06;
const rmcpNoAck = 0xff;
const rmcpAckBit = 0x80;
export const rmcpHeaderBytes = 4;

/** §13.6: authentication types of the 1.5 session header; `rmcpPlus` marks a v2.0 packet. */
export const authType = {
  none: 0x00,
  md2: 0x01,
  md5: 0x02,
  straight: 0x04,
  oem: 0x05,
  rmcpPlus: 0x06,
} as const;

/** §13.27.3, table 13-16. SOL and OEM payloads share the frame; whoever handles them registers the type. */
export const payloadType = {
  ipmi: 0x00,
  sol: 0x01,
  oemExplicit: 0x02,
  openSessionRequest: 0x10,
  openSessionResponse: 0x11,
  rakp1: 0x12,
  rakp2: 0x13,
  rakp3: 0x14,
  rakp4: 0x15,
} as const;

export interface V15Packet {
  readonly version: '1.5';
  readonly authType: number;
  readonly sequence: number;
  readonly sessionId: number;
  /** 16 bytes, absent for authentication type none. */
  readonly authCode?: Buffer;
  readonly message: Buffer;
}

export interface V20Packet {
  readonly version: '2.0';
  readonly payloadType: number;
  readonly encrypted: boolean;
  readonly authenticated: boolean;
  /** Only with payload type 2 (OEM explicit). */
  readonly oem?: { readonly iana: number; readonly payloadId: number };
  readonly sessionId: number;
  readonly sequence: number;
  readonly payload: Buffer;
  /** From the authentication type byte on: what the auth code in the trailer is computed over, and the trailer. */
  readonly session: Buffer;
  /** Bytes after the payload (integrity pad, pad length, next header, auth code); empty when not authenticated. */
  readonly trailer: Buffer;
}

export type IpmiPacket = V15Packet | V20Packet;

export type RmcpPacket =
  | { readonly class: 'asf'; readonly body: Buffer }
  | { readonly class: 'ipmi'; readonly body: Buffer }
  | { readonly class: 'ack'; readonly sequence: number };

export function encodeRmcp(rmcpClass: number, ...body: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Uint8Array.of(rmcpVersion, 0x00, rmcpNoAck, rmcpClass), ...body]);
}

export function decodeRmcp(datagram: Buffer): Decoded<RmcpPacket> {
  if (datagram.length < rmcpHeaderBytes) return malformed(datagram.length, 'shorter than an RMCP header');
  if (datagram.length > maxDatagramBytes) return malformed(maxDatagramBytes, 'longer than an Ethernet frame');
  if (datagram[0] !== rmcpVersion) return malformed(0, 'not RMCP version 1.0');
  const classByte = datagram.readUInt8(3);
  const body = datagram.subarray(rmcpHeaderBytes);
  if ((classByte & rmcpAckBit) !== 0) return decoded({ class: 'ack', sequence: datagram.readUInt8(2) });
  switch (classByte & 0x1f) {
    case rmcpClassAsf:
      return decoded({ class: 'asf', body });
    case rmcpClassIpmi:
      return decoded({ class: 'ipmi', body });
    default:
      return malformed(3, `RMCP class ${classByte & 0x1f} is neither ASF nor IPMI`);
  }
}

/** Decodes a datagram that must be IPMI of either version; what else RMCP carries is malformed here. */
export function decodeIpmiDatagram(datagram: Buffer): Decoded<IpmiPacket> {
  const rmcp = decodeRmcp(datagram);
  if (!rmcp.ok) return rmcp;
  if (rmcp.value.class !== 'ipmi') return malformed(3, `RMCP ${rmcp.value.class}, not IPMI`);
  return decodeIpmi(rmcp.value.body);
}

/** `body` is what follows the RMCP header; offsets in Malformed count from there. */
export function decodeIpmi(body: Buffer): Decoded<IpmiPacket> {
  if (body.length < 1) return malformed(0, 'no session header');
  return body[0] === authType.rmcpPlus ? decodeV20(body) : decodeV15(body);
}

function decodeV15(body: Buffer): Decoded<V15Packet> {
  const type = body.readUInt8(0);
  const lengthAt = type === authType.none ? 9 : 25;
  if (body.length <= lengthAt) return malformed(body.length, 'IPMI 1.5 session header cut short');
  const end = lengthAt + 1 + body.readUInt8(lengthAt);
  // Bytes beyond the message are the legacy pad of §13.6 (some LAN chips cannot send certain lengths).
  if (end > body.length) return malformed(lengthAt, 'IPMI message length beyond the packet');
  return decoded({
    version: '1.5',
    authType: type,
    sequence: body.readUInt32LE(1),
    sessionId: body.readUInt32LE(5),
    ...(type === authType.none ? {} : { authCode: body.subarray(9, 25) }),
    message: body.subarray(lengthAt + 1, end),
  });
}

function decodeV20(body: Buffer): Decoded<V20Packet> {
  if (body.length < 2) return malformed(body.length, 'RMCP+ session header cut short');
  const typeByte = body.readUInt8(1);
  const type = typeByte & 0x3f;
  const sessionAt = type === payloadType.oemExplicit ? 8 : 2;
  const payloadAt = sessionAt + 10;
  if (body.length < payloadAt) return malformed(body.length, 'RMCP+ session header cut short');
  const end = payloadAt + body.readUInt16LE(sessionAt + 8);
  if (end > body.length) return malformed(sessionAt + 8, 'RMCP+ payload length beyond the packet');
  const authenticated = (typeByte & 0x40) !== 0;
  return decoded({
    version: '2.0',
    payloadType: type,
    encrypted: (typeByte & 0x80) !== 0,
    authenticated,
    ...(sessionAt === 8 ? { oem: { iana: body.readUInt32LE(2), payloadId: body.readUInt16LE(6) } } : {}),
    sessionId: body.readUInt32LE(sessionAt),
    sequence: body.readUInt32LE(sessionAt + 4),
    payload: body.subarray(payloadAt, end),
    session: body,
    trailer: authenticated ? body.subarray(end) : body.subarray(0, 0),
  });
}

/** The 1.5 session header and its message, without RMCP header. `authCode` must be given unless type is none. */
export function encodeV15(packet: V15Packet): Buffer {
  if (packet.message.length > 0xff) throw new RangeError('IPMI 1.5 messages hold at most 255 bytes');
  const header = Buffer.alloc(9);
  header.writeUInt8(packet.authType, 0);
  header.writeUInt32LE(packet.sequence, 1);
  header.writeUInt32LE(packet.sessionId, 5);
  const authCode = packet.authType === authType.none ? Buffer.alloc(0) : requireAuthCode(packet);
  return encodeRmcp(rmcpClassIpmi, header, authCode, Uint8Array.of(packet.message.length), packet.message);
}

function requireAuthCode(packet: V15Packet): Buffer {
  if (packet.authCode?.length !== 16) throw new RangeError('IPMI 1.5 auth codes are 16 bytes');
  return packet.authCode;
}

export interface V20Header {
  readonly payloadType: number;
  readonly encrypted: boolean;
  readonly authenticated: boolean;
  readonly sessionId: number;
  readonly sequence: number;
}

/** The RMCP+ session header and payload, without RMCP header and trailer: what an auth code starts over. */
export function encodeV20Session(header: V20Header, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(12 + payload.length);
  bytes.writeUInt8(authType.rmcpPlus, 0);
  bytes.writeUInt8((header.encrypted ? 0x80 : 0) | (header.authenticated ? 0x40 : 0) | header.payloadType, 1);
  bytes.writeUInt32LE(header.sessionId, 2);
  bytes.writeUInt32LE(header.sequence, 6);
  bytes.writeUInt16LE(payload.length, 10);
  payload.copy(bytes, 12);
  return bytes;
}

/** A whole datagram outside any session: session id and sequence zero, nothing sealed (§13.15–13.23). */
export function encodeSetupPayload(type: number, payload: Buffer): Buffer {
  const header = { payloadType: type, encrypted: false, authenticated: false, sessionId: 0, sequence: 0 };
  return encodeRmcp(rmcpClassIpmi, encodeV20Session(header, payload));
}
