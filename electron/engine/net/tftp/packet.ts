/**
 * TFTP on the wire (RFC 1350 §5, RFC 2347).
 *
 *            2 bytes   string   1    string   1   [ string  1   string  1 ] …
 *   RRQ/WRQ | 01/02 | file name | 0 | mode   | 0 | option | 0 | value  | 0 |
 *            2 bytes  2 bytes    n bytes (0 … blksize)
 *   DATA    |  03   | block # |  data  |
 *   ACK     |  04   | block # |
 *            2 bytes  2 bytes      string        1
 *   ERROR   |  05   | code    | message        | 0 |
 *   OACK    |  06   | option | 0 | value | 0 | …
 */
import { assertNever } from '#shared/model/assert-never.ts';
import { type Decoded, decoded, malformed } from '#shared/model/decoded.ts';

export type TftpPacket = RequestPacket | DataPacket | AckPacket | ErrorPacket | OackPacket;

/** Option names are lower case, whatever the sender wrote (RFC 2347 §"Packet Formats": case-insensitive). */
export type TftpOptionMap = ReadonlyMap<string, string>;

export interface RequestPacket {
  readonly kind: 'read-request' | 'write-request';
  readonly path: string;
  /** Lower case; `octet` and `netascii` are the known ones. */
  readonly mode: string;
  readonly options: TftpOptionMap;
}

export interface DataPacket {
  readonly kind: 'data';
  readonly block: number;
  /** A view of the datagram. */
  readonly data: Uint8Array;
}

export interface AckPacket {
  readonly kind: 'ack';
  readonly block: number;
}

export interface ErrorPacket {
  readonly kind: 'error';
  readonly code: number;
  readonly message: string;
}

export interface OackPacket {
  readonly kind: 'oack';
  readonly options: TftpOptionMap;
}

/** RFC 1350 "Error Codes", RFC 2347 for 8. */
export const tftpError = {
  notDefined: 0,
  fileNotFound: 1,
  accessViolation: 2,
  illegalOperation: 4,
  unknownTransferId: 5,
  optionNegotiation: 8,
} as const;

export const dataHeaderBytes = 4;
export const minBlockSizeBytes = 8;
export const maxBlockSizeBytes = 65464;
export const defaultBlockSizeBytes = 512;

const opcode = { readRequest: 1, writeRequest: 2, data: 3, ack: 4, error: 5, oack: 6 } as const;
const maxOptions = 32;

export function decodeTftp(bytes: Uint8Array): Decoded<TftpPacket> {
  if (bytes.length < 2) return malformed(bytes.length, 'shorter than an opcode');
  const code = uint16(bytes, 0);
  switch (code) {
    case opcode.readRequest:
      return decodeRequest(bytes, 'read-request');
    case opcode.writeRequest:
      return decodeRequest(bytes, 'write-request');
    case opcode.oack:
      return decodeOack(bytes);
    default:
      break;
  }
  if (code < opcode.data || code > opcode.error) return malformed(0, `unknown opcode ${code}`);
  if (bytes.length < dataHeaderBytes) return malformed(bytes.length, `opcode ${code} without its number`);
  const number = uint16(bytes, 2);
  if (code === opcode.ack) return decoded({ kind: 'ack', block: number });
  if (code === opcode.data) {
    return decoded({ kind: 'data', block: number, data: bytes.subarray(dataHeaderBytes) });
  }
  return decoded({ kind: 'error', code: number, message: errorMessage(bytes) });
}

export function encodeTftp(packet: TftpPacket): Uint8Array {
  switch (packet.kind) {
    case 'read-request':
    case 'write-request': {
      const code = packet.kind === 'read-request' ? opcode.readRequest : opcode.writeRequest;
      return strings(code, [packet.path, packet.mode, ...[...packet.options].flat()]);
    }
    case 'oack':
      return strings(opcode.oack, [...packet.options].flat());
    case 'data': {
      const bytes = Buffer.allocUnsafe(dataHeaderBytes + packet.data.length);
      writeDataHeader(bytes, packet.block);
      bytes.set(packet.data, dataHeaderBytes);
      return bytes;
    }
    case 'ack':
      return Uint8Array.of(0, opcode.ack, (packet.block >> 8) & 0xff, packet.block & 0xff);
    case 'error': {
      const text = Buffer.from(`${packet.message}\0`, 'utf8');
      const head = Uint8Array.of(0, opcode.error, (packet.code >> 8) & 0xff, packet.code & 0xff);
      return Buffer.concat([head, text]);
    }
    default:
      return assertNever(packet);
  }
}

/** The first four bytes of a DATA packet, written in place: the sender reuses one buffer for every block. */
export function writeDataHeader(target: Uint8Array, block: number): void {
  target[0] = 0;
  target[1] = opcode.data;
  target[2] = (block >> 8) & 0xff;
  target[3] = block & 0xff;
}

function decodeRequest(bytes: Uint8Array, kind: RequestPacket['kind']): Decoded<RequestPacket> {
  const path = stringAt(bytes, 2);
  if (path === undefined) return malformed(2, 'file name without its final zero');
  if (path.text === '') return malformed(2, 'empty file name');
  const mode = stringAt(bytes, path.end);
  if (mode === undefined) return malformed(path.end, 'transfer mode without its final zero');
  const options = decodeOptions(bytes, mode.end);
  if (!options.ok) return options;
  return decoded({ kind, path: path.text, mode: mode.text.toLowerCase(), options: options.value });
}

function decodeOack(bytes: Uint8Array): Decoded<OackPacket> {
  const options = decodeOptions(bytes, 2);
  return options.ok ? decoded({ kind: 'oack', options: options.value }) : options;
}

/** Name and value pairs to the end. An empty name ends them: some firmware pads its request with zeros. */
function decodeOptions(bytes: Uint8Array, start: number): Decoded<TftpOptionMap> {
  const options = new Map<string, string>();
  let offset = start;
  while (offset < bytes.length && bytes[offset] !== 0) {
    if (options.size === maxOptions) return malformed(offset, `more than ${maxOptions} options`);
    const name = stringAt(bytes, offset);
    if (name === undefined) return malformed(offset, 'option name without its final zero');
    const value = stringAt(bytes, name.end);
    if (value === undefined) return malformed(name.end, `option ${name.text} without a value`);
    const key = name.text.toLowerCase();
    if (!options.has(key)) options.set(key, value.text);
    offset = value.end;
  }
  return decoded(options);
}

/** The zero-terminated string at `start`; `end` is the offset after its zero. */
function stringAt(bytes: Uint8Array, start: number): { text: string; end: number } | undefined {
  const zero = start < bytes.length ? bytes.indexOf(0, start) : -1;
  return zero < 0 ? undefined : { text: text(bytes.subarray(start, zero)), end: zero + 1 };
}

/** Firmware forgets the final zero of an ERROR now and then; its text still helps a technician. */
function errorMessage(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0, dataHeaderBytes);
  const end = Math.min(zero < 0 ? bytes.length : zero, dataHeaderBytes + 200);
  return Array.from(text(bytes.subarray(dataHeaderBytes, end)), printable).join('');
}

function printable(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || code === 0x7f ? ' ' : character;
}

function strings(code: number, parts: readonly string[]): Uint8Array {
  const broken = parts.find(part => part.includes('\0'));
  if (broken !== undefined) throw new Error(`a TFTP string cannot hold a zero: ${JSON.stringify(broken)}`);
  return Buffer.concat([Uint8Array.of(0, code), ...parts.map(part => Buffer.from(`${part}\0`, 'utf8'))]);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

function uint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}
