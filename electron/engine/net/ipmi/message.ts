import type { Decoded } from '#shared/model/decoded.ts';
import { decoded, malformed } from '#shared/model/decoded.ts';

/**
 * The IPMB-style message inside a session (IPMI 2.0 §13.8), one frame for both directions:
 *
 * ```
 * request   to | netFn·toLun | checksum 1 | from | seq·fromLun | command | data …          | checksum 2
 * response  to | netFn·toLun | checksum 1 | from | seq·fromLun | command | code | data …   | checksum 2
 * ```
 * Checksums are two's complements: checksum 1 over the first two bytes, checksum 2 over the rest.
 * A response's netFn is the request's plus one (odd).
 */
export const bmcAddress = 0x20;
/** §5.5: remote consoles use software ids 0x40–0x46, which is 0x81 on the wire. */
export const consoleAddress = 0x81;

export const netFn = {
  chassis: 0x00,
  sensor: 0x04,
  app: 0x06,
  storage: 0x0a,
  transport: 0x0c,
  groupExtension: 0x2c,
} as const;

export interface LanMessage {
  readonly to: number;
  readonly from: number;
  readonly netFn: number;
  readonly toLun: number;
  readonly fromLun: number;
  /** 0…63, matches a response to its request. */
  readonly sequence: number;
  readonly command: number;
  readonly data: Buffer;
}

export type LanRequest = LanMessage;

export interface LanResponse extends LanMessage {
  readonly completionCode: number;
}

const minRequestBytes = 7;
const minResponseBytes = 8;

export function encodeLanRequest(request: LanRequest): Buffer {
  return encodeMessage(request, request.data);
}

export function encodeLanResponse(response: LanResponse): Buffer {
  return encodeMessage(response, Buffer.concat([Uint8Array.of(response.completionCode), response.data]));
}

function encodeMessage(message: LanMessage, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(minRequestBytes + body.length);
  bytes.writeUInt8(message.to, 0);
  bytes.writeUInt8((message.netFn << 2) | message.toLun, 1);
  bytes.writeUInt8(checksum(bytes, 0, 2), 2);
  bytes.writeUInt8(message.from, 3);
  bytes.writeUInt8((message.sequence << 2) | message.fromLun, 4);
  bytes.writeUInt8(message.command, 5);
  body.copy(bytes, 6);
  bytes.writeUInt8(checksum(bytes, 3, bytes.length - 1), bytes.length - 1);
  return bytes;
}

export function decodeLanRequest(bytes: Buffer): Decoded<LanRequest> {
  const fault = checkFrame(bytes, minRequestBytes);
  if (fault !== undefined) return fault;
  const message = header(bytes);
  if ((message.netFn & 1) !== 0) return malformed(1, 'a response where a request was expected');
  return decoded({ ...message, data: bytes.subarray(6, -1) });
}

export function decodeLanResponse(bytes: Buffer): Decoded<LanResponse> {
  const fault = checkFrame(bytes, minResponseBytes);
  if (fault !== undefined) return fault;
  const message = header(bytes);
  if ((message.netFn & 1) === 0) return malformed(1, 'a request where a response was expected');
  return decoded({ ...message, completionCode: bytes.readUInt8(6), data: bytes.subarray(7, -1) });
}

function checkFrame(bytes: Buffer, minBytes: number): ReturnType<typeof malformed> | undefined {
  if (bytes.length < minBytes) return malformed(bytes.length, 'IPMI message cut short');
  if (checksum(bytes, 0, 2) !== bytes[2]) return malformed(2, 'checksum 1 is wrong');
  if (checksum(bytes, 3, bytes.length - 1) !== bytes.at(-1)) {
    return malformed(bytes.length - 1, 'checksum 2 is wrong');
  }
  return undefined;
}

function header(bytes: Buffer): Omit<LanMessage, 'data'> {
  return {
    to: bytes.readUInt8(0),
    netFn: bytes.readUInt8(1) >> 2,
    toLun: bytes.readUInt8(1) & 3,
    from: bytes.readUInt8(3),
    sequence: bytes.readUInt8(4) >> 2,
    fromLun: bytes.readUInt8(4) & 3,
    command: bytes.readUInt8(5),
  };
}

/** The byte that makes the sum over [from, to) zero modulo 256 (§13.8). */
export function checksum(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (const byte of bytes.subarray(from, to)) sum += byte;
  return -sum & 0xff;
}
