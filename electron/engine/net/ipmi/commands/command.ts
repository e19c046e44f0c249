import type { Decoded } from '#shared/model/decoded.ts';
import { decoded, malformed } from '#shared/model/decoded.ts';

/** One request and how to read its answer. Commands are data: building one sends nothing. */
export interface BmcCommand<T> {
  /** As the specification names it, for errors and logs. */
  readonly name: string;
  readonly netFn: number;
  readonly command: number;
  /** Of the BMC, where sensors lie behind another one; 0 unless given. */
  readonly lun?: number;
  /** Request data; may hold a password, so it never reaches an error or a log. */
  readonly data: Buffer;
  /**
   * Sent in one packet that waits so long for its answer: for what must not happen twice. Each repetition of a packet
   * has a session sequence number of its own, so a slow BMC takes it for another command (§6.12.13).
   */
  readonly onceWithinMs?: number;
  /**
   * One of many that are asked in turn, as sensors are: not worth waiting for. Silence within `onceWithinMs` is a `timeout`
   * of this command alone and the session goes on; `busy` is not asked again.
   */
  readonly oneOfMany?: true;
  /** `data` follows the completion code of a successful answer. */
  decode(data: Buffer): Decoded<T>;
}

/** IPMI 2.0 §6.8, table 22-28. */
export type Privilege = 'callback' | 'user' | 'operator' | 'administrator';

const privilegeLevels: Readonly<Record<Privilege, number>> = {
  callback: 1,
  user: 2,
  operator: 3,
  administrator: 4,
};

export function privilegeLevel(privilege: Privilege): number {
  return privilegeLevels[privilege];
}

/** Undefined for OEM (5), no access (15) and what the specification reserves. */
export function privilegeFromLevel(level: number): Privilege | undefined {
  return (Object.keys(privilegeLevels) as Privilege[]).find(name => privilegeLevels[name] === level);
}

export function decodeNothing(): Decoded<void> {
  return decoded(undefined);
}

/** For decoders that need `sizeBytes` bytes at least; longer answers are later revisions and fine. */
export function decodeFixed<T>(sizeBytes: number, read: (data: Buffer) => T): (data: Buffer) => Decoded<T> {
  return data =>
    data.length < sizeBytes
      ? malformed(data.length, `${data.length} data bytes, ${sizeBytes} expected`)
      : decoded(read(data));
}

/** Text of fixed-width, zero-padded fields. Hostile bytes stay inert: control characters become `?`. */
export function fixedText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return plainText(Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1'));
}

export function plainText(text: string): string {
  return Array.from(text, char => (isControl(char) ? '?' : char)).join('');
}

function isControl(char: string): boolean {
  const code = char.charCodeAt(0);
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}
