import type { ByteReader } from './disc-tree.ts';

/**
 * Why a disc image is not read as a whole. `loop`: a directory contains itself; `overlap`: two directories lie on the
 * same bytes; `too_large`: more than any real disc has of something; `truncated`: something ends after the image.
 */
export type DiscRefusalCode =
  | 'not_a_disc'
  | 'truncated'
  | 'malformed'
  | 'loop'
  | 'overlap'
  | 'bad_name'
  | 'too_large'
  | 'unsupported';

/** `offset` is the byte of the image that says so, `reason` one English line for a log. */
export interface DiscRefusal {
  readonly ok: false;
  readonly code: DiscRefusalCode;
  readonly offset: number;
  readonly reason: string;
}

export type DiscDecoded<T> = { readonly ok: true; readonly value: T } | DiscRefusal;

export function accepted<T>(value: T): DiscDecoded<T> {
  return { ok: true, value };
}

export function refused(code: DiscRefusalCode, offset: number, reason: string): DiscRefusal {
  return { ok: false, code, offset, reason };
}

/** Exactly these bytes, or that the image ends before them. */
export async function readExactly(
  image: ByteReader,
  offset: number,
  length: number,
  what: string,
): Promise<DiscDecoded<Buffer>> {
  const end = offset + length;
  if (end > image.sizeBytes)
    return refused('truncated', offset, `${what} ends at byte ${end}, the image at ${image.sizeBytes}`);
  const bytes = await image.read(offset, length);
  if (bytes.length !== length) return refused('truncated', offset + bytes.length, `${what} is cut off`);
  return accepted(Buffer.from(bytes.buffer, bytes.byteOffset, length));
}
