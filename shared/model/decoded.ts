/**
 * What a codec gives for bytes that a stranger sent. Codecs never throw on input: a throw is our own bug.
 * `offset` is the byte where decoding could not go on, `reason` one line for a log or a technician.
 */
export type Decoded<T> = { readonly ok: true; readonly value: T } | Malformed;

export interface Malformed {
  readonly ok: false;
  readonly offset: number;
  readonly reason: string;
}

export function decoded<T>(value: T): Decoded<T> {
  return { ok: true, value };
}

export function malformed(offset: number, reason: string): Malformed {
  return { ok: false, offset, reason };
}
