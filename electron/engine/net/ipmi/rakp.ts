import type { Decoded } from '#shared/model/decoded.ts';
import { decoded, malformed } from '#shared/model/decoded.ts';
import type { SuiteAlgorithms } from './cipher-suite.ts';

/**
 * The six payloads that set up an RMCP+ session (IPMI 2.0 §13.17–13.23). `console` ids are chosen by
 * us, `system` ids by the BMC. Each response frame ends after the status header when its status is not 0.
 *
 * ```
 * open request   tag | privilege | 0 0 | console 4 | 3 × (type | 0 0 | 08 | algorithm | 0 0 0)
 * open response  tag | status | privilege | 0 | console 4 | system 4 | 3 × (type 0 0 08 algorithm 0 0 0)
 * RAKP 1         tag | 0 0 0 | system 4 | console random 16 | role | 0 0 | name length | name
 * RAKP 2         tag | status | 0 0 | console 4 | system random 16 | GUID 16 | key exchange auth code
 * RAKP 3         tag | status | 0 0 | system 4 | key exchange auth code
 * RAKP 4         tag | status | 0 0 | console 4 | integrity check value
 * ```
 */
export interface OpenSessionRequest {
  readonly tag: number;
  /** 0 asks for the highest level that the proposed algorithms allow. */
  readonly privilege: number;
  readonly consoleSessionId: number;
  readonly algorithms: SuiteAlgorithms;
}

/** A status other than 0: the BMC refuses (table 13-15); nothing beyond the header can be relied on. */
export interface Refusal {
  readonly tag: number;
  readonly status: number;
  readonly refused: true;
}

export interface OpenSessionResponse {
  readonly refused: false;
  readonly tag: number;
  readonly privilege: number;
  readonly consoleSessionId: number;
  readonly systemSessionId: number;
  readonly algorithms: SuiteAlgorithms;
}

export interface Rakp1 {
  readonly tag: number;
  readonly systemSessionId: number;
  readonly consoleRandom: Buffer;
  /** Bit 4: look up by name only; bits 3:0 the requested privilege (§13.20). Hashed as it is sent. */
  readonly role: number;
  readonly username: Buffer;
}

export interface Rakp2 {
  readonly refused: false;
  readonly tag: number;
  readonly consoleSessionId: number;
  readonly systemRandom: Buffer;
  readonly systemGuid: Buffer;
  readonly authCode: Buffer;
}

export interface Rakp3 {
  readonly tag: number;
  readonly status: number;
  readonly systemSessionId: number;
  readonly authCode: Buffer;
}

export interface Rakp4 {
  readonly refused: false;
  readonly tag: number;
  readonly consoleSessionId: number;
  readonly integrityCheck: Buffer;
}

export const nameOnlyLookup = 0x10;
export const maxUsernameBytes = 16;

export function encodeOpenSessionRequest(request: OpenSessionRequest): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt8(request.tag, 0);
  bytes.writeUInt8(request.privilege, 1);
  bytes.writeUInt32LE(request.consoleSessionId, 4);
  writeAlgorithms(bytes, 8, request.algorithms);
  return bytes;
}

export function decodeOpenSessionRequest(bytes: Buffer): Decoded<OpenSessionRequest> {
  if (bytes.length < 32) return malformed(bytes.length, 'Open Session request cut short');
  const algorithms = readAlgorithms(bytes, 8);
  if (!algorithms.ok) return algorithms;
  return decoded({
    tag: bytes.readUInt8(0),
    privilege: bytes.readUInt8(1) & 0x0f,
    consoleSessionId: bytes.readUInt32LE(4),
    algorithms: algorithms.value,
  });
}

export function encodeOpenSessionResponse(response: OpenSessionResponse): Buffer {
  const bytes = Buffer.alloc(36);
  bytes.writeUInt8(response.tag, 0);
  bytes.writeUInt8(response.privilege, 2);
  bytes.writeUInt32LE(response.consoleSessionId, 4);
  bytes.writeUInt32LE(response.systemSessionId, 8);
  writeAlgorithms(bytes, 12, response.algorithms);
  return bytes;
}

export function decodeOpenSessionResponse(bytes: Buffer): Decoded<OpenSessionResponse | Refusal> {
  const refusal = decodeRefusal(bytes);
  if (refusal !== undefined) return refusal;
  if (bytes.length < 36) return malformed(bytes.length, 'Open Session response cut short');
  const algorithms = readAlgorithms(bytes, 12);
  if (!algorithms.ok) return algorithms;
  return decoded({
    refused: false,
    tag: bytes.readUInt8(0),
    privilege: bytes.readUInt8(2) & 0x0f,
    consoleSessionId: bytes.readUInt32LE(4),
    systemSessionId: bytes.readUInt32LE(8),
    algorithms: algorithms.value,
  });
}

export function encodeRakp1(message: Rakp1): Buffer {
  const bytes = Buffer.alloc(28 + message.username.length);
  bytes.writeUInt8(message.tag, 0);
  bytes.writeUInt32LE(message.systemSessionId, 4);
  message.consoleRandom.copy(bytes, 8, 0, 16);
  bytes.writeUInt8(message.role, 24);
  bytes.writeUInt8(message.username.length, 27);
  message.username.copy(bytes, 28);
  return bytes;
}

export function decodeRakp1(bytes: Buffer): Decoded<Rakp1> {
  if (bytes.length < 28) return malformed(bytes.length, 'RAKP 1 cut short');
  const nameLength = bytes.readUInt8(27);
  if (nameLength > maxUsernameBytes) return malformed(27, 'user names hold at most 16 bytes');
  if (bytes.length < 28 + nameLength) return malformed(27, 'user name length beyond the packet');
  return decoded({
    tag: bytes.readUInt8(0),
    systemSessionId: bytes.readUInt32LE(4),
    consoleRandom: bytes.subarray(8, 24),
    role: bytes.readUInt8(24),
    username: bytes.subarray(28, 28 + nameLength),
  });
}

export function encodeRakp2(message: Rakp2): Buffer {
  const header = responseHeader(message.tag, 0, message.consoleSessionId);
  return Buffer.concat([header, message.systemRandom, message.systemGuid, message.authCode]);
}

export function decodeRakp2(bytes: Buffer): Decoded<Rakp2 | Refusal> {
  const refusal = decodeRefusal(bytes);
  if (refusal !== undefined) return refusal;
  if (bytes.length < 40) return malformed(bytes.length, 'RAKP 2 cut short');
  return decoded({
    refused: false,
    tag: bytes.readUInt8(0),
    consoleSessionId: bytes.readUInt32LE(4),
    systemRandom: bytes.subarray(8, 24),
    systemGuid: bytes.subarray(24, 40),
    authCode: bytes.subarray(40),
  });
}

export function encodeRakp3(message: Rakp3): Buffer {
  return Buffer.concat([
    responseHeader(message.tag, message.status, message.systemSessionId),
    message.authCode,
  ]);
}

export function decodeRakp3(bytes: Buffer): Decoded<Rakp3> {
  if (bytes.length < 8) return malformed(bytes.length, 'RAKP 3 cut short');
  return decoded({
    tag: bytes.readUInt8(0),
    status: bytes.readUInt8(1),
    systemSessionId: bytes.readUInt32LE(4),
    authCode: bytes.subarray(8),
  });
}

export function encodeRakp4(message: Rakp4): Buffer {
  return Buffer.concat([responseHeader(message.tag, 0, message.consoleSessionId), message.integrityCheck]);
}

export function decodeRakp4(bytes: Buffer): Decoded<Rakp4 | Refusal> {
  const refusal = decodeRefusal(bytes);
  if (refusal !== undefined) return refusal;
  if (bytes.length < 8) return malformed(bytes.length, 'RAKP 4 cut short');
  return decoded({
    refused: false,
    tag: bytes.readUInt8(0),
    consoleSessionId: bytes.readUInt32LE(4),
    integrityCheck: bytes.subarray(8),
  });
}

/** What a BMC answers instead of an Open Session response, RAKP 2 or RAKP 4 when it refuses. */
export function encodeRefusal(tag: number, status: number, consoleSessionId: number): Buffer {
  return responseHeader(tag, status, consoleSessionId);
}

function responseHeader(tag: number, status: number, sessionId: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(tag, 0);
  bytes.writeUInt8(status, 1);
  bytes.writeUInt32LE(sessionId, 4);
  return bytes;
}

/** Some BMCs cut a refusal after the status byte, so two bytes are enough to recognise one. */
function decodeRefusal(bytes: Buffer): Decoded<Refusal> | undefined {
  if (bytes.length < 2) return malformed(bytes.length, 'shorter than tag and status');
  const status = bytes.readUInt8(1);
  return status === 0 ? undefined : decoded({ refused: true, tag: bytes.readUInt8(0), status });
}

function writeAlgorithms(bytes: Buffer, at: number, algorithms: SuiteAlgorithms): void {
  const numbers = [algorithms.authentication, algorithms.integrity, algorithms.confidentiality];
  for (const [index, algorithm] of numbers.entries()) {
    bytes.writeUInt8(index, at + index * 8);
    bytes.writeUInt8(8, at + index * 8 + 3);
    bytes.writeUInt8(algorithm, at + index * 8 + 4);
  }
}

/** §13.17: a payload length of 0 is a wildcard ("you choose"); we read it as algorithm 0xff, which matches nothing. */
function readAlgorithms(bytes: Buffer, at: number): Decoded<SuiteAlgorithms> {
  const numbers: number[] = [];
  for (let index = 0; index < 3; index += 1) {
    const entry = at + index * 8;
    if (bytes.readUInt8(entry) !== index) return malformed(entry, 'algorithm payloads out of order');
    numbers.push(bytes.readUInt8(entry + 3) === 0 ? wildcardAlgorithm : bytes.readUInt8(entry + 4) & 0x3f);
  }
  const [authentication = 0, integrity = 0, confidentiality = 0] = numbers;
  return decoded({ authentication, integrity, confidentiality });
}

export const wildcardAlgorithm = 0xff;
