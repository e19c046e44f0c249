import type { Decoded } from '#shared/model/decoded.ts';
import { decoded, malformed } from '#shared/model/decoded.ts';
import { decodeRmcp, encodeRmcp, rmcpClassAsf } from './packet.ts';

/**
 * ASF 2.0 §3.2.4: the presence ping that finds a BMC without credentials (IPMI 2.0 §13.2.3, §13.2.4).
 *
 * ```
 * IANA 4542 (4, big-endian) | type | tag | 00 | length | data
 * pong data (16): IANA of the OEM 4 | OEM 4 | supported entities | supported interactions | 00 × 6
 * ```
 */
export interface AsfPing {
  readonly type: 'ping';
  readonly tag: number;
}

export interface AsfPong {
  readonly type: 'pong';
  readonly tag: number;
  /** 4542 (ASF itself) when the OEM has nothing to add. */
  readonly oemIana: number;
  /** Supported entities bit 7: this device speaks IPMI. */
  readonly ipmi: boolean;
  /** Supported entities bits 3:0 = 1: ASF 1.0. */
  readonly asfVersion: number;
}

export type AsfMessage = AsfPing | AsfPong;

export const asfIana = 4542;
const typePing = 0x80;
const typePong = 0x40;

export function encodeAsf(message: AsfMessage): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(asfIana, 0);
  header.writeUInt8(message.type === 'ping' ? typePing : typePong, 4);
  header.writeUInt8(message.tag, 5);
  if (message.type === 'ping') return encodeRmcp(rmcpClassAsf, header);
  header.writeUInt8(16, 7);
  const data = Buffer.alloc(16);
  data.writeUInt32BE(message.oemIana, 0);
  data.writeUInt8((message.ipmi ? 0x80 : 0) | (message.asfVersion & 0x0f), 8);
  return encodeRmcp(rmcpClassAsf, header, data);
}

/** `body` follows the RMCP header of class 6. */
export function decodeAsf(body: Buffer): Decoded<AsfMessage> {
  if (body.length < 8) return malformed(body.length, 'shorter than an ASF header');
  if (body.readUInt32BE(0) !== asfIana) return malformed(0, 'not the ASF enterprise number');
  const tag = body.readUInt8(5);
  const length = body.readUInt8(7);
  if (body.length < 8 + length) return malformed(7, 'ASF data length beyond the packet');
  const type = body.readUInt8(4);
  if (type === typePing) return decoded({ type: 'ping', tag });
  if (type !== typePong)
    return malformed(4, `ASF message type 0x${type.toString(16)} is neither ping nor pong`);
  if (length < 16) return malformed(7, 'presence pong needs 16 data bytes');
  const entities = body.readUInt8(16);
  return decoded({
    type: 'pong',
    tag,
    oemIana: body.readUInt32BE(8),
    ipmi: (entities & 0x80) !== 0,
    asfVersion: entities & 0x0f,
  });
}

/** The pong in a datagram that answers the ping with this tag; undefined for anything else. */
export function readPong(datagram: Buffer, tag: number): AsfPong | undefined {
  const rmcp = decodeRmcp(datagram);
  if (!rmcp.ok || rmcp.value.class !== 'asf') return undefined;
  const message = decodeAsf(rmcp.value.body);
  return message.ok && message.value.type === 'pong' && message.value.tag === tag ? message.value : undefined;
}
