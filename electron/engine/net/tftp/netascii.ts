import { fileFromBytes } from '../file-source/file-from-bytes.ts';
import type { ReadableFile } from '../file-source/file-source.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Netascii is for configuration texts. Translated, a file's size is known only when it was read to its end. */
export const maxNetasciiBytes = 1024 * 1024;

/** RFC 1350 §1, RFC 764: LF travels as CR LF, a CR of its own as CR NUL. */
export function toNetascii(bytes: Uint8Array): Uint8Array {
  const target = new Uint8Array(bytes.length * 2);
  let length = 0;
  for (const byte of bytes) {
    if (byte === lineFeed) target[length++] = carriageReturn;
    target[length++] = byte;
    if (byte === carriageReturn) target[length++] = 0;
  }
  return target.subarray(0, length);
}

/** The whole file translated, in memory. Closes `file`. Undefined if it is above `maxNetasciiBytes`. */
export async function netasciiFile(file: ReadableFile): Promise<ReadableFile | undefined> {
  try {
    if (file.sizeBytes > maxNetasciiBytes) return undefined;
    return fileFromBytes(toNetascii(await file.read(0, file.sizeBytes)));
  } finally {
    await file.close();
  }
}
