import type { Decoded } from '#shared/model/decoded.ts';
import { decoded, malformed } from '#shared/model/decoded.ts';

/**
 * The SOL payload (IPMI 2.0 §15.9, tables 15-2 and 15-3), payload type 1 inside a session. One frame for both
 * directions; only the bits of its fourth byte mean other things:
 *
 * ```
 * sequence | acknowledged sequence | accepted characters | status or operation | characters …
 * ```
 */
export interface SolPacket {
  /** 1…15; 0: only acknowledges, and is not acknowledged itself. A repetition carries the same number. */
  readonly sequence: number;
  /** The sequence of the other side's that this answers; 0: none. */
  readonly acknowledges: number;
  /** How many characters of the acknowledged packet were taken, from its first on. */
  readonly acceptedCount: number;
  /** `consoleBits` or `bmcBits`. */
  readonly bits: number;
  readonly data: Buffer;
}

/** Table 15-2: what a console asks for beside its characters. */
export const consoleBits = {
  /** The BMC shall send no more until the next acknowledgement without this bit. */
  nack: 0x40,
  ringing: 0x20,
  sendBreak: 0x10,
  pauseCts: 0x08,
  dropDcd: 0x04,
  flushInbound: 0x02,
  flushOutbound: 0x01,
} as const;

/** Table 15-3: what a BMC says beside its characters. */
export const bmcBits = {
  /** The console shall send no more until the next acknowledgement without this bit. */
  nack: 0x40,
  /** The machine is off, asleep or held in reset: characters do not reach it. */
  unavailable: 0x20,
  deactivated: 0x10,
  /** Characters of the machine's were dropped before they could be sent. */
  overrun: 0x08,
  breakDetected: 0x04,
} as const;

/** Both directions have it in the same place. */
export const nackBit = consoleBits.nack;

export const solHeaderBytes = 4;
/** The count of accepted characters is one byte. */
export const maxSolCharacters = 255;

export function encodeSolPacket(packet: SolPacket): Buffer {
  const { sequence, acknowledges, acceptedCount, bits, data } = packet;
  return Buffer.concat([Uint8Array.of(sequence & 0x0f, acknowledges & 0x0f, acceptedCount, bits), data]);
}

/** Reserved bits are not looked at. More than 255 characters are malformed: nobody could acknowledge them. */
export function decodeSolPacket(payload: Buffer): Decoded<SolPacket> {
  if (payload.length < solHeaderBytes) return malformed(payload.length, 'shorter than a SOL header');
  if (payload.length > solHeaderBytes + maxSolCharacters)
    return malformed(solHeaderBytes + maxSolCharacters, 'more characters than can be acknowledged');
  return decoded({
    sequence: payload.readUInt8(0) & 0x0f,
    acknowledges: payload.readUInt8(1) & 0x0f,
    acceptedCount: payload.readUInt8(2),
    bits: payload.readUInt8(3),
    data: payload.subarray(solHeaderBytes),
  });
}
